import { expect, test } from 'vitest';
import { findInRuns } from '../../../sessions/runs/run-occurrences.ts';
import { eventsOf, manifestFor, outcome, proved, theoremsNamed, writeRun } from '../../fixtures/runs.ts';
import { temporaryFolder } from '../../storage/temporary.ts';

const theorems = theoremsNamed(['alpha', 'beta', 'Nat.add_comm']);

test('accepted proofs of runs are found by the constants that they name', async () => {
  const home = temporaryFolder();
  for (const id of ['adhoc/20260101-000000-aaaa', 'adhoc/20260102-000000-bbbb']) {
    const manifest = manifestFor(theorems, { id, createdAt: '2026-01-01T00:00:00.000Z' });
    const proofs = [
      proved({ proof: ['intro h', 'rw [Nat.add_comm]'] }),
      proved({ proof: ["exact Nat.add_comm'"] }),
      outcome(),
    ];
    writeRun(
      home,
      manifest,
      theorems,
      eventsOf(manifest, theorems, ({ kind, index }) => (kind === 'theorem' ? proofs[index]! : outcome())),
    );
  }
  const found = await findInRuns(home, 'Nat.add_comm');
  expect(found).toMatchObject({ runsRead: 2, runsLeft: 0, stopped: null });
  expect(found.found.map(({ theorem, tactic }) => `${theorem}: ${tactic}`)).toEqual([
    'alpha: rw [Nat.add_comm]',
    'alpha: rw [Nat.add_comm]',
  ]);
  expect(await findInRuns(home, 'Nat.add_comm', { matches: 1 })).toMatchObject({ stopped: 'matches', runsLeft: 1 });
  expect(await findInRuns(home, 'Nat.mul_comm')).toMatchObject({ found: [], stopped: null });
  expect(await findInRuns(temporaryFolder(), 'Nat.add_comm')).toMatchObject({ found: [], runsRead: 0 });
});
