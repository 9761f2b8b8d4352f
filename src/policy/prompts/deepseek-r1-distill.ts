import { BARE_COMPLETION, type PromptFormat } from './format.ts';
import { stateLines } from './state-text.ts';
import { DEEPSEEK } from './templates.ts';

const ORDER =
  'You are proving a theorem in Lean 4. Give the next tactic for the first goal of this proof state, and nothing else, in a lean4 code block.';

/**
 * DeepSeek-R1-Distill, a model that thinks before it answers. Its authors advise to open the thinking section for it, since it skips
 * thinking otherwise; the section is no part of what tactics are taken out of.
 */
export const DEEPSEEK_R1_DISTILL: PromptFormat = {
  name: 'deepseek-r1-distill',
  about: 'DeepSeek-R1-Distill: next tactic after thinking, which is removed',
  mode: 'tactic',
  models: [/deepseek-?r1/, /r1-?distill/],
  template: DEEPSEEK,
  stop: [],
  stopTokenIds: [],
  sampling: { temperature: 0.6, topP: 0.95, maxTokens: 4096, samples: 4 },
  shape: { ...BARE_COMPLETION, fence: 'last', thinking: true },
  maxInputBytes: null,
  body: (input) => ({
    prompt: {
      kind: 'chat',
      messages: [{ role: 'user', content: `${ORDER}\n\n\`\`\`lean4\n${stateLines(input)}\n\`\`\`` }],
    },
    prefill: '<think>\n',
  }),
  answer: (_, tactics) => `</think>\n\n\`\`\`lean4\n${tactics}\n\`\`\``,
};
