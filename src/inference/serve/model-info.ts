import type { z } from 'zod';
import { readJson } from '../http/read-json.ts';
import type { Transport } from '../http/transport.ts';
import type { ServerFailed } from '../server-failure.ts';
import { modelInfoSchema } from '../sglang/wire.ts';
import type { ServeMode } from './settings.ts';

/** What a server has loaded. */
export interface LoadedModel {
  readonly kind: 'loaded';
  readonly model: string;
  /** Null when it does not tell. */
  readonly weightVersion: string | null;
  readonly mode: ServeMode;
}

const deadlineMs = 10_000;

/** Asks a server what it has loaded, by the newer and then the older name of the route. Disturbs nothing, also while memory is released. */
export async function loadedModel(transport: Transport, signal?: AbortSignal): Promise<LoadedModel | ServerFailed> {
  const ask = (path: string) => transport.send({ method: 'GET', path, deadlineMs, signal });
  let path = '/model_info';
  let answer = await ask(path);
  if (answer.kind === 'serverFailed' && (answer.status === 404 || answer.status === 405)) {
    path = '/get_model_info';
    answer = await ask(path);
  }
  if (answer.kind === 'serverFailed') return answer;
  const read = readJson(answer, modelInfoSchema, `${transport.shown}${path}`);
  return read.kind === 'json' ? loaded(read.value) : read;
}

const loaded = (info: z.infer<typeof modelInfoSchema>): LoadedModel => ({
  kind: 'loaded',
  model: info.model_path,
  weightVersion: info.weight_version ?? null,
  mode: info.is_generation ? 'generate' : 'embed',
});
