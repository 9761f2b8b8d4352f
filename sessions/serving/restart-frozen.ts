import { pause } from '../../src/inference/http/pause.ts';
import { unlessAborted } from '../../src/inference/http/unless-aborted.ts';
import { conditionOf } from '../../src/inference/serve/condition.ts';
import { endingOf } from '../../src/inference/serve/process-group.ts';
import type { ServerProcess, ServerRecord } from '../../src/inference/serve/record.ts';
import { systemClock } from '../../src/search/world.ts';
import { liveness } from '../../src/storage/process-identity.ts';
import type { FrozenServer, RestartServer } from '../../src/value/encode/served/served-encoder.ts';
import { awaitReady } from './await-ready.ts';
import {
  gpusNow,
  readKeys,
  type ServerKeys,
  type ServingContext,
  type ServingFailed,
  withTransport,
} from './context.ts';
import type { Begun } from './launch-server.ts';
import { beginRestart } from './restart-server.ts';
import { alone } from './server-lock.ts';
import { listServers, readServer } from './server-store.ts';
import { sameUrl } from './targets.ts';

/** Somebody else may be restarting it just now, and a model takes minutes to load. */
const othersMs = 10 * 60_000;
const busyLooks = 3;
const betweenLooksMs = 2000;
/** Per cent; a GPU with a screen on it is never quite idle. */
const idleUtilisation = 5;

/**
 * What an encoder calls when its server takes requests and answers none: a server that was started from here, and that is frozen by the
 * patient judgement of `conditionOf` with its GPU idle, is stopped and started as it was. Of several callers together, one does it.
 */
export function frozenServerRestarter(context: Omit<ServingContext, 'signal'>): RestartServer {
  const running = new Map<string, { readonly done: Promise<'restarted' | 'left'>; readonly signal: AbortSignal }>();
  const restart: RestartServer = async (frozen, signal) => {
    const begun = running.get(frozen.url);
    if (begun === undefined) {
      const done = restartFrozen(frozen, { ...context, signal }).finally(() => running.delete(frozen.url));
      running.set(frozen.url, { done, signal });
      return unlessAborted(done, signal, left);
    }
    const result = await unlessAborted(begun.done, signal, left);
    // Who did it gave up, which is no reason for the others.
    return result === 'left' && begun.signal.aborted && !signal.aborted ? restart(frozen, signal) : result;
  };
  return restart;
}

const left = (): 'left' => 'left';

async function restartFrozen(frozen: FrozenServer, context: ServingContext): Promise<'restarted' | 'left'> {
  const { note, home } = context;
  const known = await listServers(home);
  const found = known.kind === 'servers' ? known.records.find(({ url }) => sameUrl(url, frozen.url)) : undefined;
  if (found?.process == null) {
    note(
      `${frozen.url} does not answer (${frozen.message}); it was not started from here, so it has to be restarted where it was`,
    );
    return 'left';
  }
  const keys = await readKeys(context);
  if (keys.kind === 'servingFailed') {
    note(`the server ${found.name} is not restarted: ${keys.message}`);
    return 'left';
  }
  const begun = await alone(found.name, context, () => restartOnce(found, keys, context), othersMs);
  if (begun === 'restarted' || begun === 'left') return begun;
  const restarted = begun.kind === 'begun' ? await awaitReady(begun, context) : begun;
  if (restarted.kind === 'started') return 'restarted';
  note(`the server ${found.name} is not restarted: ${restarted.message}`);
  return 'left';
}

async function restartOnce(
  found: ServerRecord,
  keys: ServerKeys,
  context: ServingContext,
): Promise<'restarted' | 'left' | Begun | ServingFailed> {
  const { note, signal, home, clock = systemClock } = context;
  // While the lock was waited for, somebody else may have done it.
  const now = await readServer(home, found.name);
  if (now.kind !== 'server' || now.record.process === null) return 'left';
  const { record } = now;
  const { process } = now.record;
  if (liveness(process.identity) !== 'gone') {
    const condition = await withTransport(record.url, keys.usual, context, (transport) =>
      conditionOf({ transport, wasReady: !mayStillLoad(process), clock, signal, onDoubt: note }),
    );
    if (condition.state === 'ready') return 'restarted';
    // Somebody else has restarted it.
    if (condition.state === 'loading' || (condition.state === 'down' && mayStillLoad(process)))
      return { kind: 'begun', record, already: true, ending: () => endingOf(process.identity) };
    if (condition.state !== 'frozen' && condition.state !== 'down') {
      note(
        `the server ${record.name} is ${condition.state}${condition.message === null ? '' : `: ${condition.message}`}`,
      );
      return 'left';
    }
    if (record.paused !== null || record.released !== null || (await isAtWork(process, context))) {
      note(
        `the server ${record.name} does not answer, and is left alone: it is paused, its memory is released, or its GPU is at work`,
      );
      return 'left';
    }
    note(`the server ${record.name} is frozen with its GPU idle: it is restarted`);
  } else note(`the server ${record.name} has ended: it is started again`);
  return beginRestart(record, context, {});
}

/** Whether nobody has seen it at work, and it was started so lately that it may be reading its model. */
const mayStillLoad = ({ readyAt, startedAt, settings }: ServerProcess): boolean =>
  readyAt === null && Date.now() - Date.parse(startedAt) < settings.start_timeout * 1000;

/** Whether one of its GPUs has something to do. */
async function isAtWork({ gpus }: ServerProcess, context: ServingContext): Promise<boolean> {
  const { clock = systemClock, signal } = context;
  for (let look = 0; look < busyLooks && !signal.aborted; look++) {
    const read = await gpusNow(context);
    if (read.kind !== 'gpus') return false;
    const used = read.gpus.filter(({ index }) => gpus === null || gpus.includes(index));
    if (used.every(({ utilisation }) => utilisation === null || utilisation <= idleUtilisation)) return false;
    await pause(betweenLooksMs, clock, signal);
  }
  return true;
}
