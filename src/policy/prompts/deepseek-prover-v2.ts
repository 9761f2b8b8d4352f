import { BARE_COMPLETION, type PromptFormat, type PromptInput } from './format.ts';
import { indent, insideComment, stateLines } from './state-text.ts';
import { DEEPSEEK } from './templates.ts';
import { docComment, headerText, theoremText } from './theorem-text.ts';

const COMMON = { template: DEEPSEEK, stopTokenIds: [], maxInputBytes: null } as const;
const TACTIC_SAMPLING = { temperature: 0.8, topP: 0.95, maxTokens: 128, samples: 8 } as const;
const PROOF_SAMPLING = { temperature: 1, topP: 0.95, maxTokens: 8192, samples: 32 } as const;

/** Asks for a plan before the proof. */
export const PLAN_REQUEST =
  'Before producing the Lean 4 code to formally prove the given theorem, provide a detailed proof plan outlining the main proof steps and strategies.\n' +
  'The plan should highlight key ideas, intermediate lemmas, and proof structures that will guide the construction of the final formal proof.';

/** A theorem in a code block, to be proved. `beforeFence` stands between `sorry` and the closing fence. */
export function completeTheorem(input: PromptInput, beforeFence: string): string {
  const code = `${headerText(input)}${docComment(input)}${theoremText(input)} := by\n  sorry`;
  return `Complete the following Lean 4 code:\n\n\`\`\`lean4\n${code}${beforeFence}\`\`\``;
}

/** The whole theorem with its proof in a code block: what a whole-proof model answers. */
export function provedTheorem(input: PromptInput, tactics: string): string {
  return `\`\`\`lean4\n${headerText(input)}${docComment(input)}${theoremText(input)} := by\n${indent(tactics, 2)}\n\`\`\``;
}

export const DEEPSEEK_PROVER_V2: PromptFormat = {
  ...COMMON,
  name: 'deepseek-prover-v2',
  about: 'DeepSeek-Prover V2, whole proof after a plan',
  mode: 'wholeProof',
  plansFirst: true,
  models: [/deepseek-?prover-?v?2/],
  stop: [],
  sampling: PROOF_SAMPLING,
  shape: { ...BARE_COMPLETION, fence: 'last' },
  body: (input) => ({
    prompt: {
      kind: 'chat',
      messages: [{ role: 'user', content: `${completeTheorem(input, '\n')}\n\n${PLAN_REQUEST}` }],
    },
    prefill: '',
  }),
  answer: provedTheorem,
};

export const DEEPSEEK_PROVER_V2_NONCOT: PromptFormat = {
  ...DEEPSEEK_PROVER_V2,
  plansFirst: false,
  name: 'deepseek-prover-v2-noncot',
  about: 'DeepSeek-Prover V2, whole proof without a plan',
  body: (input) => ({
    prompt: { kind: 'chat', messages: [{ role: 'user', content: completeTheorem(input, '\n') }] },
    prefill: '',
  }),
};

/** One tactic from a state in a comment. Not a use that its authors endorse, but one that works. */
export const DEEPSEEK_PROVER_V2_PLAIN: PromptFormat = {
  ...COMMON,
  name: 'deepseek-prover-v2-plain',
  about: 'DeepSeek-Prover V2, next tactic, the answer left free',
  mode: 'tactic',
  wholeProofs: 'deepseek-prover-v2-proof',
  models: [/deepseek-?prover-?v?2/],
  stop: [],
  sampling: { ...TACTIC_SAMPLING, temperature: 0.6 },
  shape: BARE_COMPLETION,
  body: (input) => ({
    prompt: { kind: 'chat', messages: [{ role: 'user', content: stateRequest(input) }] },
    prefill: '',
  }),
  answer: (_, tactics) => tactics,
};

/** The same, with the answer begun inside a code block right where a tactic must follow. */
export const DEEPSEEK_PROVER_V2_TACTIC: PromptFormat = {
  ...DEEPSEEK_PROVER_V2_PLAIN,
  name: 'deepseek-prover-v2-tactic',
  about: 'DeepSeek-Prover V2, next tactic, the answer begun inside `example := by`',
  stop: ['```', '\n\n'],
  sampling: TACTIC_SAMPLING,
  shape: { ...BARE_COMPLETION, insideFence: true, column: 2 },
  body: (input) => ({
    prompt: { kind: 'chat', messages: [{ role: 'user', content: stateRequest(input) }] },
    prefill: `\`\`\`lean4\n${stateComment(input)}\nexample := by\n  `,
  }),
  answer: (_, tactics) => `${indent(tactics, 2).trimStart()}\n\`\`\``,
};

/** The same prompt, and everything that the model writes up to the end of the code block: the proof of this state. */
export const DEEPSEEK_PROVER_V2_PROOF: PromptFormat = {
  ...DEEPSEEK_PROVER_V2_TACTIC,
  name: 'deepseek-prover-v2-proof',
  about: 'DeepSeek-Prover V2, whole proof of a state, the answer begun inside `example := by`',
  mode: 'wholeProof',
  models: [],
  stop: ['```'],
  sampling: { temperature: 0.8, topP: 0.95, maxTokens: 1024, samples: 16 },
};

function stateRequest(input: PromptInput): string {
  return `Complete the following Lean 4 code:\n\n\`\`\`lean4\n${stateComment(input)}\n\`\`\``;
}

function stateComment(input: PromptInput): string {
  return `/- tactic state:\n${insideComment(stateLines(input))}\n-/`;
}
