import type { EmbeddedText, EmbeddingClient, EmbedResult } from '../../../inference/embedding.ts';
import type { ServerFailed } from '../../../inference/server-failure.ts';
import { disagreement } from '../agreement.ts';
import {
  allVectors,
  type EncodedText,
  type EncodeEachResult,
  type EncodeFailed,
  type EncodeResult,
  type Probe,
  type StateEncoder,
} from '../encoder.ts';
import type { ServedIdentity } from '../identity.ts';

/** A server that took requests and answers none any more. */
export interface FrozenServer {
  readonly url: string;
  readonly model: string;
  readonly message: string;
}

/** Starts a frozen server anew, when it is ours to start; `left` when it is not, or does not come back. */
export type RestartServer = (frozen: FrozenServer, signal: AbortSignal) => Promise<'restarted' | 'left'>;

export interface ServedEncoderParts {
  readonly identity: ServedIdentity;
  /** The encoder closes it. */
  readonly client: EmbeddingClient;
  readonly probes: readonly Probe[];
  readonly restart?: RestartServer | undefined;
}

/** Restarts that one request is worth: a text that freezes a server again and again is not to be sent for ever. */
const MOST_RESTARTS = 2;

/**
 * An encoder behind a server. It stays the encoder that was opened: once the server has another model or other weights, everything
 * fails until it is opened anew, since vectors of two models do not compare.
 */
export class ServedEncoder implements StateEncoder {
  readonly identity: ServedIdentity;
  readonly probes: readonly Probe[];
  readonly #client: EmbeddingClient;
  readonly #restart: RestartServer | undefined;
  readonly #unwatch: () => void;
  /** How often something happened to the server, after which it may have come back as another; and how often it was found to be itself. */
  #doubts = 0;
  #settled = 0;
  #changedTo: EncodeFailed | null = null;

  constructor({ identity, client, probes, restart }: ServedEncoderParts) {
    this.identity = identity;
    this.probes = probes;
    this.#client = client;
    this.#restart = restart;
    this.#unwatch = client.watch(() => {
      this.#doubts++;
    });
  }

  async encode(texts: readonly string[], signal: AbortSignal): Promise<EncodeResult> {
    return allVectors(await this.encodeEach(texts, signal));
  }

  async encodeEach(texts: readonly string[], signal: AbortSignal): Promise<EncodeEachResult> {
    if (this.#changedTo !== null) return this.#changedTo;
    const sent = texts.filter((text) => text !== '');
    const answer = sent.length === 0 ? null : await this.#embed(sent, signal);
    if (answer?.kind === 'serverFailed') return this.#failed(answer, signal);
    const problem = answer === null ? null : await this.#problemOf(answer, signal);
    if (problem !== null) return problem;
    const vectors = (answer?.vectors ?? []).values();
    return {
      kind: 'encoded',
      texts: texts.map((text) => (text === '' ? NO_TEXT : this.#read(vectors.next().value as EmbeddedText))),
    };
  }

  /** Whether an answer is of the model that was opened. A server that was away, however briefly, is asked for vectors that are known. */
  async #problemOf(answer: EmbedResult & { kind: 'vectors' }, signal: AbortSignal): Promise<EncodeFailed | null> {
    const { model, weightVersion } = this.identity;
    if (answer.model !== model || answer.weightVersion !== weightVersion) {
      this.#changedTo = this.#changed(
        `serves ${named(answer)} now; it was ${named(this.identity)} when the encoder was opened`,
      );
      return this.#changedTo;
    }
    const doubts = this.#doubts;
    if (this.#settled === doubts) return null;
    const again = await this.#client.embed({ texts: this.probes.map(({ text }) => text), signal });
    if (again.kind === 'serverFailed') return this.#failed(again, signal);
    const differs = this.probes.some(({ vector }, i) => {
      const one = again.vectors[i];
      return one?.kind !== 'vector' || disagreement(one.vector, vector) !== null;
    });
    if (differs)
      this.#changedTo = this.#changed('was away, and gives other vectors now than when the encoder was opened');
    else this.#settled = doubts;
    return this.#changedTo;
  }

  async close(): Promise<void> {
    this.#unwatch();
    await this.#client.close();
  }

  async #embed(texts: readonly string[], signal: AbortSignal): Promise<EmbedResult> {
    for (let restarts = 0; ; restarts++) {
      const answer = await this.#client.embed({ texts, signal });
      if (answer.kind !== 'serverFailed' || this.#restart === undefined || restarts === MOST_RESTARTS || signal.aborted)
        return answer;
      if (!MAY_BE_FROZEN.has(answer.reason)) return answer;
      const health = await this.#client.health(signal);
      if (health.kind === 'ready') return answer;
      const { model } = this.identity;
      const done = await this.#restart({ url: this.#client.url, model, message: answer.message }, signal);
      if (done === 'left') return answer;
    }
  }

  #read(one: EmbeddedText): EncodedText {
    if (one.kind === 'failed') return { kind: 'failed', message: one.failure.message };
    const { width, contextLength } = this.identity;
    // The end of a state is its target: without it, states that differ there alone would be one.
    if (one.truncated)
      return {
        kind: 'failed',
        message: `the state is longer than the ${contextLength ?? '?'} tokens that the model takes`,
      };
    if (one.vector.length !== width)
      return { kind: 'failed', message: `the vector has ${one.vector.length} numbers, expected ${width}` };
    return { kind: 'vector', vector: one.vector };
  }

  #failed({ reason, message, retriable }: ServerFailed, signal: AbortSignal): EncodeFailed {
    const aborted = reason === 'aborted' && signal.aborted;
    return { kind: 'encodeFailed', reason: aborted ? 'aborted' : 'server', message, retriable };
  }

  #changed(what: string): EncodeFailed {
    const remedy = 'vectors of two models do not compare: encode and train anew, or serve the old one again';
    const message = `${this.#client.url} ${what}; ${remedy}`;
    return { kind: 'encodeFailed', reason: 'modelChanged', message, retriable: false };
  }
}

const named = ({ model, weightVersion }: { readonly model: string; readonly weightVersion: string | null }): string =>
  weightVersion === null ? model : `${model} (weights ${weightVersion})`;

const NO_TEXT: EncodedText = { kind: 'failed', message: 'a finished proof has no text to encode' };
const MAY_BE_FROZEN: ReadonlySet<ServerFailed['reason']> = new Set(['timeout', 'overloaded', 'serverDown']);
