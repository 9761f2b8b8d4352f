import type { ChatMessage } from '../../inference/generation.ts';
import { completeTheorem, PLAN_REQUEST, provedTheorem } from './deepseek-prover-v2.ts';
import { BARE_COMPLETION, type FailedProof, type PromptFormat } from './format.ts';
import { CHATML } from './templates.ts';

/** The model was corrected with at most so many messages at a time. */
const MAX_ERRORS = 8;

/** Goedel-Prover-V2: a plan and a whole proof; after a failure the errors go into a further turn and it tries again. */
export const GOEDEL_PROVER_V2: PromptFormat = {
  name: 'goedel-prover-v2',
  about: 'Goedel-Prover V2, whole proof after a plan, with correction turns',
  mode: 'wholeProof',
  plansFirst: true,
  corrects: true,
  models: [/goedel/],
  template: CHATML,
  stop: ['<|im_end|>'],
  stopTokenIds: [],
  sampling: { temperature: 1, topP: 0.95, maxTokens: 16_384, samples: 32 },
  shape: { ...BARE_COMPLETION, fence: 'last' },
  maxInputBytes: null,
  body: (input) => {
    const messages: ChatMessage[] = [{ role: 'user', content: `${completeTheorem(input, '')}\n\n${PLAN_REQUEST}` }];
    for (const [i, failed] of (input.failed ?? []).entries())
      messages.push(
        { role: 'assistant', content: failed.answer },
        { role: 'user', content: correction(failed, i + 1) },
      );
    return { prompt: { kind: 'chat', messages }, prefill: '' };
  },
  answer: provedTheorem,
};

function correction(failed: FailedProof, round: number): string {
  const errors = failed.errors.slice(0, MAX_ERRORS);
  const list = errors.map(({ message }, i) => `Error ${i + 1}: ${message.trim()}`).join('\n\n');
  return [
    `The proof (Round ${round}) is not correct. Following is the compilation error message, where we use <error></error> to signal the position of the error.`,
    `\`\`\`lean4\n${marked(failed)}\n\`\`\``,
    list,
    'Before producing the Lean 4 code to formally prove the given theorem, provide a detailed analysis of the error message.',
  ].join('\n\n');
}

/** The code with each failing span in marks; spans inside others are left to the outer ones. */
function marked({ code, errors }: FailedProof): string {
  const spans = errors
    .slice(0, MAX_ERRORS)
    .flatMap(({ span }) => (span ? [span] : []))
    .sort((a, b) => a[0] - b[0] || b[1] - a[1]);
  let out = '';
  let at = 0;
  for (const [start, end] of spans) {
    if (start < at || end <= start || end > code.length) continue;
    out += `${code.slice(at, start)}<error>${code.slice(start, end)}</error>`;
    at = end;
  }
  return out + code.slice(at);
}
