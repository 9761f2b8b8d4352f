import { readdirSync, readFileSync } from 'node:fs';

/** What the system tells of a process. */
export interface ProcessFacts {
  /** One letter: `Z` and `X` have ended, and stay in the table until their parent asks for it. */
  readonly state: string;
  readonly parent: number;
  readonly group: number;
  /** Processor time used so far, of itself and of the system for it, in clock ticks. */
  readonly usedTicks: number;
  /** When it started, in clock ticks since boot. */
  readonly startTicks: number;
}

/** What the system tells of a process; null when it is gone, or there is no `/proc`. */
export function processFacts(pid: number): ProcessFacts | null {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  } catch {
    return null;
  }
  // The second field is the command in parentheses, which may itself hold blanks and parentheses.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const number = (at: number): number => Number(fields[at]);
  return {
    state: fields[0] ?? '',
    parent: number(1),
    group: number(2),
    usedTicks: number(11) + number(12),
    startTicks: number(19),
  };
}

/** Whether a process is more than an entry of the table. */
export const isRunning = ({ state }: ProcessFacts): boolean => state !== 'Z' && state !== 'X';

/** All processes, as far as can be seen; empty where there is no `/proc`. */
export function processTable(): ReadonlyMap<number, ProcessFacts> {
  const table = new Map<number, ProcessFacts>();
  for (const pid of processIds()) {
    const facts = processFacts(pid);
    if (facts !== null) table.set(pid, facts);
  }
  return table;
}

/** The numbers of all processes; empty where there is no `/proc`. */
export function processIds(): readonly number[] {
  try {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map(Number);
  } catch {
    return [];
  }
}
