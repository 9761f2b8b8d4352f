import type {
  ClientEvent,
  ClientStatistics,
  EmbeddedText,
  EmbeddingClient,
  EmbedRequest,
  EmbedResult,
  ServerFailed,
  ServerHealth,
  ServerIdentity,
} from '../generation.ts';
import { badAnswer, readJson } from '../http/read-json.ts';
import type { Transport } from '../http/transport.ts';
import { checkedVector, isOfTheTexts } from '../vectors.ts';
import { fitText } from './fit-text.ts';
import { type SglangOptions, SglangServer } from './server.ts';
import { vectorsSchema, type WireVector } from './wire.ts';

export interface SglangEmbedderOptions extends Omit<SglangOptions, 'mode' | 'logProbs'> {
  /** Texts in one request. @default 16 */
  readonly batch?: number;
  /** Most milliseconds of one request. @default 60000 */
  readonly deadlineMs?: number;
}

/**
 * Opens a client of an SGLang that was started with `--is-embedding`. Few requests in flight are the default: such servers have been seen to
 * freeze when as many came together as they run at once.
 */
export async function openSglangEmbedder(options: SglangEmbedderOptions): Promise<EmbeddingClient> {
  const server = await SglangServer.open({ maxInFlight: 4, ...options, mode: 'embed' });
  return new SglangEmbedder(server, options);
}

type Route = '/encode' | '/v1/embeddings';
interface Vectors {
  readonly kind: 'read';
  readonly vectors: readonly WireVector[];
}
interface Fitted {
  readonly text: string;
  readonly truncated: boolean;
}

class SglangEmbedder implements EmbeddingClient {
  readonly url: string;
  readonly #server: SglangServer;
  readonly #batch: number;
  readonly #deadlineMs: number;
  /** Routers may forward only the second. */
  #route: Route = '/encode';
  #dimension: number | null = null;

  constructor(server: SglangServer, { batch = 16, deadlineMs = 60_000 }: SglangEmbedderOptions) {
    this.#server = server;
    this.#batch = batch;
    this.#deadlineMs = deadlineMs;
    this.url = server.shown;
  }

  async embed(request: EmbedRequest): Promise<EmbedResult> {
    const parts: (readonly string[])[] = [];
    for (let at = 0; at < request.texts.length; at += this.#batch)
      parts.push(request.texts.slice(at, at + this.#batch));
    const facts = await this.#server.caller.call({
      ...request,
      send: (_, signal) => this.#server.facts(signal),
    });
    if (facts.kind === 'serverFailed') return facts;
    const { contextLength, model, weightVersion } = facts.identity;
    // The first failure of the server ends the other parts: they would wait for it in vain.
    const end = new AbortController();
    const giveUp = () => end.abort();
    request.signal.addEventListener('abort', giveUp, { once: true });
    if (request.signal.aborted) giveUp();
    let failure: ServerFailed | null = null;
    const answers = await Promise.all(
      parts.map(async (texts) => {
        const answer = await this.#part(texts, contextLength, { ...request, signal: end.signal });
        if (!('kind' in answer)) return answer;
        failure ??= answer;
        giveUp();
        return [];
      }),
    );
    request.signal.removeEventListener('abort', giveUp);
    return failure ?? { kind: 'vectors', vectors: answers.flat(), model, weightVersion };
  }

  /** One request for all of them; each alone when it is refused. */
  async #part(
    texts: readonly string[],
    contextLength: number | null,
    request: EmbedRequest,
  ): Promise<readonly EmbeddedText[] | ServerFailed> {
    const fitted: Fitted[] = [];
    for (const text of texts) fitted.push(await this.#fit(text, contextLength, request));
    const whole = await this.#ask(fitted, request);
    if (whole.kind === 'read') return whole.vectors.map((vector, i) => this.#check(vector, fitted[i] as Fitted));
    if (!isOfTheTexts(whole)) return whole;
    if (fitted.length === 1) return [{ kind: 'failed', failure: whole }];
    const alone: EmbeddedText[] = [];
    for (const one of fitted) {
      const answer = await this.#ask([one], request);
      if (answer.kind === 'read') alone.push(this.#check(answer.vectors[0] as WireVector, one));
      else if (isOfTheTexts(answer)) alone.push({ kind: 'failed', failure: answer });
      else return answer;
    }
    return alone;
  }

  /** Too long an input has brought servers down, so it is cut here. */
  async #fit(text: string, contextLength: number | null, { signal }: EmbedRequest): Promise<Fitted> {
    if (contextLength === null) return { text, truncated: false };
    return fitText(this.#server.caller.transport, text, contextLength, signal);
  }

  #check({ values, tokens }: WireVector, { truncated }: Fitted): EmbeddedText {
    const checked = checkedVector({ values, tokens, truncated }, this.#dimension, `${this.url}${this.#route}`);
    if (checked.kind === 'vector') {
      this.#dimension ??= checked.vector.length;
      this.#server.count(1, tokens ?? 0, 0);
    }
    return checked;
  }

  async #ask(fitted: readonly Fitted[], request: EmbedRequest): Promise<Vectors | ServerFailed> {
    const texts = fitted.map(({ text }) => text);
    return this.#server.caller.call({
      lane: request.lane,
      signal: request.signal,
      send: async (transport, signal) => {
        const facts = await this.#server.facts(signal);
        if (facts.kind === 'serverFailed') return facts;
        const vectors = await this.#send(transport, texts, facts.identity.model, signal);
        if (vectors.kind !== 'serverFailed' || vectors.status !== 404 || this.#route !== '/encode') return vectors;
        this.#route = '/v1/embeddings';
        return this.#send(transport, texts, facts.identity.model, signal);
      },
    });
  }

  async #send(
    transport: Transport,
    texts: readonly string[],
    model: string,
    signal: AbortSignal,
  ): Promise<Vectors | ServerFailed> {
    const path = this.#route;
    const body = path === '/encode' ? { text: texts } : { input: texts, model };
    const answer = await transport.send({ method: 'POST', path, body, deadlineMs: this.#deadlineMs, signal });
    if (answer.kind === 'serverFailed') return answer;
    const what = `${this.url}${path}`;
    const read = readJson(answer, vectorsSchema, what);
    if (read.kind === 'serverFailed') return read;
    const vectors = read.value;
    if (vectors.length !== texts.length)
      return badAnswer(`${what} answered ${vectors.length} vectors for ${texts.length} texts`);
    return { kind: 'read', vectors };
  }

  async identity(signal?: AbortSignal): Promise<ServerIdentity | ServerFailed> {
    const facts = await this.#server.facts(signal);
    return facts.kind === 'facts' ? facts.identity : facts;
  }

  async health(signal?: AbortSignal): Promise<ServerHealth> {
    return this.#server.health(signal);
  }

  statistics(): ClientStatistics {
    return this.#server.statistics();
  }

  watch(listener: (event: ClientEvent) => void): () => void {
    return this.#server.caller.watch(listener);
  }

  async close(): Promise<void> {
    await this.#server.caller.close();
  }
}
