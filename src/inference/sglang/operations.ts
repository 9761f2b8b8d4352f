import { parseJson } from '../../text/parse-json.ts';
import { errorMessage, type HttpAnswer } from '../http/error-body.ts';
import type { Secret } from '../http/secret.ts';
import type { Transport } from '../http/transport.ts';
import type { ServerFailed } from '../server-failure.ts';
import { updateSchema } from './wire.ts';

export type OperationResult = { readonly kind: 'done'; readonly message: string } | ServerFailed;

/** What of the server's memory is meant. */
export type MemoryTag = 'kv_cache' | 'weights';

/** Reading weights takes minutes, and the server waits before for what runs. */
const weightsDeadlineMs = 30 * 60_000;
const quickDeadlineMs = 60_000;

/**
 * What an administrator does with one SGLang. Each call goes to the server itself: a router does not pass them on. Nothing here is repeated
 * after a failure, and nothing waits for our own requests; see `swapFleet`.
 */
export class SglangOperations {
  readonly #transport: Transport;
  readonly #adminKey: Secret | null;

  /** @param adminKey for servers with `--admin-api-key`; the usual key is sent where there is none */
  constructor(transport: Transport, adminKey: Secret | null) {
    this.#transport = transport;
    this.#adminKey = adminKey;
  }

  /** Stops generation: `abort` ends what runs with what there is of it; `retract` puts it back into the queue. */
  async pause(mode: 'abort' | 'retract', signal?: AbortSignal): Promise<OperationResult> {
    return this.#do('/pause_generation', { mode }, { signal });
  }

  async continue(): Promise<OperationResult> {
    return this.#do('/continue_generation', {});
  }

  /**
   * Reads other weights of the same architecture and size, from a path on the server. Afterwards the path is the name of the model. The prefix
   * cache is emptied: what it holds belongs to the old weights.
   */
  async updateWeights({
    path,
    version,
  }: {
    readonly path: string;
    readonly version: string;
  }): Promise<OperationResult> {
    const body = { model_path: path, weight_version: version, flush_cache: true, abort_all_requests: false };
    return this.#do('/update_weights_from_disk', body, { deadlineMs: weightsDeadlineMs });
  }

  /** Frees memory of the graphics card. The server has to be idle, and no request may come until it is resumed. */
  async releaseMemory(tags: readonly MemoryTag[]): Promise<OperationResult> {
    return this.#do('/release_memory_occupation', { tags });
  }

  async resumeMemory(tags: readonly MemoryTag[]): Promise<OperationResult> {
    return this.#do('/resume_memory_occupation', { tags });
  }

  async #do(
    path: string,
    body: object,
    {
      signal,
      deadlineMs = quickDeadlineMs,
    }: { readonly signal?: AbortSignal | undefined; readonly deadlineMs?: number } = {},
  ): Promise<OperationResult> {
    const answer = await this.#transport.send({ method: 'POST', path, body, deadlineMs, signal, key: this.#adminKey });
    return answer.kind === 'serverFailed' ? answer : outcome(answer, `${this.#transport.shown}${path}`);
  }
}

/** Some routes say in the body that they did not succeed. */
function outcome(answer: HttpAnswer, what: string): OperationResult {
  const value = parseJson(answer.text);
  const said = updateSchema.safeParse(value);
  const message = value === null ? '' : errorMessage(answer.text);
  if (!said.success || said.data.success) return { kind: 'done', message };
  return {
    kind: 'serverFailed',
    reason: 'badRequest',
    message: `${what}: ${message}`,
    retriable: false,
    status: answer.status,
  };
}
