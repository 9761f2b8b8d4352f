import { copyFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { noisyTable, outFiles } from '../../../sessions/runs/out-files.ts';
import { temporaryFolder } from '../../storage/temporary.ts';
import { eachRow } from '../../trajectory/rows-of-file.ts';
import { madeUpRun, madeUpRunner, madeUpSupply, openedAgain, toTheEnd } from './made-up-run.ts';

test('a folder gets every part under the name of its run, and keeps what was there', async () => {
  const out = join(temporaryFolder(), 'rows', 'here');
  const home = temporaryFolder();
  const run = await madeUpRun(home);
  const files = outFiles(run, out, null);
  await toTheEnd(run, madeUpRunner(run, madeUpSupply(), { onPart: files.onPart, onEnd: files.finish }));
  const names = run.log.state.parts.map(({ file }) => `sample-${file.split('/')[1]}`);
  expect(names.length).toBeGreaterThan(1);
  expect(readdirSync(out).toSorted()).toEqual(names.toSorted());
  // A process that died between recording a part and placing it is made up for; a stale copy is replaced.
  writeFileSync(join(out, 'other-part-00001.parquet'), 'of another run');
  rmSync(join(out, names[0] as string));
  rmSync(join(out, names[1] as string));
  writeFileSync(join(out, names[1] as string), 'old');
  const again = await openedAgain(home);
  expect(await outFiles(again, out, null).finish()).toBeNull();
  again.log.close();
  again.lock.release();
  expect(readdirSync(out).toSorted()).toEqual(['other-part-00001.parquet', ...names].toSorted());
  const rows = await Promise.all(names.map((name) => eachRow(join(out, name))));
  expect(rows.flat()).toHaveLength(again.log.state.parts.reduce((sum, part) => sum + part.rows, 0));
});

test('a table is put together at each end, old rows first and none twice', async () => {
  const folder = temporaryFolder();
  const old = join(folder, 'old.parquet');
  const earlier = await madeUpRun(temporaryFolder(), { id: 'adhoc/earlier' });
  await toTheEnd(earlier, madeUpRunner(earlier, madeUpSupply(), { onEnd: outFiles(earlier, old, null).finish }));
  const before = await eachRow(old);
  const home = temporaryFolder();
  const run = await madeUpRun(home, { noisy: 1.5 });
  const stopping = madeUpRunner(run, madeUpSupply(), { onEnd: outFiles(run, old, old).finish, concurrency: 1 });
  run.log.onEvent(({ kind }) => {
    if (kind === 'job.ended') stopping.stopAfterCurrent('test');
  });
  await toTheEnd(run, stopping);
  copyFileSync(old, join(folder, 'half.parquet'));
  const half = await eachRow(old);
  expect(half.slice(0, before.length)).toEqual(before);
  expect(half.length).toBeGreaterThan(before.length);
  const again = await openedAgain(home);
  await toTheEnd(again, madeUpRunner(again, madeUpSupply(), { onEnd: outFiles(again, old, old).finish }));
  const after = await eachRow(old);
  expect(after.slice(0, half.length)).toEqual(half);
  const identities = after.map(({ session, search, state_id }) => `${session} ${search} ${state_id}`);
  expect(new Set(identities).size).toBe(after.length);
  const counted = (series: 'main' | 'noisy') =>
    again.log.state.parts.filter((part) => part.series === series).reduce((sum, part) => sum + part.rows, 0);
  expect(after).toHaveLength(before.length + counted('main'));
  expect(await eachRow(noisyTable(old))).toHaveLength(counted('noisy'));
});
