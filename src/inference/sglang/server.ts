import type { ClientStatistics, ServerHealth } from '../client-state.ts';
import { Caller, type CallerOptions } from '../http/caller.ts';
import { aborted } from '../http/failures.ts';
import { HealthRecord, healthDeadlineMs } from '../http/health.ts';
import type { Transport } from '../http/transport.ts';
import { unlessAborted } from '../http/unless-aborted.ts';
import type { ServerFailed } from '../server-failure.ts';
import type { ServerIdentity } from '../server-identity.ts';
import { readFacts, type SglangFacts } from './identity.ts';
import { probeLogProbScale } from './log-prob-scale.ts';

export interface SglangOptions extends CallerOptions {
  /** Whether it is to generate or to embed: the other kind of server is refused before it is asked anything. */
  readonly mode: 'generate' | 'embed';
  /** How its log-probs are scaled, for those who know. @default found out by asking for two tokens */
  readonly logProbs?: 'raw' | 'scaled';
}

/** One SGLang, whatever it is asked: who it is, how it is, and that it is still the same. */
export class SglangServer {
  readonly caller: Caller;
  readonly #options: SglangOptions;
  readonly #health = new HealthRecord();
  #facts: Promise<SglangFacts | ServerFailed> | null = null;
  #known: SglangFacts | null = null;
  #seenVersion: string | null = null;
  #samples = 0;
  #promptTokens = 0;
  #completionTokens = 0;

  private constructor(caller: Caller, options: SglangOptions) {
    this.caller = caller;
    this.#options = options;
    // What comes back may be another model.
    caller.watch((event) => {
      if (event.kind === 'lost' || event.kind === 'back') this.#facts = null;
    });
  }

  static async open(options: SglangOptions): Promise<SglangServer> {
    return new SglangServer(await Caller.open(options), options);
  }

  get shown(): string {
    return this.caller.transport.shown;
  }

  /** Who answers there. Asked once for all who want to know; a failure is not kept. */
  async facts(signal?: AbortSignal): Promise<SglangFacts | ServerFailed> {
    const asked = this.#facts ?? this.#askOnce();
    return unlessAborted(asked, signal, () => aborted(`${this.shown}: given up`));
  }

  async identity(signal?: AbortSignal): Promise<ServerIdentity | ServerFailed> {
    const facts = await this.facts(signal);
    return facts.kind === 'facts' ? facts.identity : facts;
  }

  #askOnce(): Promise<SglangFacts | ServerFailed> {
    const asked = this.#ask().then((facts) => {
      if (facts.kind === 'serverFailed' && this.#facts === asked) this.#facts = null;
      return facts;
    });
    this.#facts = asked;
    return asked;
  }

  async #ask(): Promise<SglangFacts | ServerFailed> {
    const facts = await this.#read(this.caller.transport);
    if (facts.kind === 'serverFailed') return facts;
    const { model, weightVersion } = facts.identity;
    const before = this.#known?.identity;
    this.#known = facts;
    this.#seenVersion = weightVersion;
    if (before && (before.model !== model || before.weightVersion !== weightVersion))
      this.caller.announce({ kind: 'modelChanged', model, weightVersion });
    return facts;
  }

  async #read(transport: Transport): Promise<SglangFacts | ServerFailed> {
    const facts = await readFacts(transport);
    if (facts.kind === 'serverFailed') return facts;
    const { mode, logProbs } = this.#options;
    if (facts.isGeneration !== (mode === 'generate')) return wrongMode(this.shown, facts);
    if (mode === 'embed') return facts;
    const scale = logProbs ?? this.#known?.identity.capabilities.logProbs ?? 'unknown';
    const found = scale === 'unknown' ? await probeLogProbScale(transport) : scale;
    const { identity } = facts;
    // The probe is a help: a server that refuses it may do well without.
    const known = typeof found === 'string' ? found : 'unknown';
    return { ...facts, identity: { ...identity, capabilities: { ...identity.capabilities, logProbs: known } } };
  }

  /** Notes a weight version that came with an answer. Another one than the last: everything is asked again. */
  async sawVersion(version: string | null, signal: AbortSignal): Promise<SglangFacts | ServerFailed> {
    if (version !== null && this.#seenVersion !== null && version !== this.#seenVersion) this.#facts = null;
    this.#seenVersion = version ?? this.#seenVersion;
    return this.facts(signal);
  }

  count(samples: number, promptTokens: number, completionTokens: number): void {
    this.#samples += samples;
    this.#promptTokens += promptTokens;
    this.#completionTokens += completionTokens;
  }

  async health(signal?: AbortSignal): Promise<ServerHealth> {
    const { caller } = this;
    const check = await caller.transport.send({ method: 'GET', path: '/health', deadlineMs: healthDeadlineMs, signal });
    return this.#health.judge(check, caller.statistics().answered);
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

function wrongMode(shown: string, { isGeneration }: SglangFacts): ServerFailed {
  const message = isGeneration
    ? `${shown} generates and was not started with --is-embedding; vectors need a second server that was`
    : `${shown} was started with --is-embedding and cannot generate; tactics need a server without that flag`;
  return { kind: 'serverFailed', reason: 'wrongMode', message, retriable: false };
}
