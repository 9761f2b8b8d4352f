import { type GaugeMoment, hitRate, noGauges, perSecond, type ServerGauges, sumKnown } from '../panel/gauges.ts';
import type { MetricSample } from '../panel/prometheus.ts';
import type { ServerKind } from '../server-identity.ts';
import { readGauges } from '../sglang/gauges.ts';

/** What a kind of server calls its figures; of several names the first that it has. */
interface MetricNames {
  readonly running: readonly string[];
  readonly queued: readonly string[];
  /** Made in a second, as the server reckons it. */
  readonly speed: readonly string[];
  readonly kvUse: readonly string[];
  readonly asked: readonly string[];
  readonly cached: readonly string[];
  readonly generated: readonly string[];
}

const NAMES: Readonly<Partial<Record<ServerKind, MetricNames>>> = {
  vllm: {
    running: ['vllm:num_requests_running'],
    queued: ['vllm:num_requests_waiting'],
    speed: ['vllm:avg_generation_throughput_toks_per_s'],
    kvUse: ['vllm:kv_cache_usage_perc', 'vllm:gpu_cache_usage_perc'],
    asked: ['vllm:prefix_cache_queries_total', 'vllm:gpu_prefix_cache_queries_total'],
    cached: ['vllm:prefix_cache_hits_total', 'vllm:gpu_prefix_cache_hits_total'],
    generated: ['vllm:generation_tokens_total'],
  },
  'llama-server': {
    running: ['llamacpp:requests_processing'],
    queued: ['llamacpp:requests_deferred'],
    speed: ['llamacpp:predicted_tokens_seconds'],
    kvUse: ['llamacpp:kv_cache_usage_ratio'],
    asked: [],
    cached: [],
    generated: ['llamacpp:tokens_predicted_total'],
  },
};

/** Whether there may be figures under `/metrics`, in a form that is known. */
export const hasMetrics = (server: ServerKind): boolean => server === 'sglang' || NAMES[server] !== undefined;

/** The figures of a metrics page; null when none of them is on it. */
export function readServerMetrics(
  server: ServerKind,
  samples: readonly MetricSample[],
  atMs: number,
  before: GaugeMoment | null,
): ServerGauges | null {
  if (server === 'sglang') {
    const gauges = readGauges(samples, atMs, before);
    return gauges.ranks.length === 0 ? null : gauges;
  }
  const names = NAMES[server];
  if (names === undefined) return null;
  const values = (wanted: readonly string[]): readonly number[] => {
    const name = wanted.find((one) => samples.some((sample) => sample.name === one));
    return samples.filter((sample) => sample.name === name).map(({ value }) => value);
  };
  const total = (wanted: readonly string[]): number | null => sumKnown(values(wanted));
  const promptTokensTotal = total(names.asked);
  const cachedTokensTotal = total(names.cached);
  const generatedTokensTotal = total(names.generated);
  const earlier = before && { total: before.gauges.generatedTokensTotal, atMs: before.atMs };
  const uses = values(names.kvUse);
  const gauges: ServerGauges = {
    ...noGauges,
    running: total(names.running),
    queued: total(names.queued),
    tokensPerSecond: perSecond(generatedTokensTotal, atMs, earlier) ?? total(names.speed),
    cacheHitRate: hitRate({ promptTokensTotal, cachedTokensTotal }, before?.gauges ?? null),
    kvUse: uses.length === 0 ? null : Math.max(...uses),
    promptTokensTotal,
    cachedTokensTotal,
    generatedTokensTotal,
  };
  return gauges.running === null && gauges.queued === null && generatedTokensTotal === null ? null : gauges;
}
