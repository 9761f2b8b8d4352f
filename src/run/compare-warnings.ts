import type { ResultSet } from './result-set.ts';

/** Something that makes the figures hard to compare, or not to be relied on. */
export interface ComparisonWarning {
  readonly kind: 'revision' | 'toolchain' | 'level' | 'attempts' | 'suspect' | 'incomplete' | 'theorems' | 'budgets';
  readonly message: string;
}

/** What has to be said beside the figures, most serious kinds first. */
export function* comparisonWarnings(
  results: readonly ResultSet[],
  labels: readonly string[],
  budgets: readonly (number | null)[],
): Generator<ComparisonWarning> {
  const listed = (values: readonly (string | null)[]): string =>
    values.map((value, i) => `${labels[i]} ${value ?? 'does not say'}`).join('; ');
  const differ = (values: readonly (string | null)[]): boolean => new Set(values).size > 1;
  const short = results.map(({ revision, benchmark }) => revision?.slice(0, 12) ?? benchmark);
  if (differ(short)) yield { kind: 'revision', message: `different benchmarks, or revisions of one: ${listed(short)}` };
  const toolchains = results.map(({ toolchain }) => toolchain);
  if (differ(toolchains)) yield { kind: 'toolchain', message: `different toolchains: ${listed(toolchains)}` };
  const levels = results.map(({ level }) => level);
  if (differ(levels)) yield { kind: 'level', message: `proofs verified to different levels: ${listed(levels)}` };
  const attempts = results.map(({ settings }) => settings.attempts ?? null);
  if (new Set(attempts.filter((n) => n !== null)).size > 1)
    yield { kind: 'attempts', message: `different numbers of attempts for each theorem: ${listed(attempts)}` };
  for (const [i, { suspect, complete, budgets: own, theorems }] of results.entries()) {
    if (suspect)
      yield { kind: 'suspect', message: `${labels[i]} is suspect: a canary closed, so its proofs cannot be relied on` };
    const searched = own.at(-1)!.total;
    if (!complete)
      yield {
        kind: 'incomplete',
        message: `${labels[i]} is not complete: ${searched} of ${theorems} theorems searched`,
      };
  }
  if (differ(results.map(({ theorems }) => String(theorems))))
    yield {
      kind: 'theorems',
      message: `different numbers of theorems: ${listed(results.map((r) => String(r.theorems)))}`,
    };
  if (results.length > 1 && budgets[0] === null) {
    const own = results.map((set) => set.budgets.map(({ budget }) => budget ?? 'unnamed').join(', '));
    yield { kind: 'budgets', message: `no budget in common, each is shown at its largest: ${listed(own)}` };
  }
}
