import { provedTheorem } from './deepseek-prover-v2.ts';
import { BARE_COMPLETION, type PromptFormat } from './format.ts';
import { CHATML } from './templates.ts';
import { docComment, headerText, theoremText } from './theorem-text.ts';

const COMMON = {
  mode: 'wholeProof',
  plansFirst: true,
  template: CHATML,
  stop: ['<|im_end|>'],
  stopTokenIds: [],
  shape: { ...BARE_COMPLETION, fence: 'last' },
  maxInputBytes: null,
  answer: provedTheorem,
} as const satisfies Partial<PromptFormat>;

/** Kimina-Prover and its distills: thinking, then a whole proof. */
export const KIMINA: PromptFormat = {
  ...COMMON,
  name: 'kimina',
  about: 'Kimina-Prover and Kimina-Prover-Distill, whole proof after thinking',
  models: [/kimina/],
  sampling: { temperature: 0.8, topP: 0.95, maxTokens: 16_384, samples: 16, presencePenalty: 0.2 },
  body: (input) => {
    const code = `${headerText(input)}${docComment(input)}${theoremText(input)} := by sorry`;
    return {
      prompt: {
        kind: 'chat',
        messages: [
          {
            role: 'system',
            content:
              'You are an expert programmer and mathematician who helps formalizing mathematical problems in Lean 4.',
          },
          { role: 'user', content: `Think about and solve the following problems step by step in Lean 4.\n\n${code}` },
        ],
      },
      prefill: '',
    };
  },
};

/** The preview of Kimina-Prover, which wants the problem in words and the statement apart. */
export const KIMINA_PREVIEW: PromptFormat = {
  ...COMMON,
  name: 'kimina-preview',
  about: 'Kimina-Prover-Preview, whole proof after thinking',
  models: [/kimina.*preview/],
  sampling: { temperature: 0.6, topP: 0.95, maxTokens: 8192, samples: 16 },
  body: (input) => {
    const code = `${headerText(input)}${theoremText(input)} := by sorry`;
    const content = [
      'Think about and solve the following problem step by step in Lean 4.',
      `# Problem:${input.theorem?.informal ?? ''}`,
      `# Formal statement:\n\`\`\`lean4\n${code}\n\`\`\`\n`,
    ].join('\n');
    return {
      prompt: {
        kind: 'chat',
        messages: [
          { role: 'system', content: 'You are an expert in mathematics and Lean 4.' },
          { role: 'user', content },
        ],
      },
      prefill: '',
    };
  },
};
