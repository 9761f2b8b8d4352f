import type { Theorem } from './theorem-list.ts';

export interface SubsetChoice {
  readonly source?: string | undefined;
  readonly names?: ReadonlySet<string> | undefined;
  readonly match?: RegExp | undefined;
  readonly offset?: number | undefined;
  readonly limit?: number | undefined;
}

export type SubsetResult =
  | { readonly kind: 'subset'; readonly theorems: readonly Theorem[] }
  /** Names that were asked for and are not there. */
  | { readonly kind: 'absent'; readonly names: readonly string[] };

/** The theorems that are chosen, in the order of the list; offset and limit count what the other wishes leave. */
export function subsetOf(theorems: readonly Theorem[], choice: SubsetChoice): SubsetResult {
  const { source, names, match, offset = 0, limit } = choice;
  const known = new Set(theorems.map(({ name }) => name));
  const absent = [...(names ?? [])].filter((name) => !known.has(name));
  if (absent.length > 0) return { kind: 'absent', names: absent };
  const chosen = theorems.filter(
    (one) =>
      (source === undefined || one.source === source) &&
      (names === undefined || names.has(one.name)) &&
      (match === undefined || match.test(one.name)),
  );
  return { kind: 'subset', theorems: chosen.slice(offset, limit === undefined ? undefined : offset + limit) };
}
