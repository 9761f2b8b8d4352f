import type { FailedProof, PromptInput } from '../prompts/format.ts';
import { indent } from '../prompts/state-text.ts';
import { headerText, theoremText } from '../prompts/theorem-text.ts';
import type { FailedAttempt } from '../provider.ts';

/**
 * A whole proof that failed, as a model is shown it that corrects itself: with the code of its own answer where that holds one, and the
 * place of the tactic that failed in it.
 */
export function failedProof(attempt: FailedAttempt, input: PromptInput): FailedProof {
  const { answer, tactics, step, message } = attempt;
  const written = [...answer.matchAll(/```(?:lean4?|tactics?)?[ \t]*\n([\s\S]*?)(?:```|$)/g)].at(-1)?.[1];
  const made = `${headerText(input)}${theoremText(input)} := by\n${indent(tactics.join('\n'), 2)}`;
  const code = (written ?? made).trimEnd();
  const span = spanOf(tactics, step, code);
  return { answer, code, errors: [{ message, ...(span !== null && { span }) }] };
}

/** Where the tactic that failed stands: its first line after those of the tactics before it. Null where the text was changed too much. */
function spanOf(tactics: readonly string[], step: number, code: string): readonly [number, number] | null {
  const failed = tactics[step];
  if (failed === undefined) return null;
  let from = Math.max(0, code.search(/:=\s*by\b/));
  for (const tactic of tactics.slice(0, step)) {
    const line = firstLine(tactic);
    const at = code.indexOf(line, from);
    if (at >= 0) from = at + line.length;
  }
  const whole = code.indexOf(failed, from);
  if (whole >= 0) return [whole, whole + failed.length];
  const line = firstLine(failed);
  const at = code.indexOf(line, from);
  return at < 0 ? null : [at, at + line.length];
}

/** Without what taking the proof apart made of a `have … := by`. */
const firstLine = (tactic: string): string =>
  (tactic.split('\n', 1)[0] ?? '').replace(/^refine (?=have\b)/, '').replace(/ := \?_; \?_$/, '');
