import { chosenGpus, memoryState, waitForMemory } from '../../src/inference/serve/gpu-memory.ts';
import { listenerWords, portState } from '../../src/inference/serve/port-holder.ts';
import { familyOf } from '../../src/inference/serve/process-group.ts';
import type { ServerRecord } from '../../src/inference/serve/record.ts';
import { liveness } from '../../src/storage/process-identity.ts';
import { percent } from '../../src/text/quantity.ts';
import { gpusNow, type ServingContext, type ServingFailed, servingFailed } from './context.ts';
import { type LaunchPlan, usualShare } from './plan.ts';
import { listServers } from './server-store.ts';
import { stopServer } from './stop-server.ts';
import { sameUrl } from './targets.ts';
import { stoppedWords } from './words.ts';

/** After another server was stopped, the driver needs a while to give its memory back. */
const patienceMs = 60_000;

export interface RoomOptions {
  /** Stops our own servers that are in the way. @default false */
  readonly instead?: boolean | undefined;
  /** The same server was stopped just now, so its memory may still come back. @default false */
  readonly again?: boolean | undefined;
}

/**
 * Sees that there is memory for a server on its GPUs, and its port is free. With `instead` our own servers that are in the way are stopped
 * first: one GPU rarely has room for two. Null when there is room, or nobody can tell.
 */
export async function makeRoom(
  plan: LaunchPlan,
  context: ServingContext,
  { instead = false, again = false }: RoomOptions,
): Promise<ServingFailed | null> {
  const others = await ownServers(plan, context);
  if ('kind' in others) return others;
  if (instead) {
    // Before any of ours is ended for nothing.
    const stranger = await takenByStranger(plan, others);
    if (stranger !== null) return stranger;
    for (const other of others) {
      if (!(await isInTheWay(other, plan, context))) continue;
      context.note(`stopping the server ${other.name} (${other.url}) to make room`);
      const stopped = await stopServer(other, context);
      if (stopped.kind === 'servingFailed') return stopped;
      context.note(stoppedWords(other.name, stopped));
    }
    const taken = await takenByStranger(plan, []);
    if (taken !== null) return taken;
  }
  const state = await waitForMemory({
    read: () => gpusNow(context),
    need: plan.need,
    patienceMs: instead || again ? patienceMs : 0,
    signal: context.signal,
    onHeld: (message) => context.note(`waiting for memory: ${message}`),
  });
  if (context.signal.aborted)
    return servingFailed('interrupted', `given up before the server ${plan.name} was started`);
  if (state.kind === 'held') {
    const { gpu, holders } = state;
    const owner = others.find(({ process }) => {
      const family = process === null ? [] : familyOf(process.identity);
      return holders.some(({ pid }) => family.includes(pid));
    });
    // In a container the numbers of processes are those outside of it.
    const user = owner ?? others.find(({ process }) => process?.gpus?.includes(gpu.index) === true);
    const remedy =
      user !== undefined && !instead
        ? `${owner === undefined ? 'that GPU is used by' : 'that is'} the server ${user.name}: --instead stops it first`
        : 'end that process, choose another GPU (serve.cuda_device), or lower serve.mem_fraction';
    return servingFailed('missing', `no room for the server ${plan.name}: ${state.message}; ${remedy}`);
  }
  for (const other of instead ? [] : others)
    if (state.kind === 'free' && isTooMuch(other, plan) && (await isInTheWay(other, plan, context)))
      return servingFailed(
        'missing',
        `no room for the server ${plan.name}: the server ${other.name} (process ${other.process?.identity.pid}) takes ${percent(other.process?.settings.mem_fraction || usualShare, 0)} of the same GPU, and ${percent(plan.need.share, 0)} more are needed; --instead stops it first, serve.mem_fraction lets them share`,
      );
  if (state.kind === 'free' && plan.need.devices !== null && state.gpus.length < plan.need.count)
    context.note(
      `of the GPUs ${plan.need.devices.join(', ')}, nvidia-smi lists ${state.gpus.length}; ${plan.need.count} are needed`,
    );
  return null;
}

/** Servers that we started and that run, but for the one that is to be started. */
async function ownServers(
  plan: LaunchPlan,
  { home }: ServingContext,
): Promise<readonly ServerRecord[] | ServingFailed> {
  const known = await listServers(home);
  if (known.kind === 'storageFailed') return servingFailed('missing', known.message);
  return known.records.filter(
    ({ name, process }) => name !== plan.name && process !== null && liveness(process.identity) === 'alive',
  );
}

/** Says whose the port is, when it is taken and by none of ours. Who cannot be seen may be one of ours while there are any. */
async function takenByStranger(plan: LaunchPlan, own: readonly ServerRecord[]): Promise<ServingFailed | null> {
  const port = await portState(plan.host, plan.port);
  if (port.kind !== 'taken') return null;
  const { pid } = port;
  const isOwn = own.some(
    ({ process }) => process !== null && (pid === null || familyOf(process.identity).includes(pid)),
  );
  if (isOwn) return null;
  return servingFailed(
    'missing',
    `port ${plan.port} is taken by ${listenerWords(port)}, which was not started from here`,
  );
}

/** Whether a server takes the port, or more of a GPU than leaves room: what it has taken so far, or is going to take while it loads. */
async function isInTheWay(other: ServerRecord, plan: LaunchPlan, context: ServingContext): Promise<boolean> {
  if (sameUrl(other.url, plan.url)) return true;
  const read = await gpusNow(context);
  const { process } = other;
  // Without a tool to ask, or without cards, everything shares the one place that there is.
  if (read.kind !== 'gpus' || read.gpus.length === 0 || process === null || process.gpus === null) return true;
  const wanted = chosenGpus(read.gpus, plan.need).map(({ index }) => index);
  if (!wanted.some((index) => process.gpus?.includes(index) === true)) return false;
  return memoryState(read, plan.need).kind === 'held' || isTooMuch(other, plan);
}

/** Whether two servers are told to take more of a GPU together than there is. */
const isTooMuch = ({ process, released }: ServerRecord, { need }: LaunchPlan): boolean =>
  process !== null && released === null && (process.settings.mem_fraction || usualShare) + need.share > 1;
