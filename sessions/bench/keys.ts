import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { makeSearchEvents } from '../bench-search.ts';
import { createSession } from '../open-session.ts';
import { atMost, type Bench, type BenchContext, type BenchOutcome, type Figure, figure } from './measurement.ts';
import { cpuSeconds, processTree } from './processes.ts';
import { missingTerminal, openScreen, type Screen } from './screen.ts';

const nodes = 100_000;
const quickNodes = 2000;
const idleMs = 10_000;
const quickIdleMs = 1000;
const longestOpenMs = 120_000;

interface KeyGroup {
  readonly name: string;
  readonly keys: readonly string[];
}

/** What people press most, repeated; every key of a group has to draw something. */
const groups: readonly KeyGroup[] = [
  { name: 'down, up', keys: [...times(40, 'j'), ...times(10, 'k')] },
  { name: 'page down, page up', keys: [...times(15, '\u001B[6~'), ...times(5, '\u001B[5~')] },
  { name: 'last, first', keys: times(10, 'G', 'g') },
  { name: 'collapse, expand', keys: times(10, 'h', 'l') },
  { name: 'step back in time', keys: times(25, ',') },
];

/** The workbench with a large tree: keys, bytes, and what it costs to leave it open. */
export const keysBench: Bench = {
  name: 'keys',
  about:
    'the workbench (120x40) with a recorded search of 100,000 nodes open: from a key to the last byte of its frame, bytes per frame, idle processor time',
  async run(context): Promise<BenchOutcome> {
    const count = context.quick ? quickNodes : nodes;
    const home = join(context.folder, 'home');
    const created = await createSession(home, { program: 'bench' });
    if (created.kind === 'storageFailed') return { kind: 'skipped', reason: created.message };
    for (const event of makeSearchEvents(count)) created.session.append('s1', event);
    // Left as it would be by somebody who looks at it: nothing runs.
    created.session.append('s1', { kind: 'user.pause' });
    const failure = await created.session.close();
    if (failure !== null) return { kind: 'skipped', reason: failure.message };
    const screen = await openScreen(context, ['--home', home, '--session', created.session.id]);
    if (screen === null) return { kind: 'skipped', reason: missingTerminal };
    try {
      return await measure(context, screen, count);
    } finally {
      await screen.close();
    }
  },
};

async function measure(context: BenchContext, screen: Screen, count: number): Promise<BenchOutcome> {
  const opened = await screen.until((text) => /bench/.test(text) && /have|exact|step_/.test(text), longestOpenMs);
  const ready = await screen.until((text) => text.includes('Lean ready'), longestOpenMs);
  if (opened === null || ready === null)
    throw new Error(`the session did not open; the screen shows:\n${screen.text()}`);
  await screen.settled(500);
  const figures: Figure[] = [figure(`opening ${count} nodes, from start to tree`, 'ms', [opened])];
  const idle = await idleShare(screen, context.quick ? quickIdleMs : idleMs);
  if (idle !== null) figures.push(figure('idle with the tree open', '% of a core', [idle], atMost(1)));
  const all: number[] = [];
  const bytes: number[] = [];
  const notes: string[] = [];
  for (const { name, keys } of groups) {
    const pressed = context.quick ? keys.slice(0, 3) : keys;
    const times: number[] = [];
    for (const key of pressed) {
      const burst = await screen.press(key);
      if (burst === null) continue;
      times.push(burst.ms);
      bytes.push(burst.bytes);
    }
    if (times.length < pressed.length)
      notes.push(`${name}: ${pressed.length - times.length} of ${pressed.length} keys drew nothing`);
    if (times.length === 0) continue;
    all.push(...times);
    figures.push(figure(name, 'ms', times, atMost(50, 'p95')));
  }
  if (all.length > 0)
    figures.push(figure('all keys', 'ms', all, atMost(50, 'p95')), figure('bytes per frame', 'bytes', bytes));
  return { kind: 'measured', figures, notes };
}

/** Share of one core, in percent, of the workbench and its Lean host together. */
async function idleShare(screen: Screen, ms: number): Promise<number | null> {
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

function times(count: number, ...keys: readonly string[]): readonly string[] {
  return Array.from({ length: count }, () => keys).flat();
}
