import type { Pool } from 'undici';
import type { Clock } from '../../search/world.ts';
import type { ServerFailed } from '../server-failure.ts';
import type { ServerAddress } from './address.ts';
import { connectionFailure } from './connection-failure.ts';
import { type HttpAnswer, statusFailure } from './error-body.ts';
import { aborted } from './failures.ts';
import type { Secret } from './secret.ts';

export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Below the server's address, with its slash: `/generate`. */
  readonly path: string;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Most milliseconds from sending to the last byte. */
  readonly deadlineMs: number;
  /** Of a streamed answer: most milliseconds between two pieces of it. @default the deadline alone */
  readonly idleMs?: number | undefined;
  /** Giving up closes the socket; servers take that as the wish to stop generating. */
  readonly signal?: AbortSignal | undefined;
  /** Instead of the key of the server, for routes of the administrator. */
  readonly key?: Secret | null | undefined;
}

export interface TransportOptions {
  readonly address: ServerAddress;
  readonly key: Secret | null;
  readonly clock: Clock;
}

/** uvicorn closes idle connections after 5 s; ours have to be closed before. */
const keepAliveMs = 4000;
const longestAnswerBytes = 256 * 1024 * 1024;

/** The connections to one server: questions out, whole answers or pieces of them in, failures as values. */
export class Transport {
  readonly shown: string;
  readonly #address: ServerAddress;
  readonly #key: Secret | null;
  readonly #clock: Clock;
  readonly #pool: Pool;

  private constructor(pool: Pool, { address, key, clock }: TransportOptions) {
    this.shown = address.shown;
    this.#address = address;
    this.#key = key;
    this.#clock = clock;
    this.#pool = pool;
  }

  static async open(options: TransportOptions): Promise<Transport> {
    // The named exports of a CommonJS package are lost where the bundle is split.
    const { default: undici } = await import('undici');
    const pool = new undici.Pool(options.address.origin, {
      // How many requests are in flight is the limiter's matter, and a question about the server's health waits for none of them.
      connections: null,
      keepAliveTimeout: keepAliveMs,
      // No byte comes before the last token of a whole proof; our own deadlines hold instead.
      headersTimeout: 0,
      bodyTimeout: 0,
      maxResponseSize: longestAnswerBytes,
      // Giving up one request closes its socket, which would take others along.
      allowH2: false,
    });
    return new Transport(pool, options);
  }

  /** Sends a request and waits for the whole answer. A status of 300 and above is a failure. */
  async send(request: HttpRequest): Promise<HttpAnswer | ServerFailed> {
    return this.#exchange(request, null);
  }

  /**
   * Sends a request and passes on the text of the answer as it comes. The answer that is returned then has no text.
   *
   * @param onText gets decoded text, cut anywhere; what it throws ends the request and is thrown on
   */
  async stream(request: HttpRequest, onText: (text: string) => void): Promise<HttpAnswer | ServerFailed> {
    return this.#exchange(request, onText);
  }

  async #exchange(request: HttpRequest, onText: ((text: string) => void) | null): Promise<HttpAnswer | ServerFailed> {
    const what = `${request.method} ${this.shown}${request.path}`;
    const end = new AbortController();
    let late: string | null = null;
    const expireAfter = (ms: number, what: string): (() => void) =>
      this.#clock.after(ms, () => {
        late ??= `${what} within ${(ms / 1000).toFixed(1)} s`;
        end.abort();
      });
    const cancelDeadline = expireAfter(request.deadlineMs, 'no answer');
    let cancelIdle = () => {};
    const giveUp = () => end.abort();
    request.signal?.addEventListener('abort', giveUp, { once: true });
    if (request.signal?.aborted) end.abort();
    const startedMs = this.#clock.now();
    let thrown: { readonly error: unknown } | null = null;
    try {
      const response = await this.#pool.request({
        method: request.method,
        path: `${this.#address.prefix}${request.path}`,
        headers: this.#headers(request),
        body: request.body === undefined ? null : JSON.stringify(request.body),
        signal: end.signal,
      });
      const failed = response.statusCode >= 300;
      let text = '';
      if (onText === null || failed) text = await response.body.text();
      else {
        const decoder = new TextDecoder();
        const pass = (piece: string) => {
          cancelIdle();
          if (request.idleMs !== undefined) cancelIdle = expireAfter(request.idleMs, 'nothing more');
          try {
            onText(piece);
          } catch (error) {
            thrown = { error };
            throw error;
          }
        };
        for await (const piece of response.body) pass(decoder.decode(piece as Uint8Array, { stream: true }));
        const rest = decoder.decode();
        if (rest !== '') pass(rest);
      }
      const answer: HttpAnswer = {
        kind: 'answer',
        status: response.statusCode,
        contentType: String(response.headers['content-type'] ?? ''),
        text: [request.key, this.#key].reduce((shown, key) => key?.hideIn(shown) ?? shown, text),
        ms: this.#clock.now() - startedMs,
        retryAfterMs: retryAfterMs(response.headers['retry-after']),
      };
      return failed ? statusFailure(answer, what, this.#authorization(request) !== null) : answer;
    } catch (error) {
      if (thrown !== null) throw (thrown as { readonly error: unknown }).error;
      return end.signal.aborted ? gaveUp(what, late) : connectionFailure(error, what);
    } finally {
      cancelDeadline();
      cancelIdle();
      request.signal?.removeEventListener('abort', giveUp);
    }
  }

  #authorization(request: HttpRequest): string | null {
    const key = request.key ?? this.#key;
    return key === null ? this.#address.authorization : `Bearer ${key.reveal()}`;
  }

  #headers(request: HttpRequest): Record<string, string> {
    const authorization = this.#authorization(request);
    return {
      accept: 'application/json, text/event-stream, */*',
      ...(request.body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(authorization === null ? {} : { authorization }),
    };
  }

  /** Closes every connection; what is in flight fails. */
  async close(): Promise<void> {
    await this.#pool.destroy();
  }
}

/** The failure of a request that was given up: because it was late, or (null) by its signal. */
function gaveUp(what: string, late: string | null): ServerFailed {
  if (late === null) return aborted(`${what}: given up`);
  const message = `${what}: ${late}; the connection was closed`;
  return { kind: 'serverFailed', reason: 'timeout', message, retriable: true };
}

function retryAfterMs(header: string | string[] | undefined): number | null {
  const seconds = Number(Array.isArray(header) ? header[0] : header);
  return Number.isFinite(seconds) && header !== undefined ? Math.max(0, seconds * 1000) : null;
}
