import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openRun } from '../../../sessions/runs/run-reader.ts';
import { sendControl } from '../../../sessions/runs/send-control.ts';
import { tallyRun } from '../../../src/run/tally.ts';
import type { StorageFailed } from '../../../src/storage/failure.ts';
import { rowsOfFile } from '../../../src/trajectory/rows-of-file.ts';
import { temporaryFolder } from '../../storage/temporary.ts';
import { madeUpRun, madeUpRunner, madeUpSupply, madeUpTheorems, openedAgain, toTheEnd } from './made-up-run.ts';

const failure = (code: StorageFailed['code']): StorageFailed => ({
  kind: 'storageFailed',
  code,
  path: '/x',
  message: `cannot write /x: ${code}`,
});

describe('what cannot be written', () => {
  test('and is no matter of space ends the run as failed: rows are kept, and resuming tries again', async () => {
    const home = temporaryFolder();
    const run = await madeUpRun(home);
    let waits = 0;
    const runner = madeUpRunner(run, madeUpSupply(), {
      onPart: async () => failure('denied'),
      onEnd: async () => failure('denied'),
      sleep: async () => {
        waits += 1;
      },
    });
    expect(await toTheEnd(run, runner)).toEqual({ kind: 'failed', reason: 'cannot write /x: denied' });
    expect(waits).toBe(0);
    // A place for copies that is gone costs no theorem, and is said once.
    expect(run.log.state.ended).toHaveLength(6);
    expect(run.log.state.warnings.filter(({ about }) => about === 'storage')).toHaveLength(1);
    for (const { file, rows } of run.log.state.parts)
      expect(await rowsOfFile(join(run.folder, ...file.split('/')))).toHaveLength(rows);
    const again = await openedAgain(home);
    expect(await toTheEnd(again, madeUpRunner(again, madeUpSupply(), { onEnd: async () => null }))).toEqual({
      kind: 'finished',
    });
  });

  test('while the disk is full leaves the run unfinished when somebody stops it then', async () => {
    const run = await madeUpRun(temporaryFolder());
    const runner = madeUpRunner(run, madeUpSupply(), {
      onEnd: async () => failure('noSpace'),
      sleep: async () => runner.stopNow('Ctrl-C'),
    });
    expect(await toTheEnd(run, runner)).toEqual({ kind: 'stopped', by: 'Ctrl-C' });
    expect(run.log.state.ended).toHaveLength(6);
    expect(run.log.state.status).toBe('stopped');
  });
});

test('a run that has to go before its table is put together is stopped, and makes it when it is resumed', async () => {
  const home = temporaryFolder();
  const run = await madeUpRun(home);
  const runner = madeUpRunner(run, madeUpSupply(), {
    onEnd: async () => {
      runner.stopNow('SIGTERM');
      return 'left';
    },
  });
  expect(await toTheEnd(run, runner)).toEqual({ kind: 'stopped', by: 'SIGTERM' });
  expect(run.log.state.ended).toHaveLength(6);
  const again = await openedAgain(home);
  let ends = 0;
  const onEnd = async () => {
    ends += 1;
    return null;
  };
  expect(await toTheEnd(again, madeUpRunner(again, madeUpSupply(), { onEnd }))).toEqual({ kind: 'finished' });
  expect(ends).toBe(1);
});

test('signals and wishes that come after the end change nothing', async () => {
  const home = temporaryFolder();
  const run = await madeUpRun(home);
  const runner = madeUpRunner(run, madeUpSupply());
  const end = await runner.run();
  runner.recordEnd(end);
  runner.stopAfterCurrent('Ctrl-C');
  runner.control({ kind: 'pause' });
  await runner.close(end);
  runner.stopNow('SIGTERM');
  runner.control({ kind: 'prioritise', theorem: 'theorem1', priority: 1 });
  const opened = await openRun(home, 'last');
  expect(opened).toMatchObject({ kind: 'run', run: { state: { status: 'finished' }, isInterrupted: false } });
});

test('wishes given while Lean starts are granted, those to an earlier process are not', async () => {
  const home = temporaryFolder();
  const run = await madeUpRun(home);
  await sendControl(home, run.id, { kind: 'stopNow' });
  const first = madeUpRunner(run, madeUpSupply());
  expect(await toTheEnd(run, first)).toMatchObject({ kind: 'stopped' });
  const again = await openedAgain(home);
  await sendControl(home, again.id, { kind: 'prioritise', theorem: 'theorem5', priority: 1 });
  expect(await toTheEnd(again, madeUpRunner(again, madeUpSupply(), { concurrency: 1 }))).toEqual({ kind: 'finished' });
  expect(again.log.state.ended[0]).toBe('t5.1');
});

test('a run that is told to stop while it begins takes no theorem, and says so', async () => {
  const run = await madeUpRun(temporaryFolder());
  const runner = madeUpRunner(run, madeUpSupply());
  const seen: string[] = [];
  run.log.onEvent(({ kind }) => seen.push(kind));
  runner.stopAfterCurrent('Ctrl-C');
  expect(await toTheEnd(run, runner)).toEqual({ kind: 'stopped', by: 'Ctrl-C' });
  expect(seen).toEqual(['run.stopping', 'run.ready', 'run.stopping', 'run.ended']);
});

test('a run that is told to stop now waits neither for a Lean worker to be free nor for the command of its owner', async () => {
  const run = await madeUpRun(temporaryFolder());
  const supply = madeUpSupply({ onPropose: () => new Promise(() => {}) });
  const patience: number[] = [];
  const told: string[] = [];
  const runner = madeUpRunner(
    run,
    {
      ...supply,
      problem: (problem) => ({ ...supply.problem(problem), close: () => new Promise(() => {}) }),
    },
    {
      notify: ({ event }, leave) => {
        told.push(`${event}, the lock is ${run.lock.stillOurs() ? 'held' : 'free'}`);
        return new Promise((resolve) => leave.addEventListener('abort', () => resolve(null)));
      },
      sleep: async (ms) => {
        patience.push(ms);
      },
    },
  );
  run.log.onEvent(({ kind }) => {
    if (kind === 'job.started') setImmediate(() => runner.stopNow('SIGTERM'));
  });
  expect(await toTheEnd(run, runner)).toEqual({ kind: 'stopped', by: 'SIGTERM' });
  expect(told).toEqual(['stopped, the lock is free']);
  expect(patience).toEqual([2000]);
});

test('a provider that refuses every question ends the run, and no theorem pays for it', async () => {
  const home = temporaryFolder();
  const run = await madeUpRun(home, {}, madeUpTheorems(40));
  let questions = 0;
  const supply = madeUpSupply({
    kind: 'heuristic',
    onPropose: async () =>
      ++questions > 20 ? { kind: 'providerFailed', message: '401 the key has expired', retriable: false } : null,
  });
  const end = await toTheEnd(run, madeUpRunner(run, supply));
  expect(end).toEqual({ kind: 'failed', reason: 'the provider refuses every question: 401 the key has expired' });
  const stages = (of: typeof run) =>
    [...of.log.state.jobs.values()].flatMap(({ progress }) =>
      progress.kind === 'ended' ? (progress.outcome.error?.stage ?? []) : [],
    );
  expect(stages(run)).toEqual(['start']);
  const again = await openedAgain(home);
  expect(await toTheEnd(again, madeUpRunner(again, madeUpSupply({ kind: 'heuristic' })))).toEqual({ kind: 'finished' });
  expect(stages(again)).toEqual(['start']);
});

test('workers that are closed under a run end it, and are not asked for ever', async () => {
  const run = await madeUpRun(temporaryFolder());
  const supply = madeUpSupply();
  const closed = {
    ...supply,
    problem: (problem: Parameters<typeof supply.problem>[0]) => ({
      ...supply.problem(problem),
      start: async () => ({ kind: 'startFailed' as const, category: 'closed', message: 'the pool is closed' }),
    }),
  };
  expect(await toTheEnd(run, madeUpRunner(run, closed))).toEqual({
    kind: 'failed',
    reason: 'no Lean worker can be had: the workers were closed',
  });
});

test('a theorem whose name no reader could see is not searched, and a noisy search of it counts apart', async () => {
  const run = await madeUpRun(temporaryFolder(), { noisy: 1.2 }, [
    { name: 'fine', statement: 'P' },
    { name: 'two\nlines', statement: 'P' },
  ]);
  await toTheEnd(run, madeUpRunner(run, madeUpSupply()));
  expect(run.log.state.jobs.get('t1.1')?.progress).toMatchObject({
    outcome: {
      status: 'error',
      error: { stage: 'start', category: 'badName', message: expect.stringMatching(/U\+000A/) },
    },
  });
  const tally = tallyRun(run.manifest, run.log.state);
  expect(tally.errors).toMatchObject([{ category: 'badName', searches: 1 }]);
  expect(tally.noisy).toMatchObject({ errors: 1 });
});

test('a run without a theorem searches no canary either', async () => {
  const run = await madeUpRun(temporaryFolder(), { canaries: true }, []);
  expect(await toTheEnd(run, madeUpRunner(run, madeUpSupply()))).toEqual({ kind: 'finished' });
  expect(run.log.state.jobs.size).toBe(0);
});
