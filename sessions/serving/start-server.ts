import { listenerWords, portState } from '../../src/inference/serve/port-holder.ts';
import { endingOf, familyOf } from '../../src/inference/serve/process-group.ts';
import type { ServerProcess, ServerRecord } from '../../src/inference/serve/record.ts';
import { liveness } from '../../src/storage/process-identity.ts';
import { awaitReady } from './await-ready.ts';
import { allKeys, readKeys, type ServingContext, type ServingFailed, servingFailed } from './context.ts';
import { type Begun, launchServer } from './launch-server.ts';
import { makeRoom, type RoomOptions } from './make-room.ts';
import { type LaunchPlan, planLaunch, type StartWish } from './plan.ts';
import { alone } from './server-lock.ts';
import { readServer } from './server-store.ts';
import { stopAlone } from './stop-server.ts';
import { stoppedWords } from './words.ts';

export interface StartOptions extends RoomOptions {
  /** Whether to return at once, while it loads. @default false */
  readonly noWait?: boolean;
}

export type StartResult =
  | {
      readonly kind: 'started';
      /** `already`: it ran before. */
      readonly state: 'ready' | 'loading' | 'already';
      readonly record: ServerRecord;
      readonly ms: number | null;
    }
  | ServingFailed;

/** Starts a server and waits until it does its work. It lives on when we end. */
export async function startServer(
  wish: StartWish,
  context: ServingContext,
  options: StartOptions = {},
): Promise<StartResult> {
  return settle(
    await alone(wish.name ?? wish.mode, context, () => beginStart(wish, context, options)),
    context,
    options,
  );
}

/** Waits for what was begun, unless that is not wanted. */
export async function settle(
  begun: Begun | ServingFailed,
  context: ServingContext,
  { noWait = false }: StartOptions,
): Promise<StartResult> {
  if (begun.kind === 'servingFailed') return begun;
  const { record, already } = begun;
  if (already && record.process?.readyAt != null) return { kind: 'started', state: 'already', record, ms: null };
  return noWait ? { kind: 'started', state: 'loading', record, ms: null } : awaitReady(begun, context);
}

/** Launches a server, for those who are alone with it. */
export async function beginStart(
  wish: StartWish,
  context: ServingContext,
  options: RoomOptions,
): Promise<Begun | ServingFailed> {
  const keys = await readKeys(context);
  if (keys.kind === 'servingFailed') return keys;
  const plan = planLaunch(wish, context, allKeys(keys).length > 0);
  if (plan.kind === 'servingFailed') return plan;
  const known = await readServer(context.home, plan.name);
  if (known.kind === 'storageFailed') return servingFailed('missing', known.message);
  const process = known.kind === 'server' ? known.record.process : null;
  if (known.kind === 'server' && process !== null) {
    const state = liveness(process.identity);
    if (state === 'unknown')
      return servingFailed(
        'failed',
        `the server ${plan.name} was started on ${process.identity.host}: stop it there, or call this one otherwise (--name)`,
      );
    if (state === 'alive') return alreadyThere(plan, known.record, process);
    if (familyOf(process.identity).length > 0) {
      // Its main process died, and those below it hold on to the GPU.
      const cleared = await stopAlone(known.record, context);
      if (cleared.kind === 'servingFailed') return cleared;
      context.note(`what was left of it: ${stoppedWords(plan.name, cleared)}`);
    }
  }
  const port = await portState(plan.host, plan.port);
  if (port.kind === 'unusable') return servingFailed('usage', port.message);
  if (port.kind === 'taken' && options.instead !== true)
    return servingFailed(
      'missing',
      `port ${plan.port} is taken by ${listenerWords(port)}: stop it, or choose another port (--port)`,
    );
  const room = await makeRoom(plan, context, options);
  if (room !== null) return room;
  return launchServer(plan, keys, context);
}

function alreadyThere(plan: LaunchPlan, record: ServerRecord, process: ServerProcess): Begun | ServingFailed {
  if (process.settings.model_path === plan.model && record.mode === plan.mode && record.url === plan.url)
    return { kind: 'begun', record, already: true, ending: () => endingOf(process.identity) };
  return servingFailed(
    'failed',
    `the server ${record.name} runs already, with ${process.settings.model_path} at ${record.url}: "proofdeck llm serve swap" gives it other weights, "proofdeck llm serve restart ${record.name}" other settings, --name starts a second one`,
  );
}
