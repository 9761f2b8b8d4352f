import type { JudgedProblem } from './verdict.ts';

export type ExternalOutcome =
  | { readonly kind: 'accepted'; readonly level: 'V4' | 'V5'; readonly checks: readonly string[] }
  | { readonly kind: 'refused'; readonly message: string }
  /** It could not be asked; the verdict stays as it was. */
  | { readonly kind: 'unavailable'; readonly message: string };

/** A judge that is not ours. It sees the text only after our own provers accepted it. */
export interface ExternalChecker {
  /** Name and version, for the record. */
  readonly name: string;
  check(problem: JudgedProblem, text: string): Promise<ExternalOutcome>;
}
