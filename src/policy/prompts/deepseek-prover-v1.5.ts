import { BARE_COMPLETION, type PromptFormat, type PromptInput } from './format.ts';
import { indent, insideComment, proofSoFar, stateLines } from './state-text.ts';
import { docComment, headerText, theoremText } from './theorem-text.ts';

/** Proofs stand two columns in, as in the training data. */
const INDENT = 2;
const HEADER =
  'import Mathlib\nimport Aesop\n\nset_option maxHeartbeats 0\n\nopen BigOperators Real Nat Topology Rat\n\n';

const COMMON = {
  mode: 'wholeProof',
  template: null,
  stop: ['```'],
  stopTokenIds: [],
  sampling: { temperature: 1, topP: 0.95, maxTokens: 2048, samples: 16 },
  maxInputBytes: null,
} as const;

/** A whole proof by continuing the theorem. Below the root the proof so far stands there, then the goal as a comment. */
export const DEEPSEEK_PROVER_V1_5: PromptFormat = {
  ...COMMON,
  name: 'deepseek-prover-v1.5',
  about: 'DeepSeek-Prover V1.5: raw Lean code to be continued',
  models: [/deepseek-?prover-?v?1\.?5/],
  shape: { ...BARE_COMPLETION, insideFence: true },
  body: (input) => {
    const { theorem, path } = input;
    const isContinued = path.length > 0 && theorem !== undefined;
    // A proof so far belongs to the theorem that it began at and not to the goal that is left.
    const head = isContinued ? theoremText({ ...input, path: [], goals: [] }) : theoremText(input);
    const proof = isContinued ? proofWithState(input) : '';
    const code = `${headerText(input, HEADER)}${docComment(input)}${head} := by\n${proof}`;
    return {
      prompt: { kind: 'raw', text: `Complete the following Lean 4 code:\n\n\`\`\`lean4\n${code}` },
      prefill: '',
    };
  },
  answer: (_, tactics) => `${indent(tactics, INDENT)}\n\`\`\``,
};

/** The same with explanations before each line. The statement ends before `:= by`, which the model writes itself. */
export const DEEPSEEK_PROVER_V1_5_COT: PromptFormat = {
  ...COMMON,
  name: 'deepseek-prover-v1.5-cot',
  about: 'DeepSeek-Prover V1.5 with explanations: raw Lean code to be continued',
  // The first Goedel-Prover was trained from DeepSeek-Prover V1.5 and is asked as it is.
  models: [/deepseek-?prover-?v?1\.?5.*cot/, /goedel-?prover-?(?:v?1\b|sft|dpo)/],
  shape: { ...BARE_COMPLETION, insideFence: true },
  body: (input) => {
    const code = `${headerText(input, HEADER)}${docComment(input)}${theoremText(input)}`;
    const order = 'Complete the following Lean 4 code with explanatory comments preceding each line of code:';
    return { prompt: { kind: 'raw', text: `${order}\n\n\`\`\`lean4\n${code}` }, prefill: '' };
  },
  answer: (_, tactics) => ` := by\n${indent(tactics, INDENT)}\n\`\`\``,
};

function proofWithState(input: PromptInput): string {
  const state = insideComment(indent(stateLines(input), INDENT));
  return `${indent(`${proofSoFar(input)}\n/- tactic state:\n${state}\n-/`, INDENT)}\n`;
}
