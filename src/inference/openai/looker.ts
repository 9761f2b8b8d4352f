import { type Clock, systemClock } from '../../search/world.ts';
import type { HttpAnswer } from '../http/error-body.ts';
import type { Transport } from '../http/transport.ts';
import { type GaugeMoment, noGauges } from '../panel/gauges.ts';
import { lookDeadlineMs, type ServerLook, type ServerLooker } from '../panel/look.ts';
import { parseMetrics } from '../panel/prometheus.ts';
import type { ServerFailed } from '../server-failure.ts';
import type { ServerKind } from '../server-identity.ts';
import { discover, MODELS_PATH } from './discovery.ts';
import { askHealth } from './health.ts';
import { hasMetrics, readServerMetrics } from './metrics.ts';
import { ServerKnowledge } from './server-knowledge.ts';

export interface OpenAiLookerOptions {
  /** The model that is used; null = the only one that is served. */
  readonly model: string | null;
  /** Instead of finding out. */
  readonly server: ServerKind | null;
}

/** Looks at one server that speaks OpenAI's protocol. */
export class OpenAiLooker implements ServerLooker {
  readonly url: string;
  readonly #transport: Transport;
  readonly #options: OpenAiLookerOptions;
  readonly #clock: Clock;
  /** Once it has told what it is, only the routes of that kind are asked. */
  #server: ServerKind | null = null;
  #before: GaugeMoment | null = null;

  constructor(transport: Transport, options: OpenAiLookerOptions, clock: Clock = systemClock) {
    this.#transport = transport;
    this.#options = options;
    this.#clock = clock;
    this.url = transport.shown;
  }

  async look(signal?: AbortSignal): Promise<ServerLook | ServerFailed> {
    const begunMs = this.#clock.now();
    const first = await this.#get(MODELS_PATH, signal);
    const ms = this.#clock.now() - begunMs;
    if (first.kind === 'serverFailed' && first.status !== 404) return this.#forget(first);
    const { model, server } = this.#options;
    const found = await discover(this.#transport, { model, server: server ?? this.#server, signal, models: first });
    if (found.kind === 'serverFailed') return this.#forget(found);
    this.#server = found.server;
    const gauges = await this.#gauges(found.server, signal);
    return {
      kind: 'look',
      identity: new ServerKnowledge(found).identity(),
      gauges: gauges ?? noGauges,
      source: gauges === null ? 'none' : 'metrics',
      accepts: null,
      ms,
    };
  }

  async health(signal?: AbortSignal): Promise<HttpAnswer | ServerFailed> {
    return askHealth(this.#transport, { server: this.#server, deadlineMs: lookDeadlineMs, signal });
  }

  close(): Promise<void> {
    return this.#transport.close();
  }

  /** What comes back may be another kind of server. */
  #forget(failure: ServerFailed): ServerFailed {
    this.#server = null;
    return failure;
  }

  async #gauges(server: ServerKind, signal?: AbortSignal) {
    if (!hasMetrics(server)) return null;
    const answer = await this.#get('/metrics', signal);
    if (answer.kind !== 'answer') return null;
    const atMs = this.#clock.now();
    const gauges = readServerMetrics(server, parseMetrics(answer.text), atMs, this.#before);
    this.#before = gauges && { gauges, atMs };
    return gauges;
  }

  async #get(path: string, signal?: AbortSignal) {
    return this.#transport.send({ method: 'GET', path, deadlineMs: lookDeadlineMs, signal });
  }
}
