import { join } from 'node:path';
import { idleShare, type KeyGroup, pressGroups, times } from './key-groups.ts';
import { makeRun } from './made-run.ts';
import { atMost, type Bench, type BenchOutcome, figure } from './measurement.ts';
import { missingTerminal, openScreen } from './screen.ts';

const theorems = 10_000;
const quickTheorems = 500;
const longestOpenMs = 120_000;

/** Every key of a group has to draw something. */
const groups: readonly KeyGroup[] = [
  { name: 'down, up', keys: [...times(40, 'j'), ...times(10, 'k')] },
  { name: 'page down, page up', keys: [...times(15, '\u001B[6~'), ...times(5, '\u001B[5~')] },
  { name: 'last, first', keys: times(10, 'G', 'g') },
  { name: 'sort', keys: times(8, 's') },
  { name: 'other panes', keys: times(10, '2', '3', '4', '1') },
];

/** The Run screen over a long theorem list: keys, bytes, and what it costs to leave it open. */
export const runKeysBench: Bench = {
  name: 'run-keys',
  about:
    'the Run screen (120x40) with a run of 10,000 theorems open: from a key to the last byte of its frame, bytes per frame, idle processor time',
  async run(context): Promise<BenchOutcome> {
    const count = context.quick ? quickTheorems : theorems;
    const home = join(context.folder, 'home');
    const id = await makeRun(home, count);
    const screen = await openScreen(context, ['watch', id, '--home', home]);
    if (screen === null) return { kind: 'skipped', reason: missingTerminal };
    try {
      const opened = await screen.until((text) => text.includes('Bench.theorem_1 '), longestOpenMs);
      if (opened === null) throw new Error(`the run did not open; the screen shows:\n${screen.text()}`);
      await screen.settled(500);
      const idle = await idleShare(screen, context.quick);
      const pressed = await pressGroups(screen, groups, context.quick);
      return {
        kind: 'measured',
        figures: [
          figure(`opening ${count} theorems, from start to table`, 'ms', [opened]),
          ...(idle === null ? [] : [figure('idle with the run open', '% of a core', [idle], atMost(1))]),
          ...pressed.figures,
        ],
        notes: pressed.notes,
      };
    } finally {
      await screen.close();
    }
  },
};
