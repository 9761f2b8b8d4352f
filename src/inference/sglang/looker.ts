import { type Clock, systemClock } from '../../search/world.ts';
import type { HttpAnswer } from '../http/error-body.ts';
import { healthDeadlineMs } from '../http/health.ts';
import { readJson } from '../http/read-json.ts';
import type { Transport } from '../http/transport.ts';
import { type GaugeMoment, noGauges, type ServerGauges, sumKnown } from '../panel/gauges.ts';
import { lookDeadlineMs, type ServerLook, type ServerLooker } from '../panel/look.ts';
import { parseMetrics } from '../panel/prometheus.ts';
import type { ServerFailed } from '../server-failure.ts';
import { readGauges } from './gauges.ts';
import { type ModelInfoRead, readFacts, readModelInfo, type SglangFacts } from './identity.ts';
import { loadsSchema, serverInfoSchema } from './wire.ts';

/** How long what a server says of itself is taken as told, while its model and weights are the same. */
const factsMs = 30_000;

type Gauged = Pick<ServerLook, 'gauges' | 'source'>;

/** Looks at one SGLang; rates are those between two looks. */
export class SglangLooker implements ServerLooker {
  readonly url: string;
  readonly #transport: Transport;
  readonly #clock: Clock;
  #before: GaugeMoment | null = null;
  #known: { readonly facts: SglangFacts; readonly atMs: number; readonly key: string } | null = null;

  constructor(transport: Transport, clock: Clock = systemClock) {
    this.#transport = transport;
    this.#clock = clock;
    this.url = transport.shown;
  }

  async look(signal?: AbortSignal): Promise<ServerLook | ServerFailed> {
    const begunMs = this.#clock.now();
    const model = await readModelInfo(this.#transport, { signal, deadlineMs: lookDeadlineMs });
    const ms = this.#clock.now() - begunMs;
    if (model.kind === 'serverFailed' && model.status !== 404) return this.#forget(model);
    const facts = await this.#facts(model, signal);
    if (facts.kind === 'serverFailed') return this.#forget(facts);
    const [gauged, accepts] = await Promise.all([this.#gauges(signal), this.#accepts(signal)]);
    if ('kind' in gauged) return this.#forget(gauged);
    return { kind: 'look', identity: facts.identity, ...gauged, accepts, ms };
  }

  async health(signal?: AbortSignal): Promise<HttpAnswer | ServerFailed> {
    return this.#get('/health', signal, healthDeadlineMs);
  }

  close(): Promise<void> {
    return this.#transport.close();
  }

  #forget(failure: ServerFailed): ServerFailed {
    this.#known = null;
    return failure;
  }

  /** @param model what it says of itself now: another answer is another model, or other weights */
  async #facts(model: ModelInfoRead, signal?: AbortSignal): Promise<SglangFacts | ServerFailed> {
    const known = this.#known;
    const key = JSON.stringify(model);
    if (known !== null && known.key === key && this.#clock.now() - known.atMs < factsMs) return known.facts;
    const facts = await readFacts(this.#transport, signal, model);
    if (facts.kind === 'facts') this.#known = { facts, atMs: this.#clock.now(), key };
    return facts;
  }

  async #gauges(signal?: AbortSignal): Promise<Gauged | ServerFailed> {
    const metrics = await this.#get('/metrics', signal);
    if (metrics.kind === 'answer') {
      const atMs = this.#clock.now();
      const gauges = readGauges(parseMetrics(metrics.text), atMs, this.#before);
      this.#before = { gauges, atMs };
      if (gauges.ranks.length > 0) return { gauges, source: 'metrics' };
    } else if (metrics.reason === 'serverDown' || metrics.reason === 'timeout') return metrics;
    return (await this.#loads(signal)) ?? (await this.#info(signal)) ?? { gauges: noGauges, source: 'none' };
  }

  /** Newer servers tell without making a token whether they take requests; a paused one does not. */
  async #accepts(signal?: AbortSignal): Promise<boolean | null> {
    const answer = await this.#get('/ready', signal);
    if (answer.kind === 'answer') return true;
    return answer.status === 503 ? false : null;
  }

  async #loads(signal?: AbortSignal): Promise<Gauged | null> {
    const answer = await this.#get('/v1/loads?include=core&format=json', signal);
    const read = answer.kind === 'answer' ? readJson(answer, loadsSchema, '/v1/loads') : answer;
    if (read.kind === 'serverFailed' || read.value.loads.length === 0) return null;
    const ranks = read.value.loads.map((one, at) => ({
      rank: String(one.dp_rank ?? at),
      running: one.num_running_reqs ?? null,
      queued: one.num_waiting_reqs ?? null,
      kvUse: one.num_used_tokens != null && one.num_total_tokens ? one.num_used_tokens / one.num_total_tokens : null,
    }));
    const uses = ranks.flatMap(({ kvUse }) => kvUse ?? []);
    const gauges: ServerGauges = {
      ...noGauges,
      running: sumKnown(ranks.map(({ running }) => running)),
      queued: sumKnown(ranks.map(({ queued }) => queued)),
      kvUse: uses.length === 0 ? null : Math.max(...uses),
      kvTokens: sumKnown(read.value.loads.map((one) => one.num_used_tokens ?? null)),
      ranks,
    };
    return { gauges, source: 'loads' };
  }

  async #info(signal?: AbortSignal): Promise<Gauged | null> {
    for (const path of ['/server_info', '/get_server_info']) {
      const answer = await this.#get(path, signal);
      const read = answer.kind === 'answer' ? readJson(answer, serverInfoSchema, path) : answer;
      if (read.kind === 'serverFailed') continue;
      const speeds = (read.value.internal_states ?? []).map((one) => one.last_gen_throughput ?? null);
      const tokensPerSecond = sumKnown(speeds);
      return tokensPerSecond === null ? null : { gauges: { ...noGauges, tokensPerSecond }, source: 'serverInfo' };
    }
    return null;
  }

  async #get(path: string, signal?: AbortSignal, deadlineMs = lookDeadlineMs) {
    return this.#transport.send({ method: 'GET', path, deadlineMs, signal });
  }
}
