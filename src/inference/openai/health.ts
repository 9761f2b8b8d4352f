import type { HttpAnswer } from '../http/error-body.ts';
import type { Transport } from '../http/transport.ts';
import type { ServerFailed } from '../server-failure.ts';
import type { ServerKind } from '../server-identity.ts';
import { MODELS_PATH } from './discovery.ts';

export interface HealthQuestion {
  /** What kind of server it is; null while that is not known. */
  readonly server: ServerKind | null;
  readonly deadlineMs: number;
  readonly signal: AbortSignal | undefined;
}

/** Asks a server whether it works. Ollama has no route of that name and answers at its root; servers of other makes list their models. */
export async function askHealth(
  transport: Transport,
  { server, deadlineMs, signal }: HealthQuestion,
): Promise<HttpAnswer | ServerFailed> {
  const get = (path: string) => transport.send({ method: 'GET', path, deadlineMs, signal });
  const answer = await get(server === 'ollama' ? '/api/version' : server === 'openai' ? MODELS_PATH : '/health');
  // A server that has no such route and says so is alive.
  return answer.kind === 'serverFailed' && answer.status === 404 ? get(MODELS_PATH) : answer;
}
