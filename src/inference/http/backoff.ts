export interface BackoffOptions {
  /** In [0, 1). */
  readonly random: () => number;
  /** Longest first wait. @default 250 */
  readonly firstMs?: number;
  /** Longest wait of all. @default 15000 */
  readonly longestMs?: number;
}

/**
 * How long to wait before a try is repeated: anything between nothing and a bound that doubles with each attempt, so that
 * many that failed together do not come back together. What the server asked for is waited for in any case.
 *
 * @param attempt 1 for the first repetition
 */
export function backoffMs(
  attempt: number,
  askedMs: number | null,
  { random, firstMs = 250, longestMs = 15_000 }: BackoffOptions,
): number {
  const bound = Math.min(longestMs, firstMs * 2 ** Math.min(attempt - 1, 20));
  return Math.round((askedMs ?? 0) + random() * bound);
}
