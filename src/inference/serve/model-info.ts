import type { Transport } from '../http/transport.ts';
import type { ServerFailed } from '../server-failure.ts';
import { readModelInfo } from '../sglang/identity.ts';
import type { ServeMode } from './settings.ts';

/** What a server has loaded. */
export interface LoadedModel {
  readonly kind: 'loaded';
  readonly model: string;
  /** Null when it does not tell. */
  readonly weightVersion: string | null;
  readonly mode: ServeMode;
}

/** Asks a server what it has loaded. Disturbs nothing, also while memory is released. */
export async function loadedModel(transport: Transport, signal?: AbortSignal): Promise<LoadedModel | ServerFailed> {
  const read = await readModelInfo(transport, { signal });
  if (read.kind === 'serverFailed') return read;
  const { model_path: model, weight_version: weightVersion = null, is_generation: isGeneration } = read.value;
  return { kind: 'loaded', model, weightVersion, mode: isGeneration ? 'generate' : 'embed' };
}
