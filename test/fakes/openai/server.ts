import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { answerGeneration } from './generation-routes.ts';
import { fakeVector, tokenise } from './model.ts';
import { type Facts, PERSONAS, type Persona, type PersonaName } from './persona.ts';

export interface FakeOptions {
  readonly persona: PersonaName;
  /** @default 'fake-prover' */
  readonly model?: string;
  readonly contextLength?: number;
  readonly slots?: number;
  /** Required in `Authorization` when it is given. */
  readonly key?: string;
  /** What the model wants to say: to this prompt, as this sample. */
  readonly say?: (prompt: string, sample: number) => string;
  /** @default any that is free */
  readonly port?: number;
  /** Whether it embeds instead of generating. */
  readonly embeds?: boolean;
}

/** What happens to the next request for text, instead of an answer. */
export type Fault =
  | { readonly kind: 'status'; readonly status: number; readonly body: string; readonly contentType?: string }
  | { readonly kind: 'reset' }
  | { readonly kind: 'hang' }
  /** An answer with status 200 that is something else. */
  | { readonly kind: 'body'; readonly body: string; readonly contentType?: string }
  /** A stream that breaks off after so many pieces: with an error in it, or without a word. */
  | { readonly kind: 'breakStream'; readonly after: number; readonly error: string | null };

export interface SeenRequest {
  readonly path: string;
  readonly body: Readonly<Record<string, unknown>>;
  readonly authorization: string | null;
}

/** A server on a port of its own that behaves like one of the kinds. */
export class FakeOpenAi {
  readonly persona: Persona;
  readonly facts: Facts;
  readonly options: FakeOptions;
  /** Requests with a body, in the order in which they came. */
  readonly seen: SeenRequest[] = [];
  /** Paths of all requests, in the order in which they came. */
  readonly paths: string[] = [];
  /** Used up one by one. */
  readonly faults: Fault[] = [];
  /** The page at `/metrics`; null = there is none. */
  metrics: string | null = null;
  /** Whether it still reads its model, as llama-server says of itself. */
  loading = false;
  /** Connections that the other side closed before there was an answer. */
  abandoned = 0;
  readonly #server = createServer((request, response) => void this.#handle(request, response));
  url = '';

  private constructor(options: FakeOptions) {
    this.options = options;
    this.persona = PERSONAS[options.persona];
    const { model = 'fake-prover', contextLength = 4096, slots = 4 } = options;
    this.facts = { model, contextLength, slots, version: '0.33.0', embeds: options.embeds === true };
  }

  static async start(options: FakeOptions): Promise<FakeOpenAi> {
    const fake = new FakeOpenAi(options);
    await new Promise<void>((resolve) => fake.#server.listen(options.port ?? 0, '127.0.0.1', resolve));
    fake.url = `http://127.0.0.1:${(fake.#server.address() as AddressInfo).port}`;
    return fake;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #handle(request: IncomingMessage, response: ServerResponse) {
    const path = (request.url ?? '').split('?')[0] as string;
    this.paths.push(path);
    const { key } = this.options;
    const authorization = request.headers.authorization ?? null;
    const about = this.persona.about(this.facts)[path];
    if (key !== undefined && authorization !== `Bearer ${key}` && path.startsWith('/v1'))
      return this.fail(response, 401, `wrong key ${authorization ?? ''}`);
    if (this.loading) return this.fail(response, 503, 'Loading model');
    if (about !== undefined) return json(response, 200, about);
    if (path === '/metrics' && this.metrics !== null) return end(response, 200, this.metrics, 'text/plain');
    if (path === '/health' || (path === '/' && this.persona.name === 'ollama'))
      return json(response, 200, { status: 'ok' });
    if (request.method !== 'POST') return this.fail(response, 404, 'Not Found');
    const text = await bodyOf(request);
    const body = JSON.parse(text) as Readonly<Record<string, unknown>>;
    this.seen.push({ path, body, authorization });
    response.on('close', () => {
      if (!response.writableFinished) this.abandoned++;
    });
    if (path === '/api/show')
      return json(response, 200, { model_info: { 'llama.context_length': this.facts.contextLength } });
    if (path === '/v1/embeddings' || path === '/api/embed') return this.#embed(response, path, body);
    answerGeneration(this, response, path, body);
  }

  /** An error in the server's own form. */
  fail(response: ServerResponse, status: number, message: string): void {
    json(response, status, this.persona.errorBody(status, message));
  }

  #embed(response: ServerResponse, path: string, body: Readonly<Record<string, unknown>>) {
    const fault = this.faults.shift();
    if (fault?.kind === 'status')
      return end(response, fault.status, fault.body, fault.contentType ?? 'application/json');
    if (fault?.kind === 'body') return end(response, 200, fault.body, fault.contentType ?? 'application/json');
    if (this.options.embeds !== true)
      return this.fail(response, 501, 'This server does not support embeddings. Start it with `--embeddings`');
    const texts = [body.input].flat() as string[];
    const tokens = texts.map((text) => tokenise(text).length);
    const longest = Math.max(...tokens);
    if (longest > this.facts.contextLength)
      return this.fail(response, 400, this.persona.tooLong(longest, this.facts.contextLength));
    const vectors = texts.map((text) => fakeVector(text, 8));
    if (path === '/api/embed')
      return json(response, 200, { model: this.facts.model, embeddings: vectors, prompt_eval_count: 1 });
    json(response, 200, {
      object: 'list',
      model: this.facts.model,
      data: vectors.map((embedding, index) => ({ object: 'embedding', index, embedding })).reverse(),
      usage: { prompt_tokens: tokens.reduce((a, b) => a + b, 0), total_tokens: 0 },
    });
  }
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const piece of request.setEncoding('utf8')) text += piece;
  return text;
}

function end(response: ServerResponse, status: number, body: string, contentType: string): void {
  response.writeHead(status, { 'content-type': contentType }).end(body);
}

/** Answers with JSON. */
export function json(response: ServerResponse, status: number, body: unknown): void {
  end(response, status, JSON.stringify(body), 'application/json');
}
