import { readFileSync } from 'node:fs';
import { constants } from 'node:os';
import { type ProcessFacts, processTable } from '../../storage/process-table.ts';

/** Processes below `pid`, itself left out. Empty where there is no `/proc`. */
export function descendants(pid: number, table: ReadonlyMap<number, ProcessFacts> = processTable()): readonly number[] {
  const children = Map.groupBy(table.keys(), (one) => table.get(one)?.parent);
  const found: number[] = [];
  const waiting = [pid];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const below = children.get(next) ?? [];
    found.push(...below);
    waiting.push(...below);
  }
  return found;
}

/** Signals a process, its group and its descendants; those that are gone already do not matter. */
export function signalTree(pid: number, signal: NodeJS.Signals): void {
  const below = descendants(pid);
  send(-pid, signal);
  for (const one of [pid, ...below]) send(one, signal);
}

/** Resident memory of a process and its descendants in bytes; undefined where there is no `/proc`. */
export function residentBytes(pid: number): number | undefined {
  const sizes = [pid, ...descendants(pid)].map((one) =>
    Number(/^VmRSS:\s+(\d+) kB$/m.exec(read(`/proc/${one}/status`) ?? '')?.[1] ?? Number.NaN),
  );
  const known = sizes.filter(Number.isFinite);
  return known.length === 0 ? undefined : known.reduce((sum, size) => sum + size * 1024, 0);
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, constants.signals[signal]);
  } catch {
    // It has ended between looking and signalling, or was never a group leader.
  }
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
