import { BARE_COMPLETION, type PromptFormat } from './format.ts';
import { proofSoFar, stateLines } from './state-text.ts';
import { CHATML } from './templates.ts';

/** `<|im_end|>` of InternLM2, which is not everywhere the end mark that a server stops at by itself. */
const IM_END = 92542;

const COMMON = {
  mode: 'tactic',
  template: CHATML,
  stop: ['<|im_end|>'],
  stopTokenIds: [IM_END],
  sampling: { temperature: 1, topP: 1, maxTokens: 256, samples: 32 },
  maxInputBytes: null,
} as const;

/** InternLM2.5-StepProver: name, proof so far and state under headings. */
export const INTERNLM_STEPPROVER: PromptFormat = {
  ...COMMON,
  name: 'internlm-stepprover',
  about: 'InternLM2.5-StepProver: NAME, PROOF_BEFORE, STATE_BEFORE, TACTIC',
  models: [/internlm-?2[-.]5-?step-?prover/],
  shape: { ...BARE_COMPLETION, labels: ['TACTIC:'] },
  body: (input) => {
    const sections = [
      `NAME: ${input.theorem?.name ?? ''}`,
      `PROOF_BEFORE: ${proofSoFar(input)}`,
      `STATE_BEFORE: ${stateLines(input)}`,
      'TACTIC: ',
    ];
    const content = sections.map((section) => `---\n${section}`).join('\n\n');
    return { prompt: { kind: 'chat', messages: [{ role: 'user', content }] }, prefill: '' };
  },
  answer: (_, tactics) => tactics,
};

/** InternLM2-StepProver and InternLM2-Math-Plus: `DECL`, `GOAL`, and an answer that begins with `PROOFSTEP`. */
export const INTERNLM_STEPPROVER_2: PromptFormat = {
  ...COMMON,
  name: 'internlm-stepprover-2',
  about: 'InternLM2-StepProver: DECL, GOAL, answered by PROOFSTEP',
  models: [/internlm-?2-?step-?prover/, /internlm-?2-math-plus/],
  shape: { ...BARE_COMPLETION, labels: ['PROOFSTEP'] },
  body: (input) => {
    const content = `DECL ${input.theorem?.name ?? 'statement'}\nGOAL ${stateLines(input)}\n`;
    return { prompt: { kind: 'chat', messages: [{ role: 'user', content }] }, prefill: '' };
  },
  answer: (_, tactics) => `PROOFSTEP ${tactics}`,
};
