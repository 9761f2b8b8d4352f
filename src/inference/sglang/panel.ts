import type { ServerFailed, ServerIdentity } from '../generation.ts';
import { readJson } from '../http/read-json.ts';
import type { Transport } from '../http/transport.ts';
import { readGauges, type ServerGauges } from './gauges.ts';
import { readFacts } from './identity.ts';
import { parseMetrics } from './prometheus.ts';
import { loadsSchema, serverInfoSchema } from './wire.ts';

/** One look at a server, for a screen. */
export interface ServerPanel {
  readonly kind: 'panel';
  readonly identity: ServerIdentity;
  readonly gauges: ServerGauges;
  /** Where the figures come from; `none`: the server has no such route (`--enable-metrics` is missing). */
  readonly source: 'metrics' | 'loads' | 'serverInfo' | 'none';
}

const deadlineMs = 10_000;
const nothing = readGauges([], null);

/** Looks at one SGLang again and again; rates are those between two looks. */
export class PanelReader {
  readonly #transport: Transport;
  #before: ServerGauges | null = null;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  async look(signal?: AbortSignal): Promise<ServerPanel | ServerFailed> {
    const facts = await readFacts(this.#transport, signal);
    if (facts.kind === 'serverFailed') return facts;
    const { identity } = facts;
    const metrics = await this.#get('/metrics', signal);
    if (metrics.kind === 'answer') {
      const gauges = readGauges(parseMetrics(metrics.text), this.#before);
      this.#before = gauges;
      if (gauges.ranks.length > 0) return { kind: 'panel', identity, gauges, source: 'metrics' };
    } else if (metrics.reason === 'serverDown' || metrics.reason === 'timeout') return metrics;
    return {
      kind: 'panel',
      identity,
      ...((await this.#loads(signal)) ?? (await this.#info(signal)) ?? { gauges: nothing, source: 'none' }),
    };
  }

  async #loads(signal?: AbortSignal): Promise<Pick<ServerPanel, 'gauges' | 'source'> | null> {
    const answer = await this.#get('/v1/loads?include=core&format=json', signal);
    const read = answer.kind === 'answer' ? readJson(answer, loadsSchema, '/v1/loads') : answer;
    if (read.kind === 'serverFailed' || read.value.loads.length === 0) return null;
    const ranks = read.value.loads.map((one, at) => ({
      rank: String(one.dp_rank ?? at),
      running: one.num_running_reqs ?? null,
      queued: one.num_waiting_reqs ?? null,
      kvUse: one.num_used_tokens != null && one.num_total_tokens ? one.num_used_tokens / one.num_total_tokens : null,
    }));
    const gauges: ServerGauges = {
      ...nothing,
      running: sum(ranks.map(({ running }) => running)),
      queued: sum(ranks.map(({ queued }) => queued)),
      kvUse: ranks.reduce<number | null>(
        (most, { kvUse }) => (kvUse === null ? most : Math.max(most ?? 0, kvUse)),
        null,
      ),
      kvTokens: sum(read.value.loads.map((one) => one.num_used_tokens ?? null)),
      ranks,
    };
    return { gauges, source: 'loads' };
  }

  async #info(signal?: AbortSignal): Promise<Pick<ServerPanel, 'gauges' | 'source'> | null> {
    for (const path of ['/server_info', '/get_server_info']) {
      const answer = await this.#get(path, signal);
      const read = answer.kind === 'answer' ? readJson(answer, serverInfoSchema, path) : answer;
      if (read.kind === 'serverFailed') continue;
      const speeds = (read.value.internal_states ?? []).map((one) => one.last_gen_throughput ?? null);
      const tokensPerSecond = sum(speeds);
      return tokensPerSecond === null ? null : { gauges: { ...nothing, tokensPerSecond }, source: 'serverInfo' };
    }
    return null;
  }

  async #get(path: string, signal?: AbortSignal) {
    return this.#transport.send({ method: 'GET', path, deadlineMs, signal });
  }
}

const sum = (values: readonly (number | null)[]): number | null => {
  const known = values.filter((one) => one !== null);
  return known.length === 0 ? null : known.reduce((total, one) => total + one, 0);
};
