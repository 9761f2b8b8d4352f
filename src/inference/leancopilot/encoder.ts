import { type SentVectors, TextEmbedder } from '../embed-texts.ts';
import type { EmbeddingClient, EmbedRequest, EmbedResult } from '../embedding.ts';
import { readJson } from '../http/read-json.ts';
import { ServedClient } from '../served-client.ts';
import type { ServerFailed } from '../server-failure.ts';
import type { ServerIdentity } from '../server-identity.ts';
import { type LeanCopilotOptions, LeanCopilotServer } from './server.ts';
import { encodedSchema } from './wire.ts';

/** Opens a client of LeanCopilot's `/encode`. Nothing is asked before the first request. */
export async function openLeanCopilotEncoder(options: LeanCopilotOptions): Promise<EmbeddingClient> {
  return new LeanCopilotEncoder(await LeanCopilotServer.open({ maxInFlight: 4, ...options }, 'encode'));
}

const deadlineMs = 60_000;

class LeanCopilotEncoder extends ServedClient implements EmbeddingClient {
  readonly #server: LeanCopilotServer;
  readonly #texts = new TextEmbedder();

  constructor(server: LeanCopilotServer) {
    super(server);
    this.#server = server;
  }

  async embed(request: EmbedRequest): Promise<EmbedResult> {
    const identity = await this.#server.caller.call<ServerIdentity>({
      lane: request.lane,
      signal: request.signal,
      send: (_transport, signal) => this.#server.identity(signal),
    });
    if (identity.kind === 'serverFailed') return identity;
    const { model, weightVersion } = identity;
    const vectors = await this.#texts.embed(request, {
      // The interface takes one text at a time.
      batch: 1,
      what: `${this.url}/encode`,
      ask: (part) => this.#ask(part.texts[0] ?? '', model, part),
    });
    if ('kind' in vectors) return vectors;
    this.#server.count(vectors.filter(({ kind }) => kind === 'vector').length, 0);
    return { kind: 'vectors', vectors, model, weightVersion };
  }

  #ask(input: string, name: string, { lane, signal }: EmbedRequest): Promise<SentVectors | ServerFailed> {
    const path = '/encode';
    return this.#server.caller.call<SentVectors>({
      lane,
      signal,
      send: async (transport, end) => {
        const body = { name, input };
        const answer = await transport.send({ method: 'POST', path, body, deadlineMs, signal: end });
        if (answer.kind === 'serverFailed') return answer;
        const read = readJson(answer, encodedSchema, `${this.url}${path}`);
        if (read.kind === 'serverFailed') return read;
        return { kind: 'sent', vectors: [{ values: read.value.outputs, tokens: null, truncated: false }] };
      },
    });
  }
}
