import { type GaugeMoment, hitRate, perSecond, type ServerGauges, sumKnown } from '../panel/gauges.ts';
import type { MetricSample } from '../panel/prometheus.ts';

const PREFIX = 'sglang:';

/**
 * The figures of a metrics page. They are summed over data-parallel ranks; tensor-parallel ranks all say the same, so one of them is taken.
 *
 * @param atMs now, by a clock that only grows
 * @param before an earlier look at the same server, for rates
 */
export function readGauges(samples: readonly MetricSample[], atMs: number, before: GaugeMoment | null): ServerGauges {
  const first = firstTensorRanks(samples);
  const of = (name: string) => first.filter((one) => one.name === PREFIX + name);
  const total = (name: string): number | null => sumKnown(of(name).map(({ value }) => value));
  const most = (name: string): number | null =>
    of(name).reduce<number | null>((max, { value }) => Math.max(max ?? value, value), null);
  const promptTokensTotal = total('prompt_tokens_total');
  const cachedTokensTotal = total('cached_tokens_total');
  const ranks = [...new Set(first.filter(({ name }) => name.startsWith(PREFIX)).map(rankOf))].sort();
  const at = (name: string, rank: string) =>
    sumKnown(
      of(name)
        .filter((one) => rankOf(one) === rank)
        .map(({ value }) => value),
    );
  const running = total('num_running_reqs');
  const generatedTokensTotal = total('generation_tokens_total');
  const made = perSecond(
    generatedTokensTotal,
    atMs,
    before && { total: before.gauges.generatedTokensTotal, atMs: before.atMs },
  );
  return {
    running,
    queued: total('num_queue_reqs'),
    held: total('num_paused_reqs'),
    // The gauge stays where it was when the last request ended.
    tokensPerSecond: running === 0 ? (made ?? 0) : total('gen_throughput'),
    cacheHitRate:
      hitRate({ promptTokensTotal, cachedTokensTotal }, before?.gauges ?? null) ?? mean(of('cache_hit_rate')),
    kvUse: most('token_usage'),
    kvTokens: total('num_used_tokens'),
    promptTokensTotal,
    cachedTokensTotal,
    generatedTokensTotal,
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

const mean = (samples: readonly MetricSample[]): number | null => {
  const total = sumKnown(samples.map(({ value }) => value));
  return total === null ? null : total / samples.length;
};
