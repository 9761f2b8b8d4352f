import type { ServerRecord } from '../../src/inference/serve/record.ts';
import type { ServeSettings } from '../../src/inference/serve/settings.ts';
import { allKeys, readKeys, type ServingContext, type ServingFailed, servingFailed } from './context.ts';
import type { Begun } from './launch-server.ts';
import { planLaunch } from './plan.ts';
import { alone } from './server-lock.ts';
import { keepServer, readServer } from './server-store.ts';
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
  const { name } = record;
  const known = await readServer(context.home, name);
  if (known.kind === 'storageFailed') return servingFailed('missing', known.message);
  // Somebody may have given it other weights since the record was read.
  const kept = known.kind === 'server' ? known.record : record;
  const before = kept.process?.settings;
  // The version is that of the weights of before.
  const version = model === undefined || model === before?.model_path ? {} : { weight_version: '' };
  const settings = before && { ...before, ...version, ...changes };
  const wish = { mode: kept.mode ?? 'generate', name, model: model ?? settings?.model_path, settings };
  const keys = await readKeys(context);
  if (keys.kind === 'servingFailed') return keys;
  const plan = planLaunch(wish, context, allKeys(keys).length > 0);
  if (plan.kind === 'servingFailed') return plan;
  const stopped = await stopAlone(kept, context);
  if (stopped.kind === 'servingFailed') return stopped;
  context.note(stoppedWords(name, stopped));
  const begun = await beginStart(wish, context, { again: true });
  if (begun.kind === 'begun') return begun;
  const unkept = await keepServer(context.home, { ...kept, paused: null, released: null });
  const next = unkept?.message ?? `"proofdeck llm serve restart ${name}" starts it again as it was`;
  return servingFailed(begun.reason, `${begun.message}\nthe server ${name} is stopped: ${next}`);
}
