import type { MetricSample } from './prometheus.ts';

/** What a server is doing just now. Null where it does not tell. */
export interface ServerGauges {
  readonly running: number | null;
  readonly queued: number | null;
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

const PREFIX = 'sglang:';

/**
 * The figures of a metrics page. They are summed over data-parallel ranks; tensor-parallel ranks all say the same, so one of them is taken.
 *
 * @param before an earlier look at the same server, for rates
 */
export function readGauges(samples: readonly MetricSample[], before: ServerGauges | null): ServerGauges {
  const first = firstTensorRanks(samples);
  const of = (name: string) => first.filter((one) => one.name === PREFIX + name);
  const total = (name: string): number | null => sum(of(name).map(({ value }) => value));
  const most = (name: string): number | null =>
    of(name).reduce<number | null>((max, { value }) => Math.max(max ?? value, value), null);
  const promptTokensTotal = total('prompt_tokens_total');
  const cachedTokensTotal = total('cached_tokens_total');
  const ranks = [...new Set(first.filter(({ name }) => name.startsWith(PREFIX)).map(rankOf))].sort();
  const at = (name: string, rank: string) =>
    sum(
      of(name)
        .filter((one) => rankOf(one) === rank)
        .map(({ value }) => value),
    );
  return {
    running: total('num_running_reqs'),
    queued: total('num_queue_reqs'),
    tokensPerSecond: total('gen_throughput'),
    cacheHitRate: hitRate({ promptTokensTotal, cachedTokensTotal }, before) ?? mean(of('cache_hit_rate')),
    kvUse: most('token_usage'),
    kvTokens: total('num_used_tokens'),
    promptTokensTotal,
    cachedTokensTotal,
    generatedTokensTotal: total('generation_tokens_total'),
    ranks: ranks
      .map((rank) => ({
        rank,
        running: at('num_running_reqs', rank),
        queued: at('num_queue_reqs', rank),
        kvUse: at('token_usage', rank),
      }))
      .filter(({ running, queued, kvUse }) => running !== null || queued !== null || kvUse !== null),
  };
}

const rankOf = ({ labels }: MetricSample): string => labels.dp_rank ?? '0';

/** For each metric and data-parallel rank, the samples of its lowest tensor-parallel rank. */
function firstTensorRanks(samples: readonly MetricSample[]): readonly MetricSample[] {
  const key = (one: MetricSample) => `${one.name} ${rankOf(one)}`;
  const tensorRank = ({ labels }: MetricSample) => Number(labels.tp_rank ?? 0);
  const lowest = new Map<string, number>();
  for (const one of samples)
    lowest.set(key(one), Math.min(lowest.get(key(one)) ?? Number.POSITIVE_INFINITY, tensorRank(one)));
  return samples.filter((one) => tensorRank(one) === lowest.get(key(one)));
}

type Totals = Pick<ServerGauges, 'promptTokensTotal' | 'cachedTokensTotal'>;

function hitRate(now: Totals, before: Totals | null): number | null {
  const [prompt, cached] = [now.promptTokensTotal, now.cachedTokensTotal];
  if (prompt === null || cached === null) return null;
  // A server that was restarted counts from nothing.
  const isLater =
    before !== null && (before.promptTokensTotal ?? 0) <= prompt && (before.cachedTokensTotal ?? 0) <= cached;
  const asked = prompt - (isLater ? (before.promptTokensTotal ?? 0) : 0);
  return asked > 0 ? (cached - (isLater ? (before.cachedTokensTotal ?? 0) : 0)) / asked : null;
}

const sum = (values: readonly number[]): number | null =>
  values.length === 0 ? null : values.reduce((total, one) => total + one, 0);
const mean = (samples: readonly MetricSample[]): number | null => {
  const total = sum(samples.map(({ value }) => value));
  return total === null ? null : total / samples.length;
};
