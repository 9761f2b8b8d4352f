import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { checkOut, noisyTable, outFiles } from '../../../sessions/runs/out-files.ts';
import { rowsOfFile } from '../../../src/trajectory/rows-of-file.ts';
import { temporaryFolder } from '../../storage/temporary.ts';
import { madeUpRun, madeUpRunner, madeUpSupply, madeUpTheorems, openedAgain, toTheEnd } from './made-up-run.ts';

test('a folder gets every part under the name of its run, and keeps what was there', async () => {
  const out = join(temporaryFolder(), 'rows', 'here');
  const home = temporaryFolder();
  const run = await madeUpRun(home);
  const files = outFiles(run, out, null);
  await toTheEnd(run, madeUpRunner(run, madeUpSupply(), { onPart: files.onPart, onEnd: files.finish }));
  const names = readdirSync(out).toSorted();
  expect(names.length).toBeGreaterThan(1);
  expect(names.map((name) => name.replace(/-[0-9a-f]{8}-/, '-'))).toEqual(
    run.log.state.parts.map(({ file }) => `adhoc_sample-${file.split('/')[1]}`).toSorted(),
  );
  // What somebody does to the copy is nothing to the run; what is there already is not copied again.
  const [copy = ''] = names;
  const part = join(run.folder, 'trajectories', copy.slice(copy.indexOf('part-')));
  expect(statSync(join(out, copy)).ino).not.toBe(statSync(part).ino);
  const { ino } = statSync(join(out, copy));
  expect(await files.finish(new AbortController().signal)).toBeNull();
  expect(statSync(join(out, copy)).ino).toBe(ino);
  // A process that died between recording a part and placing it is made up for; a stale copy is replaced.
  writeFileSync(join(out, 'other-part-00001.parquet'), 'of another run');
  rmSync(join(out, names[0] as string));
  rmSync(join(out, names[1] as string));
  writeFileSync(join(out, names[1] as string), 'old');
  const again = await openedAgain(home);
  expect(await outFiles(again, out, null).finish(new AbortController().signal)).toBeNull();
  again.log.close();
  again.lock.release();
  expect(readdirSync(out).toSorted()).toEqual(['other-part-00001.parquet', ...names].toSorted());
  const rows = await Promise.all(names.map((name) => rowsOfFile(join(out, name))));
  expect(rows.flat()).toHaveLength(again.log.state.parts.reduce((sum, part) => sum + part.rows, 0));
});

test('a table is put together at each end, old rows first and none twice', async () => {
  const folder = temporaryFolder();
  const old = join(folder, 'old.parquet');
  const earlier = await madeUpRun(temporaryFolder(), { id: 'adhoc/earlier' });
  await toTheEnd(earlier, madeUpRunner(earlier, madeUpSupply(), { onEnd: outFiles(earlier, old, null).finish }));
  const before = await rowsOfFile(old);
  const home = temporaryFolder();
  const run = await madeUpRun(home, { noisy: 1.5 });
  const stopping = madeUpRunner(run, madeUpSupply(), { onEnd: outFiles(run, old, old).finish, concurrency: 1 });
  run.log.onEvent(({ kind }) => {
    if (kind === 'job.ended') stopping.stopAfterCurrent('test');
  });
  await toTheEnd(run, stopping);
  copyFileSync(old, join(folder, 'half.parquet'));
  const half = await rowsOfFile(old);
  expect(half.slice(0, before.length)).toEqual(before);
  expect(half.length).toBeGreaterThan(before.length);
  const again = await openedAgain(home);
  await toTheEnd(again, madeUpRunner(again, madeUpSupply(), { onEnd: outFiles(again, old, old).finish }));
  const after = await rowsOfFile(old);
  expect(after.slice(0, half.length)).toEqual(half);
  const identities = after.map(({ session, search, state_id }) => `${session} ${search} ${state_id}`);
  expect(new Set(identities).size).toBe(after.length);
  const counted = (series: 'main' | 'noisy') =>
    again.log.state.parts.filter((part) => part.series === series).reduce((sum, part) => sum + part.rows, 0);
  expect(after).toHaveLength(before.length + counted('main'));
  expect(await rowsOfFile(noisyTable(old))).toHaveLength(counted('noisy'));
});

test('a folder that several runs share loses no row, whatever they are called', async () => {
  const out = join(temporaryFolder(), 'shared');
  let written = 0;
  // Twice the same name, in two homes, and names that differ in their program alone.
  for (const [id, createdAt] of [
    ['adhoc/x', '2026-01-01T00:00:00.000Z'],
    ['adhoc/x', '2026-01-02T00:00:00.000Z'],
    ['p1/x', '2026-01-01T00:00:00.000Z'],
    ['p2/x', '2026-01-01T00:00:00.000Z'],
  ] as const) {
    const run = await madeUpRun(temporaryFolder(), { id, createdAt });
    const files = outFiles(run, out, null);
    await toTheEnd(run, madeUpRunner(run, madeUpSupply(), { onPart: files.onPart, onEnd: files.finish }));
    written += run.log.state.parts.reduce((sum, { rows }) => sum + rows, 0);
  }
  const all = await Promise.all(readdirSync(out).map((name) => rowsOfFile(join(out, name))));
  expect(all.flat()).toHaveLength(written);
});

test('the file of earlier rows lies beside the parts, under a name of its own, once', async () => {
  const home = temporaryFolder();
  const theorems = madeUpTheorems(6);
  const old = await madeUpRun(home, { id: 'adhoc/old' }, theorems.slice(0, 3));
  await toTheEnd(old, madeUpRunner(old, madeUpSupply(), { flush: { searches: 50, seconds: 30 } }));
  const part = join(old.folder, 'trajectories', 'part-00001.parquet');
  const out = join(temporaryFolder(), 'out');
  const run = await madeUpRun(home, { id: 'adhoc/new' }, theorems.slice(4));
  const files = outFiles(run, out, part);
  const flush = { searches: 50, seconds: 30 };
  await toTheEnd(run, madeUpRunner(run, madeUpSupply(), { onPart: files.onPart, onEnd: files.finish, flush }));
  expect(await files.finish(new AbortController().signal)).toBeNull();
  expect(readdirSync(out)).toHaveLength(2);
  const names = (await Promise.all(readdirSync(out).map((name) => rowsOfFile(join(out, name))))).flat();
  expect(new Set(names.map((row) => row.theorem_name))).toEqual(
    new Set(['theorem0', 'theorem1', 'theorem2', 'theorem4', 'theorem5']),
  );
  // In the folder already, though it goes by another path.
  const here = join(out, readdirSync(out)[0] as string);
  const link = join(temporaryFolder(), 'link');
  symlinkSync(out, link);
  expect(await outFiles(run, link, here).finish(new AbortController().signal)).toBeNull();
  expect(readdirSync(out)).toHaveLength(2);
});

test('what cannot be written is found out before the beginning', async () => {
  const folder = temporaryFolder();
  const file = join(folder, 'file');
  writeFileSync(file, 'x');
  mkdirSync(join(folder, 'sub.parquet'));
  expect(await checkOut('search', join(folder, 'new', 'rows.parquet'), null)).toBeNull();
  expect(await checkOut('search', join(folder, 'new', 'parts'), null)).toBeNull();
  expect(await checkOut('eval', join(folder, 'new', 'eval.json'), null)).toBeNull();
  expect(await checkOut('search', join(file, 'rows.parquet'), null)).toMatchObject({ code: 'notAFolder' });
  expect(await checkOut('search', file, null)).toMatchObject({ code: 'notAFolder' });
  expect(await checkOut('search', join(folder, 'sub.parquet'), null)).toMatchObject({ code: 'notAFolder' });
  expect(await checkOut('eval', join(folder, 'new'), null)).toMatchObject({ code: 'notAFolder' });
  expect(await checkOut('search', folder, join(folder, 'gone.parquet'))).toMatchObject({ code: 'missing' });
  expect(await checkOut('search', folder, file)).toMatchObject({ code: 'damaged' });
  expect(readdirSync(join(folder, 'new'))).toEqual(['parts']);
});

test('a process that was robbed of its run writes nothing over what its new one has', async () => {
  const home = temporaryFolder();
  const run = await madeUpRun(home);
  const out = join(home, 'rows.parquet');
  const files = outFiles(run, out, null);
  run.log.onEvent(({ kind }) => {
    if (kind !== 'job.ended' || existsSync(out)) return;
    // As a new process would: another lock, other logs and files.
    rmSync(run.lock.path);
    writeFileSync(run.lock.path, '{}');
    writeFileSync(out, 'theirs');
    for (const { job } of run.log.state.jobs.values()) {
      const path = join(run.folder, ...job.log.split('/'));
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, 'theirs');
    }
    writeFileSync(join(run.folder, 'status.json'), 'theirs');
  });
  const runner = madeUpRunner(run, madeUpSupply(), { concurrency: 1, onPart: files.onPart, onEnd: files.finish });
  expect(await toTheEnd(run, runner)).toMatchObject({ kind: 'failed', reason: expect.stringContaining('taken') });
  expect(readFileSync(out, 'utf8')).toBe('theirs');
  expect(readFileSync(join(run.folder, 'status.json'), 'utf8')).toBe('theirs');
  const logs = [...run.log.state.jobs.values()].map(({ job }) =>
    readFileSync(join(run.folder, ...job.log.split('/')), 'utf8'),
  );
  expect(new Set(logs)).toEqual(new Set(['theirs']));
});
