import { setTimeout as wait } from 'node:timers/promises';
import { atMost, type Figure, figure } from './measurement.ts';
import { cpuSeconds, processTree } from './processes.ts';
import type { Screen } from './screen.ts';

const idleMs = 10_000;
const quickIdleMs = 1000;

export interface KeyGroup {
  readonly name: string;
  readonly keys: readonly string[];
}

/** Presses the keys of each group one by one, and measures each frame; three of each when `quick`. */
export async function pressGroups(
  screen: Screen,
  groups: readonly KeyGroup[],
  quick: boolean,
): Promise<{ readonly figures: readonly Figure[]; readonly notes: readonly string[] }> {
  const figures: Figure[] = [];
  const all: number[] = [];
  const bytes: number[] = [];
  const notes: string[] = [];
  for (const { name, keys } of groups) {
    const pressed = quick ? keys.slice(0, 3) : keys;
    const frames: number[] = [];
    for (const key of pressed) {
      const burst = await screen.press(key);
      if (burst === null) continue;
      frames.push(burst.ms);
      bytes.push(burst.bytes);
    }
    if (frames.length < pressed.length)
      notes.push(`${name}: ${pressed.length - frames.length} of ${pressed.length} keys drew nothing`);
    if (frames.length === 0) continue;
    all.push(...frames);
    figures.push(figure(name, 'ms', frames, atMost(50, 'p95')));
  }
  if (all.length > 0)
    figures.push(figure('all keys', 'ms', all, atMost(50, 'p95')), figure('bytes per frame', 'bytes', bytes));
  return { figures, notes };
}

/** Share of one core, in percent, of the workbench and its Lean host together while nobody does anything. */
export async function idleShare(screen: Screen, quick: boolean): Promise<number | null> {
  const ms = quick ? quickIdleMs : idleMs;
  const used = (): number | null => {
    const seconds = processTree(screen.pid).map(cpuSeconds);
    return seconds.length === 0 || seconds[0] === null
      ? null
      : seconds.reduce<number>((sum, one) => sum + (one ?? 0), 0);
  };
  const before = used();
  await wait(ms);
  const after = used();
  return before === null || after === null ? null : ((after - before) * 1000 * 100) / ms;
}

/** Keys, so many times over. */
export function times(count: number, ...keys: readonly string[]): readonly string[] {
  return Array.from({ length: count }, () => keys).flat();
}
