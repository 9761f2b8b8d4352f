/** What a server is doing just now. Null where it does not tell. */
export interface ServerGauges {
  readonly running: number | null;
  readonly queued: number | null;
  /** Requests that a pause, or a change of weights, holds back. */
  readonly held: number | null;
  /** Tokens made in a second. */
  readonly tokensPerSecond: number | null;
  /**
   * Share of prompt tokens found in the prefix cache: since the last look, else since the server
   * started, else of its last batch.
   */
  readonly cacheHitRate: number | null;
  /** Share of the cache for keys and values that is in use: of the fullest rank, as that is where requests wait. */
  readonly kvUse: number | null;
  readonly kvTokens: number | null;
  readonly promptTokensTotal: number | null;
  readonly cachedTokensTotal: number | null;
  readonly generatedTokensTotal: number | null;
  /** Data-parallel ranks, in order; one where the server is not split. */
  readonly ranks: readonly RankGauges[];
}

export interface RankGauges {
  readonly rank: string;
  readonly running: number | null;
  readonly queued: number | null;
  readonly kvUse: number | null;
}

/** Of a server that tells nothing. */
export const noGauges: ServerGauges = {
  running: null,
  queued: null,
  held: null,
  tokensPerSecond: null,
  cacheHitRate: null,
  kvUse: null,
  kvTokens: null,
  promptTokensTotal: null,
  cachedTokensTotal: null,
  generatedTokensTotal: null,
  ranks: [],
};

/** Gauges, and when they were read. */
export interface GaugeMoment {
  readonly gauges: ServerGauges;
  /** Milliseconds of a clock that only grows. */
  readonly atMs: number;
}

type CacheTotals = Pick<ServerGauges, 'promptTokensTotal' | 'cachedTokensTotal'>;

/** Share of the prompt tokens since the earlier look, or since the start, that the prefix cache held. */
export function hitRate(now: CacheTotals, before: CacheTotals | null): number | null {
  const [prompt, cached] = [now.promptTokensTotal, now.cachedTokensTotal];
  if (prompt === null || cached === null) return null;
  // A server that was restarted counts from nothing.
  const isLater =
    before !== null && (before.promptTokensTotal ?? 0) <= prompt && (before.cachedTokensTotal ?? 0) <= cached;
  const asked = prompt - (isLater ? (before.promptTokensTotal ?? 0) : 0);
  return asked > 0 ? (cached - (isLater ? (before.cachedTokensTotal ?? 0) : 0)) / asked : null;
}

/** Growth of a count in a second since the earlier look; null without one, and after a restart. */
export function perSecond(
  now: number | null,
  atMs: number,
  before: { readonly total: number | null; readonly atMs: number } | null,
): number | null {
  if (now === null || before === null || before.total === null || before.total > now) return null;
  const ms = atMs - before.atMs;
  return ms > 0 ? ((now - before.total) * 1000) / ms : null;
}

/** Sum of what is known; null when nothing is. */
export function sumKnown(values: readonly (number | null)[]): number | null {
  const known = values.filter((one) => one !== null);
  return known.length === 0 ? null : known.reduce((total, one) => total + one, 0);
}
