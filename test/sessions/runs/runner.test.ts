import { appendFileSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { exitOfStatus } from '../../../commands/follow-run.ts';
import { notify } from '../../../sessions/runs/notify.ts';
import type { OpenRun } from '../../../sessions/runs/open-run.ts';
import { openJobLog } from '../../../sessions/runs/open-search-log.ts';
import { openRun } from '../../../sessions/runs/run-reader.ts';
import { sendControl } from '../../../sessions/runs/send-control.ts';
import type { RunEvent } from '../../../src/run/events.ts';
import { liveStatusSchema } from '../../../src/run/live-status.ts';
import { tallyRun } from '../../../src/run/tally.ts';
import { rowsOfFile } from '../../../src/trajectory/rows-of-file.ts';
import { temporaryFolder } from '../../storage/temporary.ts';
import { madeUpRun, madeUpRunner, madeUpSupply, openedAgain, toTheEnd } from './made-up-run.ts';

/** Resolves with the first event of a kind. */
function event<K extends RunEvent['kind']>(run: OpenRun, kind: K): Promise<Extract<RunEvent, { kind: K }>> {
  return new Promise((resolve) => {
    run.log.onEvent((one) => {
      if (one.kind === kind) resolve(one as Extract<RunEvent, { kind: K }>);
    });
  });
}

/** What a run came to, times left out. */
function outcomes(run: OpenRun): Record<string, unknown> {
  return Object.fromEntries(
    [...run.log.state.jobs].map(([id, { progress }]) => {
      if (progress.kind !== 'ended') return [id, progress.kind];
      const { timeMs: _, latency: __, atBudget, ...outcome } = progress.outcome;
      return [id, { ...outcome, atBudget: atBudget.map(({ ms: ___, ...rest }) => rest) }];
    }),
  );
}

async function rows(run: OpenRun): Promise<readonly string[]> {
  const folder = join(run.folder, 'trajectories');
  const all: string[] = [];
  for (const name of readdirSync(folder))
    for (const { timestamp_ms: _, ...row } of await rowsOfFile(join(folder, name))) all.push(JSON.stringify(row));
  return all.toSorted();
}

describe('a run', () => {
  test('searches every theorem, and leaves behind what others need', async () => {
    const home = temporaryFolder();
    const run = await madeUpRun(home);
    expect(await toTheEnd(run, madeUpRunner(run, madeUpSupply()))).toEqual({ kind: 'finished' });
    const opened = await openRun(home, 'last');
    if (opened.kind !== 'run') throw new Error(opened.message);
    const { state, manifest, holder } = opened.run;
    expect(state.status).toBe('finished');
    expect(holder).toBeNull();
    expect(state.ended).toHaveLength(6);
    expect(tallyRun(manifest, state)).toMatchObject({ theorems: 6, done: 6 });
    // In the log of each search stands what its outcome says.
    for (const { job, progress } of state.jobs.values()) {
      const log = await openJobLog(home, run.id, job);
      if (log.kind !== 'opened') throw new Error(log.message);
      expect(log.session.brokenSeals()).toEqual([]);
      expect(log.session.searches()[0]).toMatchObject({ name: job.theorem });
      expect(progress.kind).toBe('ended');
    }
    // Theorems that did not start have no rows; all others have one for each state.
    const nodes = [...state.jobs.values()].map(({ progress }) =>
      progress.kind === 'ended' ? progress.outcome.nodes : 0,
    );
    expect(await rows(run)).toHaveLength(nodes.reduce((a, b) => a + b));
    expect(state.parts.flatMap(({ jobs }) => jobs).toSorted()).toEqual([...state.jobs.keys()].toSorted());
    expect(outcomes(run)['t3.1']).toMatchObject({
      status: 'error',
      error: { stage: 'start', category: 'unknownName' },
    });
    expect(liveStatusSchema.parse(JSON.parse(readFileSync(join(run.folder, 'status.json'), 'utf8')))).toMatchObject({
      status: 'finished',
      inFlight: [],
    });
  });

  test('comes out the same after any number of interruptions, torn lines and stray files', async () => {
    const undisturbed = await madeUpRun(temporaryFolder());
    await toTheEnd(undisturbed, madeUpRunner(undisturbed, madeUpSupply()));
    const home = temporaryFolder();
    let run = await madeUpRun(home);
    for (const ends of [1, 1, 2]) {
      // As after a kill: nothing is told to anybody, the lock's process is gone, and what was in flight is lost.
      const runner = madeUpRunner(run, madeUpSupply(), { flush: { searches: 2, seconds: 1000 } });
      let seen = 0;
      const killed = new Promise<void>((resolve) => {
        run.log.onEvent(({ kind }) => {
          if (kind === 'job.ended' && ++seen === ends) {
            run.log.flush();
            run.lock.release();
            resolve();
          }
        });
      });
      const running = runner.run();
      await killed;
      await running;
      appendFileSync(join(run.folder, 'events.jsonl'), '{"seq":77,"t":1,"ki');
      writeFileSync(join(run.folder, 'trajectories', 'part-00099.parquet'), 'half of a file');
      writeFileSync(join(run.folder, 'trajectories', 'part-00098.parquet.1-2.tmp'), 'half of a file');
      run = await openedAgain(home);
    }
    await toTheEnd(run, madeUpRunner(run, madeUpSupply()));
    expect(outcomes(run)).toEqual(outcomes(undisturbed));
    expect(await rows(run)).toEqual(await rows(undisturbed));
    const jobs = run.log.state.parts.flatMap((part) => part.jobs);
    expect(jobs.toSorted()).toEqual([...run.log.state.jobs.keys()].toSorted());
    expect(run.log.state.resumptions).toBe(3);
  });

  test('comes out the same however long Lean takes for each tactic', async () => {
    let lot = 7;
    const turns = (): number => {
      lot = (lot * 16807) % 2147483647;
      return lot % 5;
    };
    const quick = await madeUpRun(temporaryFolder(), { budgets: [25] });
    await toTheEnd(quick, madeUpRunner(quick, madeUpSupply()));
    for (let i = 0; i < 3; i++) {
      const slow = await madeUpRun(temporaryFolder(), { budgets: [25] });
      await toTheEnd(slow, madeUpRunner(slow, madeUpSupply({ turns }), { concurrency: 3 }));
      expect(outcomes(slow)).toEqual(outcomes(quick));
      expect(await rows(slow)).toEqual(await rows(quick));
    }
  });

  test('pauses, takes another order and goes on when told through its folder', async () => {
    const home = temporaryFolder();
    const run = await madeUpRun(home);
    let go = (): void => {};
    const gate = new Promise<void>((resolve) => {
      go = resolve;
    });
    const supply = madeUpSupply({ onPropose: async () => gate.then(() => null) });
    const runner = madeUpRunner(run, supply, { concurrency: 1 });
    const started = event(run, 'job.started');
    const running = toTheEnd(run, runner);
    expect((await started).job).toBe('t0.1');
    const paused = event(run, 'run.paused');
    await sendControl(home, run.id, { kind: 'pause' });
    expect(await paused).toMatchObject({ by: 'user' });
    appendFileSync(join(run.folder, 'control.jsonl'), 'nonsense\n{"kind":"explode"}\n');
    const changed = event(run, 'priority.changed');
    await sendControl(home, run.id, { kind: 'prioritise', theorem: 'theorem4', priority: 3 });
    await changed;
    expect(run.log.state.warnings).toHaveLength(2);
    go();
    const continued = event(run, 'run.continued');
    await sendControl(home, run.id, { kind: 'continue' });
    await continued;
    expect(await running).toEqual({ kind: 'finished' });
    expect(run.log.state.ended.slice(0, 2)).toEqual(['t0.1', 't4.1']);
  });

  test('stopped after the theorems in flight, it keeps its order and goes on later', async () => {
    const home = temporaryFolder();
    const run = await madeUpRun(home);
    const runner = madeUpRunner(run, madeUpSupply(), { concurrency: 1 });
    run.log.onEvent(({ kind }) => {
      if (kind !== 'job.started' || run.log.state.ended.length > 0) return;
      runner.control({ kind: 'prioritise', theorem: 'theorem5', priority: 1 });
      runner.control({ kind: 'stopAfterCurrent' });
    });
    expect(await toTheEnd(run, runner)).toMatchObject({ kind: 'stopped' });
    expect(run.log.state.ended).toEqual(['t0.1']);
    const again = await openedAgain(home);
    expect(await toTheEnd(again, madeUpRunner(again, madeUpSupply(), { concurrency: 1 }))).toEqual({
      kind: 'finished',
    });
    expect(again.log.state.ended.slice(0, 2)).toEqual(['t0.1', 't5.1']);
    expect(again.log.state.status).toBe('finished');
  });

  test('stopped at once, it gives back what was in flight and writes what is done', async () => {
    const home = temporaryFolder();
    const run = await madeUpRun(home);
    // The second theorem never gets an answer.
    const supply = madeUpSupply({
      onPropose: ({ states }) =>
        states[0]?.goals[0]?.target === 'theorem1' ? new Promise(() => {}) : Promise.resolve(null),
    });
    const runner = madeUpRunner(run, supply, { concurrency: 1, flush: { searches: 50, seconds: 1000 } });
    run.log.onEvent((one) => {
      if (one.kind === 'job.started' && one.job === 't1.1') setImmediate(() => runner.stopNow('SIGTERM'));
    });
    expect(await toTheEnd(run, runner)).toEqual({ kind: 'stopped', by: 'SIGTERM' });
    expect(run.log.state.jobs.get('t1.1')?.progress.kind).toBe('waiting');
    expect(run.log.state.parts.map(({ jobs }) => jobs)).toEqual([['t0.1']]);
  });

  test('stalls with a provider that is down, tells its owner, and goes on', async () => {
    const run = await madeUpRun(temporaryFolder());
    let isDown = false;
    let waits = 0;
    const supply = madeUpSupply({
      kind: 'heuristic',
      onPropose: async () =>
        isDown ? { kind: 'providerFailed', message: 'connection refused', retriable: true } : null,
    });
    const notices: string[] = [];
    const runner = madeUpRunner(run, supply, {
      sleep: async () => {
        waits += 1;
        if (waits > 12) isDown = false;
      },
      notify: async ({ event, message }) => {
        notices.push(`${event}: ${message}`);
        return 'the command failed';
      },
    });
    run.log.onEvent(({ kind }) => {
      if (kind === 'job.ended' && waits === 0) isDown = true;
    });
    const stalled = event(run, 'run.paused');
    expect(await toTheEnd(run, runner)).toEqual({ kind: 'finished' });
    expect(await stalled).toMatchObject({ by: 'provider', message: expect.stringContaining('connection refused') });
    expect(notices).toEqual(['stalled: connection refused', 'finished: every theorem is done']);
    expect(run.log.state.warnings.map(({ about }) => about)).toEqual(['provider', 'notify']);
    const { state } = run.log;
    expect(
      [...state.jobs.values()].filter(
        ({ progress }) => progress.kind === 'ended' && progress.outcome.error?.stage === 'policy',
      ),
    ).toEqual([]);
  });

  test('ends as failed, with its work kept, when the provider is there and goes on answering wrongly', async () => {
    const home = temporaryFolder();
    const run = await madeUpRun(home);
    let isBroken = false;
    const supply = madeUpSupply({
      onPropose: async () =>
        isBroken ? { kind: 'providerFailed', message: 'broken JSON', retriable: true, wrongAnswer: true } : null,
    });
    let waits = 0;
    const runner = madeUpRunner(run, supply, {
      sleep: async () => {
        waits += 1;
      },
    });
    run.log.onEvent(({ kind }) => {
      if (kind === 'job.ended') isBroken = true;
    });
    expect(await toTheEnd(run, runner)).toEqual({
      kind: 'failed',
      reason: 'the provider gives no usable answer: broken JSON',
    });
    expect(waits).toBeLessThan(20);
    const done = run.log.state.ended.length;
    expect(done).toBeGreaterThan(0);
    const again = await openedAgain(home);
    expect(await toTheEnd(again, madeUpRunner(again, madeUpSupply()))).toEqual({ kind: 'finished' });
    expect(new Set(again.log.state.ended).size).toBe(6);
  });

  test('ends a search whose state the provider refuses, and no other', async () => {
    const run = await madeUpRun(temporaryFolder());
    const refused = (target: string | undefined): boolean => target === 'theorem1' || target === 'theorem2';
    const supply = madeUpSupply({
      onPropose: async ({ states }) =>
        refused(states[0]?.goals[0]?.target)
          ? { kind: 'providerFailed', message: 'too long', retriable: states[0]?.goals[0]?.target === 'theorem2' }
          : null,
    });
    const runner = madeUpRunner(run, supply, { sleep: async () => {} });
    expect(await toTheEnd(run, runner)).toEqual({ kind: 'finished' });
    const found = outcomes(run);
    expect(found['t1.1']).toMatchObject({ status: 'error', error: { stage: 'policy', category: 'refused' } });
    expect(found['t2.1']).toMatchObject({ status: 'error', error: { stage: 'policy', category: 'unavailable' } });
    expect(found['t4.1']).toMatchObject({ status: expect.stringMatching(/proved|budget|exhausted/) });
  });

  test('waits for a disk that is full', async () => {
    const run = await madeUpRun(temporaryFolder());
    let isFull = true;
    const failure = { kind: 'storageFailed', code: 'noSpace', path: '/x', message: 'the disk is full' } as const;
    const runner = madeUpRunner(run, madeUpSupply(), {
      onEnd: async () => (isFull ? failure : null),
      sleep: async () => {
        isFull = false;
      },
    });
    const paused = event(run, 'run.paused');
    const continued = event(run, 'run.continued');
    expect(await toTheEnd(run, runner)).toEqual({ kind: 'finished' });
    expect(await paused).toMatchObject({ by: 'disk', message: 'the disk is full' });
    await continued;
  });

  test('is suspect when a judge believes false statements', async () => {
    const run = await madeUpRun(temporaryFolder(), { canaries: true });
    await toTheEnd(run, madeUpRunner(run, madeUpSupply({ unsound: true })));
    expect(tallyRun(run.manifest, run.log.state).canaries.closed).toContain('canary_false');
    expect(run.log.state.warnings[0]?.message).toMatch(/false statements/);
    const opened = await openRun(run.home, 'last');
    expect(opened.kind === 'run' && exitOfStatus(opened.run)).toMatchObject({ code: 4 });
    // Canaries are no training data.
    expect(run.log.state.parts.flatMap(({ jobs }) => jobs).some((job) => job.startsWith('c'))).toBe(false);
  });

  test('gives up when no Lean worker can be had, and can be resumed', async () => {
    const home = temporaryFolder();
    const run = await madeUpRun(home);
    const working = madeUpSupply();
    const broken = {
      ...working,
      problem: (problem: Parameters<typeof working.problem>[0]) => ({
        ...working.problem(problem),
        start: async () => ({ kind: 'startFailed' as const, category: 'workerLost', message: 'no worker starts' }),
      }),
    };
    expect(await toTheEnd(run, madeUpRunner(run, broken, { concurrency: 1 }))).toMatchObject({ kind: 'failed' });
    expect(run.log.state.status).toBe('failed');
  });

  test('warns about a provider that samples the same again and again', async () => {
    const run = await madeUpRun(temporaryFolder(), { budgets: [30] });
    await toTheEnd(run, madeUpRunner(run, madeUpSupply()));
    expect(run.log.state.warnings.map(({ about }) => about)).toEqual(['candidates']);
    const other = await madeUpRun(temporaryFolder(), { budgets: [30] });
    await toTheEnd(other, madeUpRunner(other, madeUpSupply({ kind: 'heuristic' })));
    expect(other.log.state.warnings).toEqual([]);
  });

  test('tells its owner through a shell command', async () => {
    const file = join(temporaryFolder(), 'notice');
    const notice = { event: 'stalled', run: 'adhoc/x', message: "it's down", proved: 3, total: 9 } as const;
    const command = `printf '%s|%s|%s|%s|%s' "$PROOFDECK_EVENT" "$PROOFDECK_RUN" "$PROOFDECK_MESSAGE" "$PROOFDECK_PROVED" "$PROOFDECK_TOTAL" > '${file}'`;
    expect(await notify(command, notice)).toBeNull();
    expect(readFileSync(file, 'utf8')).toBe("stalled|adhoc/x|it's down|3|9");
    expect(await notify('exit 3', notice)).toMatch(/stalled.*3/);
    expect(existsSync(file)).toBe(true);
  });
});
