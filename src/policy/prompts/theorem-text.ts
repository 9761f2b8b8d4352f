import type { Hypothesis } from '../../lean/goal.ts';
import { counted } from '../../text/quantity.ts';
import type { PromptInput } from './format.ts';
import { OMISSION_SIGN } from './state-text.ts';

/** What whole-proof models were shown above every theorem. */
const USUAL_HEADER =
  'import Mathlib\nimport Aesop\n\nset_option maxHeartbeats 400000\n\nopen BigOperators Real Nat Topology Rat\n\n';

const DEFAULT_NAME = 'statement';

/**
 * The theorem whose proof leads on from here, up to and without its `:=`. At the root that is the statement as it was given; further
 * down, or where hypotheses were brought in, it is the first goal with its hypotheses as binders, so that a proof of it can be run
 * on the goal as it is.
 *
 * @example theoremText(input) // 'theorem two_dvd (n : ℕ) (h : 4 ∣ n) : 2 ∣ n'
 */
export function theoremText(input: PromptInput): string {
  const { theorem, goals, path } = input;
  const name = theorem?.name ?? DEFAULT_NAME;
  const [goal] = goals;
  const isRoot = path.length === 0 && (goal === undefined || goal.hypotheses.length === 0);
  if (goal === undefined || (isRoot && theorem !== undefined))
    return `theorem ${name} : ${theorem?.statement ?? 'True'}`;
  const missing = input.omitted?.hypotheses.length ?? 0;
  const mark = missing === 0 ? [] : [`/- ${OMISSION_SIGN} ${counted(missing, 'hypothesis', 'hypotheses')} left out -/`];
  const binders = [...mark, ...binderGroups(goal.hypotheses)];
  return `theorem ${[name, ...binders].join(' ')} : ${goal.target}`;
}

function binderGroups(hypotheses: readonly Hypothesis[]): readonly string[] {
  const groups: { names: string; type: string; close: 'open' | 'closed'; value: string | undefined }[] = [];
  for (const { name, type, value } of hypotheses) {
    const last = groups.at(-1);
    const isInstance = /^inst✝/.test(name);
    if (last?.close === 'open' && last.type === type && !isInstance && value === undefined) last.names += ` ${name}`;
    else
      groups.push({
        names: isInstance ? '' : name,
        type,
        close: isInstance || value !== undefined ? 'closed' : 'open',
        value,
      });
  }
  return groups.map(({ names, type, value }) => {
    if (names === '') return `[${type}]`;
    return `(${names} : ${type}${value === undefined ? '' : ` := ${value}`})`;
  });
}

/** The lines above the theorem, ending in a blank line. */
export function headerText({ theorem }: PromptInput, usual: string = USUAL_HEADER): string {
  if (theorem?.header === undefined) return usual;
  return theorem.header.trim() === '' ? '' : `${theorem.header.trimEnd()}\n\n`;
}

/** The problem in words as a doc comment, or nothing. */
export function docComment({ theorem }: PromptInput): string {
  return theorem?.informal ? `/-- ${theorem.informal.replaceAll('-/', '- /')} -/\n` : '';
}
