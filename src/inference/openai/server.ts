import type { ClientStatistics, ServerHealth } from '../client-state.ts';
import type { Sample } from '../generation.ts';
import { Caller } from '../http/caller.ts';
import { HealthRecord, healthDeadlineMs } from '../http/health.ts';
import type { ServerFailed } from '../server-failure.ts';
import type { ServerIdentity } from '../server-identity.ts';
import { type Discovered, discover } from './discovery.ts';
import { askHealth } from './health.ts';
import { type OpenAiOptions, withoutVersion } from './options.ts';
import { ServerKnowledge } from './server-knowledge.ts';

export interface Known {
  readonly kind: 'known';
  readonly knowledge: ServerKnowledge;
}

/** One server, whatever it is asked: who it is, what it can do, how it is. */
export class OpenAiServer {
  readonly caller: Caller;
  readonly #options: OpenAiOptions;
  readonly #health = new HealthRecord();
  #knowledge: ServerKnowledge | null = null;
  #before: ServerKnowledge | null = null;
  #samples = 0;
  #promptTokens = 0;
  #completionTokens = 0;

  private constructor(caller: Caller, options: OpenAiOptions) {
    this.caller = caller;
    this.#options = options;
    // What comes back may be another model.
    caller.watch((event) => {
      if (event.kind === 'lost' || event.kind === 'back') this.#knowledge = null;
    });
  }

  /** Opens the connections; nothing is asked yet. */
  static async open(options: OpenAiOptions): Promise<OpenAiServer> {
    return new OpenAiServer(await Caller.open({ ...options, address: withoutVersion(options.address) }), options);
  }

  get shown(): string {
    return this.caller.transport.shown;
  }

  /** What is known of the server, asked at once. */
  async known(signal?: AbortSignal): Promise<Known | ServerFailed> {
    if (this.#knowledge !== null) return { kind: 'known', knowledge: this.#knowledge };
    const { model = null, server = null } = this.#options;
    const found = await discover(this.caller.transport, { model, server, signal });
    return found.kind === 'serverFailed' ? found : { kind: 'known', knowledge: this.#keep(found) };
  }

  /** The same, and waits for a server that is not there yet, or loads its model. */
  async waitUntilKnown(signal: AbortSignal, lane: string | undefined): Promise<Known | ServerFailed> {
    if (this.#knowledge !== null) return { kind: 'known', knowledge: this.#knowledge };
    return this.caller.call<Known>({ lane, signal, send: (_transport, end) => this.known(end) });
  }

  async identity(signal?: AbortSignal): Promise<ServerIdentity | ServerFailed> {
    const known = await this.known(signal);
    return known.kind === 'serverFailed' ? known : known.knowledge.identity();
  }

  #keep(found: Discovered): ServerKnowledge {
    // Another request may have found it meanwhile, and learnt from it.
    if (this.#knowledge !== null) return this.#knowledge;
    const { contextLength } = this.#options;
    const knowledge = new ServerKnowledge(contextLength === undefined ? found : { ...found, contextLength });
    const before = this.#before?.discovered;
    if (before && (before.model !== found.model || before.weightVersion !== found.weightVersion))
      this.caller.announce({ kind: 'modelChanged', model: found.model, weightVersion: found.weightVersion });
    this.#before = knowledge;
    this.#knowledge = knowledge;
    return knowledge;
  }

  /** Counts the samples of one answer. */
  count(samples: readonly Sample[]): void {
    this.#samples += samples.length;
    this.#promptTokens += samples[0]?.promptTokens ?? 0;
    this.#completionTokens += samples.reduce((sum, one) => sum + one.completionTokens, 0);
  }

  countVectors(vectors: number): void {
    this.#samples += vectors;
  }

  async health(signal?: AbortSignal): Promise<ServerHealth> {
    const { caller } = this;
    const server = this.#options.server ?? this.#before?.discovered.server ?? null;
    const answer = await askHealth(caller.transport, { server, deadlineMs: healthDeadlineMs, signal });
    return this.#health.judge(answer, caller.statistics().answered);
  }

  statistics(): ClientStatistics {
    return {
      ...this.caller.statistics(),
      samples: this.#samples,
      promptTokens: this.#promptTokens,
      completionTokens: this.#completionTokens,
    };
  }
}
