import { join } from 'node:path';
import { makeSearchEvents } from '../bench-search.ts';
import { createSession } from '../open-session.ts';
import { idleShare, type KeyGroup, pressGroups, times } from './key-groups.ts';
import { atMost, type Bench, type BenchContext, type BenchOutcome, figure } from './measurement.ts';
import { missingTerminal, openScreen, type Screen } from './screen.ts';

const nodes = 100_000;
const quickNodes = 2000;
const longestOpenMs = 120_000;

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
  const idle = await idleShare(screen, context.quick);
  const pressed = await pressGroups(screen, groups, context.quick);
  return {
    kind: 'measured',
    figures: [
      figure(`opening ${count} nodes, from start to tree`, 'ms', [opened]),
      ...(idle === null ? [] : [figure('idle with the tree open', '% of a core', [idle], atMost(1))]),
      ...pressed.figures,
    ],
    notes: pressed.notes,
  };
}
