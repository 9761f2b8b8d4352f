import { parseJson } from '../../text/parse-json.ts';
import type { ClientStatistics, ServerHealth } from '../client-state.ts';
import { Caller, type CallerOptions } from '../http/caller.ts';
import type { DeadlineOptions } from '../http/deadline.ts';
import type { HttpAnswer } from '../http/error-body.ts';
import { HealthRecord } from '../http/health.ts';
import type { ServerFailed } from '../server-failure.ts';
import type { ServerCapabilities, ServerIdentity } from '../server-identity.ts';
import { type About, aboutSchema } from './wire.ts';

export interface LeanCopilotOptions extends CallerOptions, DeadlineOptions {
  /** The name under which the server has the model. @default the one that it serves, where it tells */
  readonly model?: string | undefined;
}

const healthDeadlineMs = 15_000;

/** One server of LeanCopilot's interface: who it is and how it is. */
export class LeanCopilotServer {
  readonly caller: Caller;
  readonly #options: LeanCopilotOptions;
  readonly #task: 'generate' | 'encode';
  readonly #health = new HealthRecord();
  #identity: ServerIdentity | null = null;
  #samples = 0;
  #tokens = 0;

  private constructor(caller: Caller, options: LeanCopilotOptions, task: 'generate' | 'encode') {
    this.caller = caller;
    this.#options = options;
    this.#task = task;
    // What comes back may be another model.
    caller.watch((event) => {
      if (event.kind === 'lost' || event.kind === 'back') this.#identity = null;
    });
  }

  static async open(options: LeanCopilotOptions, task: 'generate' | 'encode'): Promise<LeanCopilotServer> {
    return new LeanCopilotServer(await Caller.open(options), options, task);
  }

  get shown(): string {
    return this.caller.transport.shown;
  }

  /** Who answers there, asked at once. */
  async identity(signal?: AbortSignal): Promise<ServerIdentity | ServerFailed> {
    if (this.#identity !== null) return this.#identity;
    const answer = await this.#ask(signal);
    if (answer.kind === 'serverFailed' && !isThere(answer)) return answer;
    const about = aboutIn(answer);
    const served = this.#task === 'encode' ? about?.encoder : about?.model;
    const model = this.#options.model ?? served;
    if (model == null) return this.#nameless(about?.model != null);
    const does = { completion: this.#task === 'generate', embeddings: this.#task === 'encode' };
    this.#identity = identityOf(about, model, does);
    return this.#identity;
  }

  #nameless(tells: boolean): ServerFailed {
    const message = tells
      ? `${this.shown} was started without --encoder, so it makes no vectors`
      : `${this.shown} does not tell which models it has; name the one to use`;
    return { kind: 'serverFailed', reason: tells ? 'wrongMode' : 'badRequest', message, retriable: false };
  }

  #ask(signal: AbortSignal | undefined): Promise<HttpAnswer | ServerFailed> {
    return this.caller.transport.send({ method: 'GET', path: '/health', deadlineMs: healthDeadlineMs, signal });
  }

  async health(signal?: AbortSignal): Promise<ServerHealth> {
    const answer = await this.#ask(signal);
    const alive = answer.kind === 'serverFailed' && isThere(answer);
    const empty: HttpAnswer = { kind: 'answer', status: 404, contentType: '', text: '', ms: 0, retryAfterMs: null };
    return this.#health.judge(alive ? empty : answer, this.caller.statistics().answered);
  }

  count(samples: number, tokens: number): void {
    this.#samples += samples;
    this.#tokens += tokens;
  }

  statistics(): ClientStatistics {
    return {
      ...this.caller.statistics(),
      samples: this.#samples,
      promptTokens: 0,
      completionTokens: this.#tokens,
    };
  }
}

/** LeanCopilot's own server has no route to ask who it is; that it says so is life enough. */
export const isThere = ({ status }: ServerFailed): boolean => status === 404 || status === 405;

/** What a server says of itself; undefined where it tells nothing. */
export const aboutIn = (answer: HttpAnswer | ServerFailed): About | undefined =>
  answer.kind === 'answer' ? aboutSchema.safeParse(parseJson(answer.text)).data : undefined;

/** Who answers there, as far as such a server tells. */
export const identityOf = (
  about: About | undefined,
  model: string,
  does: Pick<ServerCapabilities, 'completion' | 'embeddings'>,
): ServerIdentity => ({
  kind: 'identity',
  server: 'leancopilot',
  version: about?.server ?? null,
  model,
  contextLength: null,
  weightVersion: null,
  capabilities: { ...CAPABILITIES, ...does },
});

/** A beam search: the best outputs, always the same, and whole. */
const CAPABILITIES = {
  logProbs: 'raw',
  n: true,
  stop: false,
  stopTokenIds: false,
  topK: false,
  minP: false,
  seed: false,
  stream: false,
  chat: false,
  prefill: false,
  weightSwap: false,
  memoryRelease: false,
  metrics: false,
} as const;
