import type { ServerRecord } from '../../src/inference/serve/record.ts';
import type { ServeSettings } from '../../src/inference/serve/settings.ts';
import type { ServingContext, ServingFailed } from './context.ts';
import { type StartResult, startServer } from './start-server.ts';
import { stopServer } from './stop-server.ts';
import { stoppedWords } from './words.ts';

export interface RestartOptions {
  readonly noWait?: boolean;
  /** Another model than before. */
  readonly model?: string | undefined;
  /** Settings that are other than before. */
  readonly changes?: Partial<ServeSettings>;
}

/** Stops a server that we started and starts it again as it was started, but for the changes. */
export async function restartServer(
  record: ServerRecord,
  context: ServingContext,
  { noWait = false, model, changes = {} }: RestartOptions = {},
): Promise<StartResult | ServingFailed> {
  const stopped = await stopServer(record, context);
  if (stopped.kind === 'servingFailed') return stopped;
  context.note(stoppedWords(record.name, stopped));
  const settings = record.process === null ? undefined : { ...record.process.settings, ...changes };
  return startServer(
    { mode: record.mode ?? 'generate', name: record.name, model: model ?? settings?.model_path, settings },
    context,
    { noWait, again: true },
  );
}
