import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';

/** Tells one process from every other, also after its number was given to a new one or the machine started again. */
export interface ProcessIdentity {
  readonly pid: number;
  readonly host: string;
  /** Start of the process in clock ticks since boot, and the boot it belongs to; null where `/proc` does not tell. */
  readonly startTicks: number | null;
  readonly boot: string | null;
}

/** Identity of the running process. */
export function ownIdentity(): ProcessIdentity {
  return identityOf(process.pid);
}

/** Identity of a process of this machine that runs now. */
export function identityOf(pid: number): ProcessIdentity {
  return { pid, host: hostname(), startTicks: startTicks(pid), boot: bootId() };
}

export type Liveness = 'alive' | 'gone' | 'unknown';

/** Whether the process still runs; `unknown` when it belongs to another machine. */
export function liveness(identity: ProcessIdentity): Liveness {
  if (identity.host !== hostname()) return 'unknown';
  if (identity.boot !== null && identity.boot !== bootId()) return 'gone';
  if (!exists(identity.pid) || isDead(identity.pid)) return 'gone';
  const ticks = startTicks(identity.pid);
  return identity.startTicks === null || ticks === null || ticks === identity.startTicks ? 'alive' : 'gone';
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it runs, under another user.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/**
 * A process that has ended stays in the table until its parent asks for its end. In a container whose first process asks
 * for nobody's, as on many rented machines, that is for ever.
 */
function isDead(pid: number): boolean {
  const state = statFields(pid)?.[0];
  return state === 'Z' || state === 'X';
}

function startTicks(pid: number): number | null {
  const field = statFields(pid)?.[19];
  return field === undefined ? null : Number(field);
}

/**
 * Fields of `/proc/<pid>/stat` from the third on, which is the state: the second is the command in parentheses and may itself
 * hold spaces and parentheses.
 */
function statFields(pid: number): readonly string[] | null {
  const stat = readOrNull(`/proc/${pid}/stat`);
  return stat === null ? null : stat.slice(stat.lastIndexOf(')') + 2).split(' ');
}

function bootId(): string | null {
  return readOrNull('/proc/sys/kernel/random/boot_id')?.trim() ?? null;
}

function readOrNull(path: string): string | null {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return null;
  }
}
