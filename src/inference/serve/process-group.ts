import { setTimeout as wait } from 'node:timers/promises';
import { descendants } from '../../lean/native/process-tree.ts';
import { identityOf, liveness, ownIdentity, type ProcessIdentity } from '../../storage/process-identity.ts';
import { isRunning, processFacts, processTable } from '../../storage/process-table.ts';
import type { Ending } from './death.ts';

export type StopResult =
  /** All of it has ended. `forced`: it did not end by itself in time. */
  | { readonly kind: 'stopped'; readonly forced: boolean; readonly ms: number; readonly pids: readonly number[] }
  | { readonly kind: 'alreadyGone' }
  /** It is not ours to stop, or cannot be seen from here. */
  | { readonly kind: 'refused'; readonly message: string }
  | { readonly kind: 'notStopped'; readonly message: string };

const lookMs = 50;
/** A process that is forced ends at once, unless the kernel waits for a device. */
const forcedMs = 10_000;

/**
 * Ends a process that leads a group, with all of the group and all that descends from it: asks first, forces after `graceMs`. A process
 * that only has the number of the one meant is never touched.
 */
export async function stopGroup(leader: ProcessIdentity, graceMs: number): Promise<StopResult> {
  const state = liveness(leader);
  if (state === 'unknown')
    return { kind: 'refused', message: `process ${leader.pid} runs on ${leader.host}; stop it there` };
  const family = new Map<number, ProcessIdentity>();
  const gather = (): readonly ProcessIdentity[] => {
    for (const pid of familyOf(leader)) if (!family.has(pid)) family.set(pid, identityOf(pid));
    return [...family.values()].filter((one) => liveness(one) === 'alive');
  };
  if (gather().length === 0) return { kind: 'alreadyGone' };
  const startedMs = performance.now();
  const elapsed = () => performance.now() - startedMs;
  signalAll(leader, gather(), 'SIGTERM');
  while (gather().length > 0 && elapsed() < graceMs) await wait(lookMs);
  const forced = gather().length > 0;
  if (forced) {
    signalAll(leader, gather(), 'SIGKILL');
    const forcedAtMs = elapsed();
    while (gather().length > 0 && elapsed() - forcedAtMs < forcedMs) await wait(lookMs);
  }
  const left = gather();
  if (left.length === 0) return { kind: 'stopped', forced, ms: elapsed(), pids: [...family.keys()] };
  const pids = left.map(({ pid }) => pid).join(', ');
  return {
    kind: 'notStopped',
    message: `process ${pids} does not end, though it was killed: the kernel waits for a device; nvidia-smi and dmesg may say for which`,
  };
}

/** How a process that is not our child ended, of which nobody tells the code; null while it runs. */
export const endingOf = (process: ProcessIdentity): Ending | null =>
  liveness(process) === 'gone' ? { code: null, signal: null } : null;

/** The numbers of all living processes that belong to a group's leader, itself among them. */
export function familyOf(leader: ProcessIdentity): readonly number[] {
  const isLeader = liveness(leader) === 'alive';
  const table = processTable();
  const runs = (pid: number): boolean => {
    const facts = table.get(pid);
    return facts !== undefined && isRunning(facts);
  };
  // The number of a group is not given to a new process while the group has members; so where another process has the
  // number of the leader, a group of that number is that process's.
  const isTaken = !isLeader && runs(leader.pid);
  if (isTaken || (leader.boot !== null && leader.boot !== ownIdentity().boot)) return [];
  const group = [...table.keys()].filter((pid) => table.get(pid)?.group === leader.pid && runs(pid));
  return [...new Set(isLeader ? [leader.pid, ...group, ...descendants(leader.pid, table).filter(runs)] : group)];
}

function signalAll(leader: ProcessIdentity, members: readonly ProcessIdentity[], signal: NodeJS.Signals): void {
  // The group first, so that none of it starts another in between.
  if (members.some(({ pid }) => processFacts(pid)?.group === leader.pid)) send(-leader.pid, signal);
  for (const { pid } of members) if (processFacts(pid)?.group !== leader.pid) send(pid, signal);
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It ended between looking and signalling.
  }
}
