import { describe, expect, test } from 'vitest';
import { evalDocumentSchema, searchDocumentSchema } from '../../src/run/result-schema.ts';
import { evalDocument, resultDocument, searchDocument } from '../../src/run/results.ts';
import { searchReport } from '../../src/run/search-report.ts';
import { failedOutcome, provedOutcome, SampleRun, sampleManifest, sampleOutcome, theoremsOf } from './sample-run.ts';

/** Three theorems at budgets 5 and 10: one proved at 4, one at 8, one not startable. */
function threeTheorems(command: 'search' | 'eval' = 'eval'): SampleRun {
  const run = new SampleRun(sampleManifest({ command, budgets: [5, 10] }), theoremsOf(3, ['algebra', undefined]));
  run.search(
    't0.1',
    provedOutcome({ expansions: 4, nodes: 9, timeMs: { total: 400, lean: 300, policy: 50, value: 0, verdict: 20 } }),
  );
  run.search(
    't1.1',
    provedOutcome({ expansions: 8, nodes: 20, atBudget: [{ maxNodes: 5, nodes: 12, peakOpen: 6, ms: 500 }] }),
  );
  run.search('t2.1', failedOutcome('start', 'unknownTheorem', 'no such theorem'));
  return run;
}

describe('an evaluation', () => {
  const run = threeTheorems();
  const document = evalDocument(run.manifest, run.state);

  test('fits its schema, and stays the same through JSON', () => {
    const again = evalDocumentSchema.parse(JSON.parse(JSON.stringify(document)));
    expect(again).toEqual(document);
    expect(resultDocument(run.manifest, run.state)).toEqual(document);
  });

  test('has the fields of the reference', () => {
    expect(document).toMatchObject({
      iteration: null,
      llm_path: 'heuristic',
      ebm_path: null,
      benchmark: 'list.json',
      total_theorems: 3,
      pass_n: 1,
      nested: true,
      cumulative_solved: 2,
      cumulative_rate: 2 / 3,
    });
    expect(Date.parse(document.timestamp)).toBe(Date.parse(run.manifest.createdAt) + 3000);
    expect(document.budget_results.map(({ budget, solved, total, rate }) => [budget, solved, total, rate])).toEqual([
      [5, 1, 3, 1 / 3],
      [10, 2, 3, 2 / 3],
    ]);
  });

  test('has what the reference lacked', () => {
    expect(document).toMatchObject({
      complete: true,
      level: 'V3',
      toolchain: 'Lean 4.28.0',
      value: 'off',
      suspect: false,
      corpus: { revision: 'bb' },
      errors: { start: 1, lean: 0, policy: 0, value: 0, engine: 0 },
      bySource: { algebra: { theorems: 2, proved: 1, errors: 1 }, '(none)': { theorems: 1, proved: 1 } },
    });
  });

  test('every theorem has an entry with its reason at each budget', () => {
    const reasons = document.budget_results.map(({ per_theorem }) => per_theorem.map((entry) => entry.failure_reason));
    expect(reasons).toEqual([
      ['', 'budget_exhausted', 'goal_start_error'],
      ['', '', 'goal_start_error'],
    ]);
    expect(document.budget_results[0]!.per_theorem[1]).toMatchObject({
      proved: false,
      nodes_used: 5,
      time_secs: 0.5,
      total_states: 12,
      peak_frontier: 6,
      proof_tactics: [],
      level: null,
    });
    expect(document.budget_results[1]!.per_theorem[1]).toMatchObject({
      proved: true,
      nodes_used: 8,
      proof_tactics: ['intro n', 'rfl'],
      proof_depth: 2,
      lean_time_ms: 600,
      level: 'V3',
      attempt: 1,
    });
    expect(document.budget_results[1]!.per_theorem[2]).toMatchObject({
      error: { stage: 'start', category: 'unknownTheorem', message: 'no such theorem' },
    });
  });

  test('averages leave out attempts that returned no result', () => {
    expect(
      document.budget_results.map((result) => [result.avg_nodes, result.avg_time_secs, result.median_time_secs]),
    ).toEqual([
      [4.5, 0.45, 0.45],
      [6, 0.7, 0.7],
    ]);
  });

  test('with several budgets nothing is flattened, with one it is', () => {
    expect(document.solved).toBeUndefined();
    const one = new SampleRun(sampleManifest({ budgets: [10] }), theoremsOf(1));
    one.search('t0.1', provedOutcome());
    const flat = evalDocument(one.manifest, one.state);
    expect(flat).toMatchObject({ max_nodes: 10, solved: 1, total: 1, rate: 1, avg_nodes: 10 });
    expect(flat.per_theorem).toEqual(flat.budget_results[0]!.per_theorem);
  });
});

test('says what the time cost, where that is known', () => {
  const costs = (cost: { perHour: number; gpus: number }) => {
    const run = new SampleRun(sampleManifest({ cost }), theoremsOf(1));
    run.search('t0.1', sampleOutcome(), 1_800_000);
    return searchDocument(run.manifest, run.state).cost;
  };
  expect(costs({ perHour: 3, gpus: 4 })).toEqual({ hours: 0.5, gpuHours: 2, money: 1.5 });
  expect(costs({ perHour: 0, gpus: 0 })).toEqual({ hours: 0.5, gpuHours: null, money: null });
});

test('the report of a run that somebody else made cannot act on the terminal', () => {
  const act = '\u001B]0;T\u0007\u001B[2J';
  const { lean, provider } = sampleManifest();
  const manifest = sampleManifest({
    out: `/x${act}`,
    lean: { ...lean, toolchain: `Lean ${act}` },
    provider: { ...provider, name: `p${act}`, url: act },
  });
  expect(searchReport(manifest, new SampleRun(manifest, theoremsOf(1)).state).join('\n')).not.toMatch(
    /[\u0000-\u0009\u001B]/,
  );
});

test('errors in the middle of a search are search errors', () => {
  const run = new SampleRun(sampleManifest(), theoremsOf(2));
  run.search('t0.1', failedOutcome('lean', 'workerLost'));
  run.search('t1.1', failedOutcome('policy', 'unreachable'));
  const [result] = evalDocument(run.manifest, run.state).budget_results;
  expect(result!.per_theorem.map((entry) => entry.failure_reason)).toEqual(['search_error', 'search_error']);
  expect(result).toMatchObject({ avg_nodes: 0, median_time_secs: 0, solved: 0, total: 2 });
});

test('pass@2: the first proof replaces a failure, later attempts count in the averages', () => {
  const run = new SampleRun(sampleManifest({ attempts: 2 }), theoremsOf(1));
  run.search('t0.1', sampleOutcome({ expansions: 10 }));
  run.search('t0.2', provedOutcome({ expansions: 2 }));
  const document = evalDocument(run.manifest, run.state);
  expect(document.budget_results[0]!.per_theorem[0]).toMatchObject({
    proved: true,
    attempt: 2,
    attempts: 2,
    nodes_used: 2,
  });
  expect(document.budget_results[0]!.avg_nodes).toBe(6);
  expect(document.by_pass.map(({ pass, solved }) => [pass, solved])).toEqual([
    [1, 0],
    [2, 1],
  ]);
  expect(document.pass_at.map(({ k, estimate }) => [k, estimate])).toEqual([
    [1, 0.5],
    [2, 1],
  ]);
});

describe('a search', () => {
  test('fits its schema', () => {
    const run = threeTheorems('search');
    const document = searchDocument(run.manifest, run.state);
    expect(searchDocumentSchema.parse(JSON.parse(JSON.stringify(document)))).toEqual(document);
    expect(document).toMatchObject({
      theorems: 3,
      proved: 2,
      complete: true,
      canaries: { run: 0, closed: 0, names: [] },
    });
    expect(document.per_theorem).toHaveLength(3);
  });

  test('that is not over says so, and rates are of what was searched', () => {
    const run = new SampleRun(sampleManifest({ command: 'search' }), theoremsOf(4));
    run.search('t0.1', provedOutcome());
    run.search('t1.1', sampleOutcome());
    const document = searchDocument(run.manifest, run.state);
    expect(document).toMatchObject({ complete: false, theorems: 4, searched: 2, done: 2, proved: 1, rate: 0.5 });
    expect(document.per_theorem.map((entry) => entry.failure_reason)).toEqual([
      '',
      'budget_exhausted',
      'not_searched',
      'not_searched',
    ]);
  });

  test('without a source named like a property of objects', () => {
    const run = new SampleRun(sampleManifest({ command: 'search' }), theoremsOf(1, ['__proto__']));
    run.search('t0.1', provedOutcome());
    expect(Object.keys(searchDocument(run.manifest, run.state).bySource)).toEqual(['__proto__']);
  });
});

describe('the report', () => {
  test('names rate, level, budget and toolchain, and the failures of each budget', () => {
    const run = threeTheorems();
    const text = searchReport(run.manifest, run.state).join('\n');
    expect(text).toContain('2 of 3, 66.7 % (95 %: 20.8 to 93.9); V3 and up, 10 nodes, Lean 4.28.0');
    expect(text).toMatch(/5\s+1 of 3\s+33\.3 %\s+6\.1 % - 79\.2 %\s+4\.5\s+0\.45 s\s+budget=1 goal_err=1/);
    expect(text).toContain('start: unknownTheorem');
    expect(text).not.toContain('(partial)');
  });

  test('of a run that is not over says so', () => {
    const run = new SampleRun(sampleManifest({ command: 'search' }), theoremsOf(4));
    expect(searchReport(run.manifest, run.state)[0]).toBe('search adhoc/sample (partial)');
  });
});
