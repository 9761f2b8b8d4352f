import { BARE_COMPLETION, type PromptFormat } from './format.ts';
import { stateLines } from './state-text.ts';

const COMMON = {
  mode: 'tactic',
  template: null,
  stopTokenIds: [],
  sampling: { temperature: 1, topP: 1, maxTokens: 256, samples: 64 },
} as const;

/**
 * ReProver's tactic generator without retrieval: the state and nothing else, read by an encoder. Its tokens are bytes, so both limits
 * are bytes: 2300 in, 1024 out.
 */
export const REPROVER: PromptFormat = {
  ...COMMON,
  name: 'reprover',
  about: 'ReProver / LeanDojo tactic generator (ByT5): the state alone',
  models: [/reprover/, /leandojo.*tacgen/, /tacgen.*byt5/],
  stop: [],
  sampling: { ...COMMON.sampling, maxTokens: 1024 },
  shape: BARE_COMPLETION,
  maxInputBytes: 2300,
  body: (input) => ({ prompt: { kind: 'raw', text: stateLines(input) }, prefill: '' }),
  answer: (_, tactics) => tactics,
};

/** ReProver's decoder-only variant. */
export const REPROVER_DECODER: PromptFormat = {
  ...COMMON,
  name: 'reprover-decoder',
  about: 'ReProver, decoder only: [GOAL], state, [PROOFSTEP] on lines of their own',
  models: [/reprover.*decoder/, /leandojo.*decoder/],
  stop: ['[GOAL]'],
  shape: { ...BARE_COMPLETION, labels: ['[PROOFSTEP]'] },
  maxInputBytes: null,
  body: (input) => ({ prompt: { kind: 'raw', text: `[GOAL]\n${stateLines(input)}\n[PROOFSTEP]\n` }, prefill: '' }),
  answer: (_, tactics) => tactics,
};

/** The same marks on one line: what fine-tunes on plain (state, tactic) pairs were trained with. */
export const GOAL_PROOFSTEP: PromptFormat = {
  ...COMMON,
  name: 'goal-proofstep',
  about: 'fine-tunes on plain pairs: [GOAL]{state}[PROOFSTEP]',
  models: [/goal-proofstep/],
  stop: ['[GOAL]'],
  shape: { ...BARE_COMPLETION, labels: ['[PROOFSTEP]'] },
  maxInputBytes: null,
  body: (input) => ({ prompt: { kind: 'raw', text: `[GOAL]${stateLines(input)}[PROOFSTEP]` }, prefill: '' }),
  answer: (_, tactics) => tactics,
};
