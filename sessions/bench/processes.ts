import { readdirSync, readFileSync } from 'node:fs';
import { processFacts } from '../../src/storage/process-table.ts';

/** Clock ticks of /proc/<pid>/stat per second; 100 on every Linux that Node runs on. */
const ticksPerSecond = 100;

/** A process and all that it started, as far as /proc tells; empty on other systems. */
export function processTree(pid: number): readonly number[] {
  const children = (parent: number): number[] => {
    try {
      const tasks = readdirSync(`/proc/${parent}/task`);
      return tasks.flatMap((task) =>
        readFileSync(`/proc/${parent}/task/${task}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number),
      );
    } catch {
      return [];
    }
  };
  const all = [pid];
  for (const one of all) all.push(...children(one));
  return all;
}

/** Seconds of processor time that a process has used; null when it is gone or /proc does not tell. */
export function cpuSeconds(pid: number): number | null {
  const facts = processFacts(pid);
  return facts && facts.usedTicks / ticksPerSecond;
}

/** Resident memory of a process in bytes; null when it is gone or /proc does not tell. */
export function residentBytes(pid: number): number | null {
  try {
    const match = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
    return match ? Number(match[1]) * 1024 : null;
  } catch {
    return null;
  }
}
