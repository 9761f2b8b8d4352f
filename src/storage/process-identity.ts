import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { isRunning, processFacts } from './process-table.ts';

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
  return { pid, host: hostname(), startTicks: processFacts(pid)?.startTicks ?? null, boot: bootId() };
}

export type Liveness = 'alive' | 'gone' | 'unknown';

/** Whether the process still runs; `unknown` when it belongs to another machine. */
export function liveness(identity: ProcessIdentity): Liveness {
  if (identity.host !== hostname()) return 'unknown';
  if (identity.boot !== null && identity.boot !== bootId()) return 'gone';
  if (!exists(identity.pid)) return 'gone';
  const facts = processFacts(identity.pid);
  if (facts === null) return 'alive';
  // In a container whose first process asks for no child's end, as on many rented machines, what has ended stays in the table for ever.
  if (!isRunning(facts)) return 'gone';
  return identity.startTicks === null || facts.startTicks === identity.startTicks ? 'alive' : 'gone';
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

function bootId(): string | null {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim();
  } catch {
    return null;
  }
}
