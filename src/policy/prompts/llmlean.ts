import { BARE_COMPLETION, type PromptFormat } from './format.ts';
import { indent, proofSoFar, stateLines } from './state-text.ts';
import { theoremText } from './theorem-text.ts';

/** LLMLean's models: the file up to here, the state, and the tactic between marks. */
export const LLMLEAN: PromptFormat = {
  name: 'llmlean',
  about: 'LLMLean (ntpctx): [CTX], [STATE], [TAC]',
  mode: 'tactic',
  models: [/ntp-?ctx/, /llm-?lean/],
  template: null,
  stop: ['[/TAC]'],
  stopTokenIds: [],
  sampling: { temperature: 0.7, topP: 1, maxTokens: 256, samples: 8 },
  shape: { ...BARE_COMPLETION, labels: ['[TAC]'] },
  maxInputBytes: null,
  body: (input) => {
    const { theorem } = input;
    const proof = indent(proofSoFar(input), 2);
    const context =
      theorem === undefined
        ? proof
        : `${theorem.header ?? ''}${theoremText({ ...input, goals: [], path: [] })} := by\n${proof}`;
    return {
      prompt: { kind: 'raw', text: `[CTX]${context}[/CTX]\n[STATE]${stateLines(input)}[/STATE]\n[TAC]\n` },
      prefill: '',
    };
  },
  answer: (_, tactics) => `${tactics}\n[/TAC]`,
};
