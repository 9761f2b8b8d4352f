import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { halfOf } from '../../src/corpus/split.ts';
import { splitByTheorem } from '../../src/value/data/split-set.ts';
import { runCli } from '../helpers/cli.ts';
import { temporaryFolder } from '../storage/temporary.ts';
import { writeRows } from '../trajectory/made-rows.ts';
import { searchOf, setOf } from '../value/data/made-set.ts';

/** Theorems in which the state on the proof says so. */
const theorems = Array.from({ length: 24 }, (_, i) => `T${i}`);
const rowsOf = (name: string) =>
  searchOf(name, 'run', [
    [0, null, `${name} : Nat\n⊢ root`, 'positive'],
    [1, 0, `${name} : Nat\n⊢ easy = easy`, 'positive', -2],
    [2, 0, `${name} : Nat\n⊢ False`, 'negative', -1],
    [3, 0, `${name} : Nat\n⊢ hard ∧ False`, 'negative', -3],
    [4, 1, '', 'positive'],
  ]);

test('ebm probe measures a model on theorems that it was not trained on', async () => {
  const home = temporaryFolder();
  const data = await writeRows(join(home, 'data.parquet'), theorems.flatMap(rowsOf));
  const other = await writeRows(join(home, 'other.parquet'), theorems.map((name) => `${name}x`).flatMap(rowsOf));
  const settings = ['--hidden', '16', '--steps', '200', '--lr', '0.01', '--seed', '1'];
  const trained = await runCli(home, ['ebm', 'train', '--name', 'm', '--trajectories', data, ...settings]);
  expect(trained).toMatchObject({ code: 0 });
  const probe = (...words: readonly string[]) => runCli(home, ['ebm', 'probe', '--model', 'm', ...words]);

  const own = JSON.parse((await probe('--trajectories', data, '--json', '--samples', '500')).out);
  expect(own).toMatchObject({
    schema: 'proofdeck.ebm-probe/1',
    what: 'the validation theorems of its own training',
    mayBeTrainedOn: false,
    go: true,
  });
  expect(own.theorems).toBeLessThan(theorems.length);
  // The log-prob prefers a wrong child everywhere, and each state on a proof looks alike.
  expect(own.choice.proof).toMatchObject({ energy: { rate: 1 }, logProb: { rate: 0 }, children: 3 });
  expect(own.choice.proof.chance).toBeCloseTo(1 / 3);
  expect(own.separation.withinTheorem).toBeGreaterThan(0.9);

  const report = join(home, 'probe.md');
  const half = await probe('--trajectories', other, '--split', 'evaluate', '--report', report);
  expect(half.out).toMatch(/lowest energy +\d+ of \d+ +100\.0 %/);
  const count = theorems.filter((name) => halfOf(`${name}x`) === 'evaluate').length;
  expect(half.out).toContain(
    `theorems       ${count}, ${count} with states on a proof; the theorems of the half "evaluate"`,
  );
  expect(readFileSync(report, 'utf8')).toContain('| lowest energy |');

  // A file of its training among others, and another file with the same theorems.
  const copied = await writeRows(join(home, 'copy.parquet'), [...theorems, 'New'].flatMap(rowsOf));
  for (const files of [[data, other], [copied]]) {
    const all = files.length === 1 ? theorems.length + 1 : 2 * theorems.length;
    const { out } = await probe('--trajectories', ...files);
    expect(out).toContain(`${theorems.length - own.theorems} of ${all} theorems, which it was trained on`);
    expect(out).not.toContain('flatter');
  }
  const split = splitByTheorem(await setOf(theorems.flatMap(rowsOf)), 1, 0.1);
  const trainedOnly = await writeRows(
    join(home, 'trained.parquet'),
    rowsOf(theorems[split.train.examples.theorem[0] as number] as string),
  );
  expect(await probe('--trajectories', trainedOnly)).toMatchObject({
    code: 2,
    err: expect.stringContaining('trained on every theorem of these files (1)'),
  });

  // Where all is the other way round it knows less than nothing.
  const swapped = await writeRows(
    join(home, 'swapped.parquet'),
    theorems.flatMap((name) =>
      searchOf(`${name}y`, 'run', [
        [0, null, `${name}y : Nat\n⊢ root`, 'positive'],
        [1, 0, `${name}y : Nat\n⊢ False`, 'positive'],
        [2, 0, `${name}y : Nat\n⊢ easy = easy`, 'negative'],
        [3, 1, '', 'positive'],
      ]),
    ),
  );
  expect(await probe('--trajectories', swapped, '--gate')).toMatchObject({
    code: 3,
    out: expect.stringContaining('NO-GO'),
    err: expect.stringContaining('does not pass the gate'),
  });
  const missing = await runCli(home, ['ebm', 'probe', '--model', 'none', '--trajectories', data]);
  expect(missing).toMatchObject({ code: 5, err: expect.stringContaining('the value model "none" cannot be found') });
});
