import type { ServerRecord } from '../../src/inference/serve/record.ts';
import type { ServeSettings } from '../../src/inference/serve/settings.ts';
import type { ServingContext, ServingFailed } from './context.ts';
import type { Begun } from './launch-server.ts';
import { alone } from './server-lock.ts';
import { beginStart, type StartResult, settle } from './start-server.ts';
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
  return settle(await alone(record.name, context, () => beginRestart(record, context, options)), context, options);
}

/** Stops a server and launches it again, for those who are alone with it. */
export async function beginRestart(
  record: ServerRecord,
  context: ServingContext,
  { model, changes = {} }: RestartOptions,
): Promise<Begun | ServingFailed> {
  const stopped = await stopAlone(record, context);
  if (stopped.kind === 'servingFailed') return stopped;
  context.note(stoppedWords(record.name, stopped));
  const before = record.process?.settings;
  // The version is that of the weights of before.
  const version = model === undefined || model === before?.model_path ? {} : { weight_version: '' };
  const settings = before && { ...before, ...version, ...changes };
  return beginStart(
    { mode: record.mode ?? 'generate', name: record.name, model: model ?? settings?.model_path, settings },
    context,
    { again: true },
  );
}
