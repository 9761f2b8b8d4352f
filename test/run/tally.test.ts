import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CANARIES, canaryStatements } from '../../src/lean/verdict/canaries.ts';
import type { LiveStatus } from '../../src/run/live-status.ts';
import type { JobOutcome } from '../../src/run/outcome.ts';
import { tallyRun } from '../../src/run/tally.ts';
import { passEstimate } from '../../src/run/tally-rates.ts';
import {
  failedOutcome,
  outcomeArbitrary,
  provedOutcome,
  SampleRun,
  sampleManifest,
  sampleOutcome,
  theoremsOf,
} from './sample-run.ts';

const isProof = ({ accepted, level }: JobOutcome): boolean => accepted && (level === 'V2' || level === 'V3');

describe('any run', () => {
  const runs = fc.record({
    theorems: fc.integer({ min: 1, max: 12 }),
    attempts: fc.integer({ min: 1, max: 3 }),
    noisy: fc.constantFrom(null, 1.2),
    outcomes: fc.array(outcomeArbitrary, { minLength: 48, maxLength: 48 }),
    /** What becomes of each job: waits, runs or has ended. */
    moves: fc.array(fc.constantFrom('wait', 'run', 'end', 'end', 'end'), { minLength: 48, maxLength: 48 }),
  });

  test('is counted as one would count it by hand', () => {
    fc.assert(
      fc.property(runs, ({ theorems, attempts, noisy, outcomes, moves }) => {
        const budgets = [5, 20, 40];
        const run = new SampleRun(
          sampleManifest({ attempts, noisy, budgets, canaries: false }),
          theoremsOf(theorems, ['a', undefined]),
        );
        const ended = new Map<string, JobOutcome>();
        [...run.state.jobs.keys()].forEach((id, i) => {
          if (moves[i] === 'wait') return;
          run.add({ kind: 'job.started', job: id }, 5);
          if (moves[i] !== 'end') return;
          run.add({ kind: 'job.ended', job: id, outcome: outcomes[i]! }, 7);
          ended.set(id, outcomes[i]!);
        });
        const tally = tallyRun(run.manifest, run.state);

        const attemptsOf = (i: number): (JobOutcome | undefined)[] =>
          Array.from({ length: attempts }, (_, k) => ended.get(`t${i}.${k + 1}`));
        const indices = Array.from({ length: theorems }, (_, i) => i);
        const searched = indices.filter((i) => attemptsOf(i).some((one) => one !== undefined));
        const proved = indices.filter((i) => attemptsOf(i).some((one) => one !== undefined && isProof(one)));
        expect(tally.theorems).toBe(theorems);
        expect(tally.searched).toBe(searched.length);
        expect(tally.done).toBe(indices.filter((i) => attemptsOf(i).every((one) => one !== undefined)).length);
        expect([tally.proved.n, tally.proved.of]).toEqual([proved.length, searched.length]);
        expect(tally.levels.reduce((sum, entry) => sum + entry.theorems, 0)).toBe(proved.length);
        expect(Object.values(tally.unproved).reduce((a, b) => a + b, 0)).toBe(searched.length - proved.length);
        expect(tally.refused).toBe(
          indices.filter(
            (i) => !proved.includes(i) && attemptsOf(i).some((one) => one !== undefined && one.level !== null),
          ).length,
        );
        for (const { budget, byPass } of tally.byBudget)
          for (const { pass, proved } of byPass) {
            const have = indices.filter((i) =>
              attemptsOf(i)
                .slice(0, pass)
                .every((one) => one !== undefined),
            );
            expect(proved.of).toBe(have.length);
            expect(proved.n).toBe(
              have.filter((i) =>
                attemptsOf(i)
                  .slice(0, pass)
                  .some((one) => isProof(one!) && one!.expansions <= budget),
              ).length,
            );
          }
        const main = [...ended].filter(([id]) => id.startsWith('t')).map(([, outcome]) => outcome);
        const sum = (pick: (outcome: JobOutcome) => number): number => main.reduce((all, one) => all + pick(one), 0);
        expect(tally.effort.searches).toBe(main.length);
        expect(tally.effort.candidates.tried).toBe(sum(({ candidates }) => candidates.tried));
        expect(tally.effort.timeMs.lean).toBe(sum(({ timeMs }) => timeMs.lean));
        const counted = main.filter(({ candidatesPerExpansion: { count } }) => count > 0);
        expect(tally.effort.candidatesPerExpansion.min).toBe(
          counted.length === 0 ? 0 : Math.min(...counted.map((one) => one.candidatesPerExpansion.min)),
        );
        const withError = (kind: string): number =>
          [...ended].filter(([id, { error }]) => id.startsWith(kind) && error !== undefined).length;
        expect(tally.errors.reduce((all, kind) => all + kind.searches, 0)).toBe(withError('t'));
        expect(tally.noisy?.errors ?? 0).toBe(withError('n'));
        expect(tally.bySource.reduce((all, { proved }) => all + proved.n, 0)).toBe(proved.length);
        expect(tally.searches.ended).toBe(ended.size);
        expect(tally.noisy === null).toBe(noisy === null);
        expect(tally.perTheorem.map(({ name }) => name)).toEqual(indices.map((i) => `t${i}`));
      }),
      { seed: 1, numRuns: 200 },
    );
  });
});

describe('a theorem with several attempts', () => {
  const tallyOf = (...outcomes: readonly JobOutcome[]) => {
    const run = new SampleRun(sampleManifest({ attempts: outcomes.length }), theoremsOf(1));
    for (const [i, outcome] of outcomes.entries()) run.search(`t0.${i + 1}`, outcome);
    return tallyRun(run.manifest, run.state);
  };

  test('stands with its first proof', () => {
    const { perTheorem } = tallyOf(sampleOutcome(), provedOutcome({ expansions: 7 }), provedOutcome({ expansions: 2 }));
    expect(perTheorem[0]).toMatchObject({ proved: true, provedBy: 2, expansions: 7, level: 'V3' });
  });

  test('stands with a result rather than with an error, and the error is counted', () => {
    const tally = tallyOf(failedOutcome('lean', 'workerLost'), sampleOutcome());
    expect(tally.perTheorem[0]).toMatchObject({ status: 'budget', error: null });
    expect(tally.errors).toMatchObject([{ stage: 'lean', category: 'workerLost', searches: 1, theorems: 1 }]);
  });

  test('a closed proof below V2 is refused, not proved', () => {
    const tally = tallyOf(sampleOutcome({ level: 'V1', refused: 'an axiom' }));
    expect(tally.proved.n).toBe(0);
    expect(tally.refused).toBe(1);
    expect(tally.perTheorem[0]).toMatchObject({ proved: false, level: 'V1', refused: 'an axiom' });
  });
});

test('pass@k: by the first k, and by any k', () => {
  const run = new SampleRun(sampleManifest({ attempts: 2 }), theoremsOf(2));
  run.search('t0.1', sampleOutcome());
  run.search('t1.1', sampleOutcome());
  run.search('t0.2', provedOutcome());
  expect(tallyRun(run.manifest, run.state).passAt[1]!.first).toMatchObject({ n: 1, of: 1 });
  run.search('t1.2', sampleOutcome());
  const { passAt } = tallyRun(run.manifest, run.state);
  expect(passAt.map(({ k, first, estimate }) => [k, first.n, first.of, estimate])).toEqual([
    [1, 0, 2, 0.25],
    [2, 1, 2, 0.5],
  ]);
});

test('the estimate of pass@k is 1 − C(n−c, k)/C(n, k)', () => {
  expect(passEstimate(10, 3, 1)).toBeCloseTo(0.3);
  expect(passEstimate(10, 3, 5)).toBeCloseTo(1 - 21 / 252);
  expect(passEstimate(4, 3, 2)).toBe(1);
  expect(passEstimate(200, 1, 100)).toBeCloseTo(0.5);
});

describe('how fast', () => {
  const manifest = sampleManifest({ cost: { perHour: 2, gpus: 4 } });

  test('pauses and gaps do not count, and the end is told from the last completions', () => {
    const run = new SampleRun(manifest, theoremsOf(10));
    run.search('t0.1', sampleOutcome(), 1000);
    run.add({ kind: 'run.paused', by: 'user' });
    run.add({ kind: 'run.continued' }, 3_600_000);
    run.search('t1.1', sampleOutcome(), 1000);
    run.add({ kind: 'run.resumed', at: manifest.createdAt, format: 1, program: '0' }, 7_200_000);
    run.ready();
    run.search('t2.1', sampleOutcome(), 1000);
    const { pace } = tallyRun(run.manifest, run.state);
    expect(pace.activeMs).toBe(3000);
    expect(pace.perMinute).toBeCloseTo(60);
    expect(pace.window).toMatchObject({ n: 3, ms: 3000 });
    expect(pace.eta).toEqual({ remaining: 7, ms: 7000, basis: 'from the last 3 theorems at 60.0/min' });
    expect(pace.gpuHours!.spent).toBeCloseTo((4 * 3) / 3600);
    expect(pace.money!.expected).toBeCloseTo((2 * 10) / 3600);
  });

  test('the window holds the last 200', () => {
    const run = new SampleRun(manifest, theoremsOf(400));
    for (let i = 0; i < 300; i++) run.search(`t${i}.1`, sampleOutcome(), i < 100 ? 60_000 : 100);
    const { pace } = tallyRun(run.manifest, run.state);
    expect(pace.window).toMatchObject({ n: 200, ms: 20_000 });
    expect(pace.eta!.ms).toBeCloseTo(10_000);
  });

  test('while it stands still the rate falls', () => {
    const run = new SampleRun(manifest, theoremsOf(10));
    run.search('t0.1', sampleOutcome(), 1000);
    const live: LiveStatus = {
      schema: 'proofdeck.run-status/1',
      status: 'running',
      phase: '',
      pid: 1,
      host: 'here',
      updatedAt: manifest.createdAt,
      inFlight: [],
      workers: [],
      diskFree: null,
      stalled: null,
    };
    const now = Date.parse(manifest.createdAt) + 10_000;
    expect(tallyRun(run.manifest, run.state, { now, live }).pace.window).toMatchObject({ n: 1, ms: 10_000 });
    // Nobody works on it: the clock stands.
    expect(tallyRun(run.manifest, run.state, { now, live: null }).pace.window).toMatchObject({ n: 1, ms: 1000 });
  });

  test('a run that is over expects what it has spent', () => {
    const run = new SampleRun(manifest, theoremsOf(1));
    run.search('t0.1', sampleOutcome(), 1000);
    run.add({ kind: 'run.ended', status: 'finished', reason: 'done' });
    const { eta, gpuHours } = tallyRun(run.manifest, run.state).pace;
    expect(eta).toBeNull();
    expect(gpuHours!.expected).toBe(gpuHours!.spent);
  });
});

test('canaries that close make the run suspect', () => {
  const run = new SampleRun(sampleManifest({ canaries: true }), theoremsOf(1));
  const ids = canaryStatements().map((_, i) => `c${i}`);
  expect(tallyRun(run.manifest, run.state).canaries).toMatchObject({ run: 0, pending: ids.length, closed: [] });
  run.search(ids[0]!, provedOutcome());
  const tally = tallyRun(run.manifest, run.state);
  expect(tally.canaries).toEqual({ run: 1, pending: ids.length - 1, closed: [CANARIES[0]!.name], ms: 1000 });
  expect(tally.suspect).toBe(true);
  // They are in no other figure.
  expect(tally.effort.searches).toBe(0);
  expect(tally.proved).toMatchObject({ n: 0, of: 0 });
});

test('errors keep a few short examples', () => {
  const run = new SampleRun(sampleManifest(), theoremsOf(5));
  for (let i = 0; i < 5; i++) run.search(`t${i}.1`, failedOutcome('start', 'unknownTheorem', 'x'.repeat(1000)));
  const [kind] = tallyRun(run.manifest, run.state).errors;
  expect(kind).toMatchObject({ searches: 5, theorems: 5 });
  expect(kind!.examples.map(({ theorem }) => theorem)).toEqual(['t0', 't1', 't2']);
  expect(kind!.examples[0]!.message.length).toBe(300);
});
