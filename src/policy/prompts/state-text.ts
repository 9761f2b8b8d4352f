import type { Goal, Hypothesis } from '../../lean/goal.ts';
import { counted } from '../../text/quantity.ts';
import type { Omission, PromptInput } from './format.ts';

/** Begins every mark of something left out; no Lean text begins so. */
export const OMISSION_SIGN = '⋯';

/**
 * The goals as Lean prints them to a person and as models saw them in training: a `case` line, hypotheses of one type on one
 * line, a blank line between goals. What was left out is said in a line of its own.
 */
export function stateLines(input: PromptInput): string {
  const { goals, omitted } = input;
  const texts = goals.map((goal, i) => goalLines(goal, i === 0 ? firstMark(omitted) : []));
  return [...texts, ...otherMark(omitted)].join('\n\n');
}

function goalLines(goal: Goal, mark: readonly string[]): string {
  const head = goal.caseName === undefined ? [] : [`case ${goal.caseName}`];
  const sign = goal.fragment === 'conv' ? '|' : '⊢';
  return [...head, ...mark, ...hypothesisLines(goal.hypotheses), `${sign} ${goal.target}`].join('\n');
}

/** Hypotheses that follow one another and have the same type share a line, unless they have a value. */
export function hypothesisLines(hypotheses: readonly Hypothesis[]): readonly string[] {
  const lines: { names: string; type: string; value: string | undefined }[] = [];
  for (const { name, type, value } of hypotheses) {
    const last = lines.at(-1);
    if (last && last.type === type && last.value === undefined && value === undefined) last.names += ` ${name}`;
    else lines.push({ names: name, type, value });
  }
  return lines.map(({ names, type, value }) => `${names} : ${type}${value === undefined ? '' : ` := ${value}`}`);
}

function firstMark(omitted: Omission | undefined): readonly string[] {
  const count = omitted?.hypotheses.length ?? 0;
  return count === 0 ? [] : [`${OMISSION_SIGN} ${counted(count, 'hypothesis', 'hypotheses')} left out`];
}

function otherMark(omitted: Omission | undefined): readonly string[] {
  const { goals = 0, otherHypotheses = 0 } = omitted ?? {};
  const parts = [
    goals > 0 && counted(goals, 'goal'),
    otherHypotheses > 0 && `${counted(otherHypotheses, 'hypothesis', 'hypotheses')} of later goals`,
  ].filter((part) => part !== false);
  return parts.length === 0 ? [] : [`${OMISSION_SIGN} ${parts.join(' and ')} left out`];
}

/** The tactics so far, one below the other, and a comment for those left out. */
export function proofSoFar({ path, omitted }: PromptInput): string {
  const mark = omitted && omitted.steps > 0 ? [`-- ${OMISSION_SIGN} ${counted(omitted.steps, 'step')} left out`] : [];
  return [...mark, ...path].join('\n');
}

/** Text that can stand in a block comment without ending it. */
export function insideComment(text: string): string {
  return text.replaceAll('-/', '- /').replaceAll('/-', '/ -');
}

export function indent(text: string, columns: number): string {
  return text.replace(/^(?=[^\n])/gm, ' '.repeat(columns));
}
