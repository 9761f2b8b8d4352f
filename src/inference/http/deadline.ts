import type { GenerateRequest } from '../generation.ts';

export interface DeadlineOptions {
  /** For the queue of the server and the prompt. @default 60000 */
  readonly baseMs?: number;
  /** For each token that may be made; a loaded server makes 10 to 30 in a second for each request. @default 100 */
  readonly msPerToken?: number;
}

/** Most milliseconds of one try: base + tokens x time per token, unless the request has a deadline of its own. */
export function deadlineOf(
  { maxTokens, deadlineMs }: Pick<GenerateRequest, 'maxTokens' | 'deadlineMs'>,
  { baseMs = 60_000, msPerToken = 100 }: DeadlineOptions,
): number {
  return deadlineMs ?? baseMs + maxTokens * msPerToken;
}
