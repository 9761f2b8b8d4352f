import { z } from 'zod';
import { type SentVectors, TextEmbedder } from '../embed-texts.ts';
import type { EmbeddingClient, EmbedRequest, EmbedResult } from '../embedding.ts';
import { badAnswer, readJson } from '../http/read-json.ts';
import type { Transport } from '../http/transport.ts';
import { ServedClient } from '../served-client.ts';
import type { ServerFailed } from '../server-failure.ts';
import { type SentVector, vectorSchema } from '../vectors.ts';
import type { OpenAiOptions } from './options.ts';
import { OpenAiServer } from './server.ts';

export interface OpenAiEmbedderOptions extends OpenAiOptions {
  /** Texts in one request. @default 16 */
  readonly batch?: number | undefined;
  /** Most milliseconds of one request. @default 60000 */
  readonly deadlineMs?: number | undefined;
}

const listSchema = z.object({
  data: z.array(z.object({ embedding: vectorSchema, index: z.number().int().min(0) })),
  usage: z.object({ prompt_tokens: z.number() }).nullish(),
});
const ollamaSchema = z.object({ embeddings: z.array(vectorSchema), prompt_eval_count: z.number().nullish() });

/** Opens a client of `/v1/embeddings`. Of Ollama its own route is used, which can be told not to cut what is too long. */
export async function openOpenAiEmbedder(options: OpenAiEmbedderOptions): Promise<EmbeddingClient> {
  return new OpenAiEmbedder(await OpenAiServer.open({ maxInFlight: 4, ...options }), options);
}

class OpenAiEmbedder extends ServedClient implements EmbeddingClient {
  readonly #server: OpenAiServer;
  readonly #options: OpenAiEmbedderOptions;
  readonly #texts = new TextEmbedder();

  constructor(server: OpenAiServer, options: OpenAiEmbedderOptions) {
    super(server);
    this.#server = server;
    this.#options = options;
  }

  async embed(request: EmbedRequest): Promise<EmbedResult> {
    const known = await this.#server.waitUntilKnown(request.signal, request.lane);
    if (known.kind === 'serverFailed') return known;
    const { server, model, weightVersion } = known.knowledge.discovered;
    const vectors = await this.#texts.embed(request, {
      batch: this.#options.batch ?? 16,
      what: this.url,
      ask: ({ texts, lane, signal: end }) =>
        this.#server.caller.call<SentVectors>({
          lane,
          signal: end,
          send: (transport, signal) =>
            server === 'ollama'
              ? this.#askOllama(transport, { texts, model, signal })
              : this.#ask(transport, { texts, model, signal }),
        }),
    });
    if ('kind' in vectors) return vectors;
    this.#server.countVectors(vectors.filter(({ kind }) => kind === 'vector').length);
    return { kind: 'vectors', vectors, model, weightVersion };
  }

  async #ask(transport: Transport, { texts, model, signal }: Question): Promise<SentVectors | ServerFailed> {
    const path = '/v1/embeddings';
    const body = { model, input: texts, encoding_format: 'float' };
    const answer = await transport.send({ method: 'POST', path, body, deadlineMs: this.#deadlineMs, signal });
    if (answer.kind === 'serverFailed') return answer;
    const what = `${this.url}${path}`;
    const read = readJson(answer, listSchema, what);
    if (read.kind === 'serverFailed') return read;
    const tokens = texts.length === 1 ? (read.value.usage?.prompt_tokens ?? null) : null;
    const byIndex = new Map(read.value.data.map(({ index, embedding }) => [index, embedding]));
    return inOrder(texts, what, (i) => byIndex.get(i), tokens);
  }

  async #askOllama(transport: Transport, { texts, model, signal }: Question): Promise<SentVectors | ServerFailed> {
    const path = '/api/embed';
    const body = { model, input: texts, truncate: false };
    const answer = await transport.send({ method: 'POST', path, body, deadlineMs: this.#deadlineMs, signal });
    if (answer.kind === 'serverFailed') return answer;
    const what = `${this.url}${path}`;
    const read = readJson(answer, ollamaSchema, what);
    if (read.kind === 'serverFailed') return read;
    const tokens = texts.length === 1 ? (read.value.prompt_eval_count ?? null) : null;
    return inOrder(texts, what, (i) => read.value.embeddings[i], tokens);
  }

  get #deadlineMs(): number {
    return this.#options.deadlineMs ?? 60_000;
  }
}

interface Question {
  readonly texts: readonly string[];
  readonly model: string;
  readonly signal: AbortSignal;
}

/** One vector for each text, or the answer is not to be trusted at all. */
function inOrder(
  texts: readonly string[],
  what: string,
  vector: (index: number) => SentVector['values'] | undefined,
  tokens: number | null,
): SentVectors | ServerFailed {
  const found = texts.map((_, i) => vector(i));
  const known = found.filter((one) => one !== undefined);
  if (known.length < texts.length)
    return badAnswer(`${what} answered ${known.length} vectors for ${texts.length} texts`);
  return { kind: 'sent', vectors: known.map((values) => ({ values, tokens, truncated: false })) };
}
