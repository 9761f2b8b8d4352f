import type { ServerRecord } from '../../src/inference/serve/record.ts';
import type { ServeSettings } from '../../src/inference/serve/settings.ts';
import type { ServingContext } from './context.ts';
import { alone } from './server-lock.ts';
import { type StartResult, startAlone } from './start-server.ts';
import { stopAlone } from './stop-server.ts';
import { stoppedWords } from './words.ts';

export interface RestartOptions {
  readonly noWait?: boolean;
  /** Another model than before. */
  readonly model?: string | undefined;
  /** Settings that are other than before; with other weights, their version is empty unless it is here. */
  readonly changes?: Partial<ServeSettings>;
}

/** Stops a server that we started and starts it again as it was started, but for the changes. */
export async function restartServer(
  record: ServerRecord,
  context: ServingContext,
  options: RestartOptions = {},
): Promise<StartResult> {
  return alone(record.name, context, () => restartAlone(record, context, options));
}

/** As `restartServer`, for those who are already alone with the server. */
export async function restartAlone(
  record: ServerRecord,
  context: ServingContext,
  { noWait = false, model, changes = {} }: RestartOptions,
): Promise<StartResult> {
  const stopped = await stopAlone(record, context);
  if (stopped.kind === 'servingFailed') return stopped;
  context.note(stoppedWords(record.name, stopped));
  const before = record.process?.settings;
  // The version is that of the weights of before.
  const version = model === undefined || model === before?.model_path ? {} : { weight_version: '' };
  const settings = before && { ...before, ...version, ...changes };
  return startAlone(
    { mode: record.mode ?? 'generate', name: record.name, model: model ?? settings?.model_path, settings },
    context,
    { noWait, again: true },
  );
}
