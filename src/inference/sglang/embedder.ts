import { type SentVectors, TextEmbedder } from '../embed-texts.ts';
import type { EmbeddingClient, EmbedRequest, EmbedResult } from '../embedding.ts';
import { badAnswer, readJson } from '../http/read-json.ts';
import type { Transport } from '../http/transport.ts';
import { ServedClient } from '../served-client.ts';
import type { ServerFailed } from '../server-failure.ts';
import type { ServerIdentity } from '../server-identity.ts';
import { type FittedText, fitText } from './fit-text.ts';
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

interface Seen {
  readonly identity: ServerIdentity;
  /** Of the weights that made the vectors; grows with each answer. */
  readonly versions: Set<string>;
}

class SglangEmbedder extends ServedClient implements EmbeddingClient {
  readonly #server: SglangServer;
  readonly #batch: number;
  readonly #deadlineMs: number;
  /** Routers may forward only the second. */
  #route: Route = '/encode';
  readonly #texts = new TextEmbedder();

  constructor(server: SglangServer, { batch = 16, deadlineMs = 60_000 }: SglangEmbedderOptions) {
    super(server);
    this.#server = server;
    this.#batch = batch;
    this.#deadlineMs = deadlineMs;
  }

  async embed(request: EmbedRequest): Promise<EmbedResult> {
    const { caller } = this.#server;
    const facts = await caller.call({ ...request, send: (_, signal) => this.#server.facts(signal) });
    if (facts.kind === 'serverFailed') return facts;
    const { identity } = facts;
    const versions = new Set<string>();
    const vectors = await this.#texts.embed(request, {
      batch: this.#batch,
      what: this.url,
      ask: ({ texts, lane, signal }) =>
        caller.call({
          lane,
          signal,
          send: (transport, end) => this.#ask(transport, texts, { identity, versions }, end),
        }),
    });
    if ('kind' in vectors) return vectors;
    if (versions.size > 1) return weightsChanged(this.url);
    const weightVersion = [...versions][0] ?? identity.weightVersion;
    const now = await this.#server.sawVersion(weightVersion, request.signal);
    for (const one of vectors) if (one.kind === 'vector') this.#server.count(1, one.tokens ?? 0, 0);
    return { kind: 'vectors', vectors, model: (now.kind === 'facts' ? now.identity : identity).model, weightVersion };
  }

  /** Too long an input has brought servers down, so it is cut before it is sent. */
  async #ask(
    transport: Transport,
    texts: readonly string[],
    { identity: { contextLength, model }, versions }: Seen,
    signal: AbortSignal,
  ): Promise<SentVectors | ServerFailed> {
    const fitted: FittedText[] = [];
    for (const text of texts) fitted.push(await fitText(transport, text, contextLength, signal));
    const cut = fitted.map(({ text }) => text);
    let vectors = await this.#send(transport, cut, model, signal);
    if (vectors.kind === 'serverFailed' && vectors.status === 404 && this.#route === '/encode') {
      this.#route = '/v1/embeddings';
      vectors = await this.#send(transport, cut, model, signal);
    }
    if (vectors.kind === 'serverFailed') return vectors;
    for (const { weightVersion } of vectors.value) if (weightVersion !== null) versions.add(weightVersion);
    const truncated = (i: number): boolean => fitted[i]?.truncated === true;
    return { kind: 'sent', vectors: vectors.value.map((one, i) => ({ ...one, truncated: truncated(i) })) };
  }

  async #send(
    transport: Transport,
    texts: readonly string[],
    model: string,
    signal: AbortSignal,
  ): Promise<{ readonly kind: 'json'; readonly value: readonly WireVector[] } | ServerFailed> {
    const path = this.#route;
    const body = path === '/encode' ? { text: texts } : { input: texts, model };
    const answer = await transport.send({ method: 'POST', path, body, deadlineMs: this.#deadlineMs, signal });
    if (answer.kind === 'serverFailed') return answer;
    const what = `${this.url}${path}`;
    const read = readJson(answer, vectorsSchema, what);
    if (read.kind === 'json' && read.value.length !== texts.length)
      return badAnswer(`${what} answered ${read.value.length} vectors for ${texts.length} texts`);
    return read;
  }
}

/** Vectors of different weights do not compare. */
const weightsChanged = (url: string): ServerFailed => ({
  kind: 'serverFailed',
  reason: 'aborted',
  message: `${url}: the weights were changed between parts of one request`,
  retriable: true,
});
