import { describe, expect, test } from 'vitest';
import type { OpenRun } from '../../../sessions/runs/open-run.ts';
import { openRun } from '../../../sessions/runs/run-reader.ts';
import { verifyRun } from '../../../sessions/runs/verify-run.ts';
import { tallyRun } from '../../../src/run/tally.ts';
import { valueRecord } from '../../../src/value/score/value-model.ts';
import { madeUpValue } from '../../fixtures/made-up-value.ts';
import { temporaryFolder } from '../../storage/temporary.ts';
import { madeUpRun, madeUpRunner, madeUpSupply, toTheEnd } from './made-up-run.ts';

/** What a run came to, times left out. */
function outcomes(run: OpenRun): readonly unknown[] {
  return [...run.log.state.jobs].map(([id, { progress }]) => {
    if (progress.kind !== 'ended') return [id, progress.kind];
    const { timeMs: _, latency: __, atBudget: ___, ...outcome } = progress.outcome;
    return [id, outcome];
  });
}

const retry = async (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('a run with a value model', () => {
  test('comes out the same however many searches share the model, and verifies', async () => {
    const value = madeUpValue();
    const found: unknown[] = [];
    for (const concurrency of [1, 4]) {
      const home = temporaryFolder();
      const run = await madeUpRun(home, { value: valueRecord(value) });
      const delayed = madeUpValue({
        onScore: async (states) => {
          // Answers overtake each other.
          for (let turns = (states.length * 7) % 5; turns > 0; turns -= 1) await retry();
          return null;
        },
      });
      const runner = madeUpRunner(run, { ...madeUpSupply(), value: delayed }, { concurrency });
      expect(await toTheEnd(run, runner)).toEqual({ kind: 'finished' });
      found.push(outcomes(run));
      const tally = tallyRun(run.manifest, run.log.state);
      expect(tally.effort.ebm?.ebm_score_calls).toBeGreaterThan(5);
      expect(tally.effort.ebm).toMatchObject({ failed: 0, refused: 0, ebm_skipped_by_depth: 0 });
      const opened = await openRun(home, 'last');
      if (opened.kind !== 'run') throw new Error(opened.message);
      const { differences, searches } = await verifyRun(opened.run);
      expect(differences.filter(({ about }) => !/json$/.test(about))).toEqual([]);
      expect(searches).toBe(6);
    }
    expect(found[0]).toEqual(found[1]);
  });

  test('waits for an encoder that is down, tells its owner, and goes on', async () => {
    const run = await madeUpRun(temporaryFolder());
    let isDown = false;
    let questions = 0;
    let sleeps = 0;
    const value = madeUpValue({
      onScore: async () => {
        questions += 1;
        if (questions === 6) isDown = true;
        return isDown ? { kind: 'valueFailed', message: 'connection refused', retriable: true } : null;
      },
    });
    const notices: string[] = [];
    const runner = madeUpRunner(
      run,
      { ...madeUpSupply(), value },
      {
        sleep: async () => {
          sleeps += 1;
          if (sleeps > 12) isDown = false;
          await retry();
        },
        notify: async ({ event, message }) => {
          notices.push(`${event}: ${message}`);
          return null;
        },
      },
    );
    expect(await toTheEnd(run, runner)).toEqual({ kind: 'finished' });
    expect(notices).toEqual(['stalled: connection refused', 'finished: every theorem is done']);
    const tally = tallyRun(run.manifest, run.log.state);
    expect(tally).toMatchObject({ done: 6 });
    expect(tally.errors.filter(({ stage }) => stage === 'value')).toEqual([]);
    expect(tally.effort.ebm?.failed).toBeGreaterThan(0);
  });

  test('ends when the model refuses everything, and no theorem pays for it', async () => {
    const run = await madeUpRun(temporaryFolder());
    let questions = 0;
    const value = madeUpValue({
      onScore: async () =>
        ++questions > 10 ? { kind: 'valueFailed', message: 'another model is served', retriable: false } : null,
    });
    const runner = madeUpRunner(run, { ...madeUpSupply(), value }, { sleep: retry });
    expect(await toTheEnd(run, runner)).toEqual({
      kind: 'failed',
      reason: 'the value model refuses every question: another model is served',
    });
    expect(tallyRun(run.manifest, run.log.state).errors.map(({ stage }) => stage)).not.toContain('value');
  });

  test('ends the one search whose states the model cannot answer about', async () => {
    const home = temporaryFolder();
    const run = await madeUpRun(home);
    const value = madeUpValue({
      onScore: async (states) =>
        states[0]?.rootGoals[0]?.target === 'theorem1'
          ? { kind: 'valueFailed', message: 'this one breaks it', retriable: false }
          : null,
    });
    const runner = madeUpRunner(run, { ...madeUpSupply(), value }, { sleep: retry });
    expect(await toTheEnd(run, runner)).toEqual({ kind: 'finished' });
    const errors = tallyRun(run.manifest, run.log.state).errors.filter(({ stage }) => stage === 'value');
    expect(errors).toMatchObject([{ category: 'refused', theorems: 1 }]);
    const opened = await openRun(home, 'last');
    if (opened.kind !== 'run') throw new Error(opened.message);
    const { differences } = await verifyRun(opened.run);
    expect(differences.filter(({ about }) => !/json$/.test(about))).toEqual([]);
  });
});
