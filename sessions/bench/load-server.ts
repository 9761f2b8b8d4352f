import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A model's server with the latencies of a 7B prover on one GPU, and no model: for measurements under load. */
export interface LoadServer {
  readonly url: string;
  /** Samples that were asked for, and those in flight together at most. */
  readonly made: { samples: number; mostRunning: number; refused: number };
  close(): Promise<void>;
}

export interface LoadServerOptions {
  /** Samples that are worked on together; others wait. @default 256 */
  readonly maxRunning?: number;
  /** Samples that may wait; a request with more is refused with 503. @default any number */
  readonly maxWaiting?: number;
  /** What a sample says. */
  readonly say: (prompt: string, sample: number) => string;
  /** Makes everything so many times as fast. @default 1 */
  readonly speed?: number;
}

/*
 * The model of time. A step makes one token of every sample that runs, and takes longer the more of them there are; a prompt of which a
 * beginning is not in the cache is read before, and the prompts of one list one after the other, as SGLang does with `n` above 1. With
 * 8 samples of 10 to 60 tokens a request alone takes 0.5 to 1.3 s, and among 32 of them 1 to 3 s: what people measure of 7B provers.
 */
const stepMs = 18;
const stepMsPerSample = 0.06;
const prefillMs = 35;

/** Starts one on a free port of this machine. */
export async function startLoadServer(options: LoadServerOptions): Promise<LoadServer> {
  const core = new LoadCore(options);
  const server = createServer((request, response) => void core.answer(request, response));
  server.keepAliveTimeout = 5000;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    made: core.made,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const MODEL = 'load/BFS-Prover-V2-7B';
const FACTS: Readonly<Record<string, unknown>> = {
  '/model_info': { model_path: MODEL, is_generation: true, weight_version: '1' },
  '/server_info': { version: '0.5.20', context_length: 8192, enable_deterministic_inference: true },
  '/v1/models': { object: 'list', data: [{ id: MODEL, object: 'model', max_model_len: 8192 }] },
  '/health': {},
};

interface Asked {
  readonly text: string | readonly string[];
  readonly sampling_params: { readonly n: number } | readonly { readonly n: number }[];
}

class LoadCore {
  readonly made = { samples: 0, mostRunning: 0, refused: 0 };
  readonly #options: Required<LoadServerOptions>;
  #running = 0;
  #waiting: (() => void)[] = [];

  constructor(options: LoadServerOptions) {
    this.#options = { maxRunning: 256, maxWaiting: Number.POSITIVE_INFINITY, speed: 1, ...options };
  }

  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = (request.url ?? '').split('?')[0] as string;
    let body = '';
    for await (const piece of request) body += String(piece);
    if (path in FACTS) return send(response, 200, FACTS[path]);
    if (path !== '/generate') return send(response, 404, { detail: 'Not Found' });
    const asked = JSON.parse(body) as Asked;
    const prompts = [asked.text].flat();
    const n = ([asked.sampling_params].flat()[0] as { readonly n: number }).n;
    if (this.#isFull(prompts.length * n)) {
      this.made.refused += 1;
      return send(response, 503, { object: 'error', message: 'The request queue is full.', type: '503', code: 503 });
    }
    for (const _ of prompts) await this.#pass(prefillMs);
    const samples = await Promise.all(
      prompts.flatMap((prompt) => Array.from({ length: n }, (_, i) => this.#sample(prompt, i))),
    );
    send(response, 200, prompts.length === 1 && n === 1 ? samples[0] : samples);
  }

  #isFull(samples: number): boolean {
    const { maxRunning, maxWaiting } = this.#options;
    return this.#running + this.#waiting.length + samples > maxRunning + maxWaiting;
  }

  async #sample(prompt: string, index: number) {
    const { maxRunning, say } = this.#options;
    if (this.#running >= maxRunning) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    else this.#running += 1;
    this.made.samples += 1;
    this.made.mostRunning = Math.max(this.made.mostRunning, this.#running);
    const text = say(prompt, index);
    const tokens = 10 + (hash(`${prompt} ${index}`) % 51);
    await this.#pass(tokens * (stepMs + stepMsPerSample * this.#running));
    // Who waits takes the place that is free now.
    const next = this.#waiting.shift();
    if (next === undefined) this.#running -= 1;
    else next();
    const logProb = -0.05 * tokens - index / 10;
    return {
      text,
      meta_info: {
        id: `${index}`,
        finish_reason: { type: 'stop', matched: 2 },
        prompt_tokens: 300,
        completion_tokens: tokens,
        weight_version: '1',
        output_token_logprobs: [
          [logProb, 5, text],
          [0, 2, null],
        ],
      },
    };
  }

  #pass(ms: number): Promise<void> {
    return new Promise((resolve) => setTimeout(resolve, ms / this.#options.speed));
  }
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

/** A number from a text, the same every time. */
export function hash(text: string): number {
  let value = 2166136261;
  for (let i = 0; i < text.length; i += 1) value = Math.imul(value ^ text.charCodeAt(i), 16777619);
  return value >>> 0;
}
