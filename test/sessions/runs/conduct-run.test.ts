import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { type ConductEnd, conductRun } from '../../../sessions/runs/conduct-run.ts';
import type { OpenRun } from '../../../sessions/runs/open-run.ts';
import { temporaryFolder } from '../../storage/temporary.ts';
import { madeUpRun, madeUpSupply, openedAgain } from './made-up-run.ts';

function conduct(run: OpenRun): Promise<ConductEnd> {
  const { provider, worker, ...lean } = madeUpSupply();
  return conductRun({
    run,
    engine: {
      ...lean,
      toolchain: worker.toolchain,
      pool: { kind: 'embedded', workers: 1, health: () => [] } as never,
      warmJudge: () => {},
    },
    provider,
    value: null,
    program: 'test',
    concurrency: 1,
    flush: { searches: 2, seconds: 600 },
    notify: null,
  });
}

test('an evaluation whose document cannot be put into its place has not finished, and resuming puts it there', async () => {
  const home = temporaryFolder();
  const out = join(home, 'sub', 'eval.json');
  writeFileSync(dirname(out), 'in the way');
  const first = await conduct(await madeUpRun(home, { command: 'eval', out }));
  expect(first.end).toMatchObject({ kind: 'failed', reason: expect.stringContaining('cannot make the folder') });
  expect(first.document).toMatchObject({ status: 'failed', done: 6 });
  rmSync(dirname(out));
  const second = await conduct(await openedAgain(home));
  expect(second).toMatchObject({ end: { kind: 'finished' }, failure: null });
  expect(JSON.parse(readFileSync(out, 'utf8'))).toEqual(JSON.parse(JSON.stringify(second.document)));
  expect(second.document.status).toBe('finished');
});

test('a document that could be written a moment ago and cannot be now is said to be missing', async () => {
  const home = temporaryFolder();
  const out = join(home, 'eval.json');
  const run = await madeUpRun(home, { command: 'eval', out });
  run.log.onEvent(({ kind }) => {
    if (kind !== 'run.ended') return;
    rmSync(out);
    mkdirSync(out);
  });
  expect(await conduct(run)).toMatchObject({ end: { kind: 'finished' }, failure: { code: 'notAFolder' } });
});
