import { BARE_COMPLETION, type PromptFormat } from './format.ts';
import { stateLines } from './state-text.ts';

/** BFS-Prover V1 and V2: the state, three colons, and the tactic until the end mark. A stop at a newline would cut blocks. */
export const BFS_PROVER: PromptFormat = {
  name: 'bfs-prover',
  about: 'BFS-Prover V1 and V2: {state}:::',
  mode: 'tactic',
  models: [/bfs-prover/],
  template: null,
  stop: [],
  stopTokenIds: [],
  sampling: { temperature: 1, topP: 1, maxTokens: 256, samples: 8 },
  shape: { ...BARE_COMPLETION, labels: [':::'] },
  maxInputBytes: null,
  body: (input) => ({ prompt: { kind: 'raw', text: `${stateLines(input)}:::` }, prefill: '' }),
  answer: (_, tactics) => tactics,
};
