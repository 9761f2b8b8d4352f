import { describe, expect, test } from 'vitest';
import { rateChart } from '../../src/run/chart.ts';
import { compareResults } from '../../src/run/compare-results.ts';
import { readResult, resultSetOf } from '../../src/run/read-results.ts';
import type { ResultSet } from '../../src/run/result-set.ts';
import { evalDocument, searchDocument } from '../../src/run/results.ts';
import { rateOf } from '../../src/run/wilson.ts';
import { provedOutcome, SampleRun, sampleManifest, sampleOutcome, theoremsOf } from './sample-run.ts';

/** A result of ten theorems of which these were proved. */
function resultOf(label: string, proved: readonly number[], changes: Partial<ResultSet> = {}): ResultSet {
  const theorems = Array.from({ length: 10 }, (_, i) => ({
    name: `t${i}`,
    proved: proved.includes(i),
    source: i < 5 ? 'algebra' : 'number theory',
    nodes: i,
    secs: i / 10,
  }));
  return {
    label,
    origin: `${label}.json`,
    format: 'proofdeck',
    timestamp: null,
    complete: true,
    theorems: 10,
    budgets: [{ budget: 100, solved: proved.length, total: 10, avgNodes: null, avgSecs: null, theorems }],
    cumulative: { solved: proved.length, total: 10 },
    level: 'V3',
    toolchain: 'Lean 4.28.0',
    benchmark: 'list.json',
    revision: 'aa',
    suspect: false,
    settings: { seed: '0', provider: label },
    ...changes,
  };
}

test('theorems that only one result has searched make no difference', () => {
  const whole = resultOf('whole', [0, 1, 7, 8, 9]);
  const [budget] = whole.budgets;
  const theorems = budget!.theorems!.slice(0, 4);
  const solved = 2;
  const begun = resultOf('begun', [0, 1], {
    complete: false,
    budgets: [{ ...budget!, solved, total: 4, theorems }],
    cumulative: { solved, total: 4 },
  });
  const [, other] = compareResults([whole, begun]).results;
  expect(other!.budgets[0]).toMatchObject({
    rate: { n: 2, of: 4 },
    versus: { points: 0, pairs: { both: 4, won: [], lost: [] } },
    bySource: [{ source: 'algebra', points: 0 }],
  });
  expect(other!.cumulative.points).toBeNull();
});

describe('two results on the same theorems', () => {
  const { results, settings, warnings } = compareResults([resultOf('a', [0, 1]), resultOf('b', [1, 2, 3, 7])]);
  const [base, other] = results.map(({ budgets }) => budgets[0]!);

  test('are paired by name', () => {
    expect(base!.versus).toBeNull();
    expect(other!.versus).toEqual({
      points: expect.closeTo(20),
      p: expect.closeTo(0.625),
      test: 'paired',
      pairs: { both: 10, won: ['t2', 't3', 't7'], lost: ['t0'] },
    });
    expect(other).toMatchObject({ avgNodes: 4.5, medianNodes: 4.5, avgSecs: expect.closeTo(0.45) });
  });

  test('differ by source, and in their settings', () => {
    expect(other!.bySource.map(({ source, rate, points }) => [source, rate.n, rate.of, Math.round(points!)])).toEqual([
      ['algebra', 3, 5, 20],
      ['number theory', 1, 5, 20],
    ]);
    expect(settings).toEqual([
      { name: 'seed', values: ['0', '0'], differs: false },
      { name: 'provider', values: ['a', 'b'], differs: true },
    ]);
    expect(warnings).toEqual([]);
  });
});

test('the baseline can be any, and labels are made distinct', () => {
  const { results, baseline } = compareResults([resultOf('a', [0]), resultOf('a', [0, 1])], { baseline: 1 });
  expect(baseline).toBe(1);
  expect(results.map(({ label }) => label)).toEqual(['a', 'a (2)']);
  expect(results[0]!.budgets[0]!.versus!.points).toBeCloseTo(-10);
  expect(results[1]!.budgets[0]!.versus).toBeNull();
});

test('without names in common Fisher decides', () => {
  const other = resultOf('b', [0, 1, 2]);
  const renamed = {
    ...other,
    budgets: other.budgets.map((one) => ({
      ...one,
      theorems: one.theorems!.map((t) => ({ ...t, name: `x${t.name}` })),
    })),
  };
  const { versus } = compareResults([resultOf('a', [0]), renamed]).results[1]!.budgets[0]!;
  expect(versus).toMatchObject({ test: 'unpaired', pairs: null, p: expect.closeTo(0.5820433) });
});

test('what makes figures hard to compare is said', () => {
  const { warnings } = compareResults([
    resultOf('a', []),
    resultOf('b', [], {
      revision: 'cc',
      toolchain: 'Lean 4.29.0',
      level: 'V2',
      suspect: true,
      complete: false,
      theorems: 12,
    }),
  ]);
  expect(warnings.map(({ kind }) => kind)).toEqual([
    'revision',
    'toolchain',
    'level',
    'suspect',
    'incomplete',
    'theorems',
  ]);
});

describe('result files', () => {
  const perTheorem = (proved: boolean) => [{ name: 't', proved, nodes_used: 3, time_secs: 1.5 }];
  const budget = (n: number, solved: number) => ({
    budget: n,
    solved,
    total: 1,
    rate: solved,
    avg_nodes: 3,
    avg_time_secs: 1.5,
    median_time_secs: 1.5,
    per_theorem: perTheorem(solved === 1),
  });
  const head = {
    iteration: null,
    timestamp: 'x',
    llm_path: 'url',
    ebm_path: null,
    benchmark: 'b.json',
    total_theorems: 1,
  };
  const read = (json: unknown) => readResult(JSON.stringify(json), 'f.json', 'f');

  test('of the reference with several budgets', () => {
    const file = {
      ...head,
      iteration: 2,
      budget_results: [budget(600, 1), budget(100, 0)],
      cumulative_solved: 1,
      cumulative_rate: 1,
    };
    expect(read(file)).toMatchObject({
      kind: 'result',
      result: {
        label: 'iteration 2',
        format: 'budgets',
        level: null,
        budgets: [
          { budget: 100, solved: 0 },
          { budget: 600, solved: 1, avgNodes: 3, theorems: [{ name: 't', proved: true }] },
        ],
        cumulative: { solved: 1, total: 1 },
        settings: { provider: 'url', value: 'off' },
      },
    });
  });

  test('of the reference flattened to one budget, and to rounds', () => {
    const flat = {
      ...head,
      solved: 1,
      total: 1,
      rate: 1,
      per_theorem: [{ ...perTheorem(true)[0], failure_reason: '' }],
    };
    expect(read({ ...flat, max_nodes: 600 })).toMatchObject({
      result: { label: 'f', format: 'flattened', budgets: [{ budget: 600 }] },
    });
    expect(read({ ...flat, max_rounds: 60, git_commit: 'abc' })).toMatchObject({
      result: { budgets: [{ budget: null, solved: 1 }], settings: { 'max rounds': '60', 'git commit': 'abc' } },
    });
  });

  test('of ours, both kinds', () => {
    const run = new SampleRun(sampleManifest({ budgets: [5, 10] }), theoremsOf(2));
    run.search('t0.1', provedOutcome({ expansions: 3 }));
    const evaluation = evalDocument(run.manifest, run.state);
    const result = resultSetOf(evaluation, 'f.json', 'f');
    expect(read(evaluation)).toEqual({ kind: 'result', result });
    expect(result).toMatchObject({
      label: 'f',
      complete: false,
      theorems: 2,
      level: 'V3',
      revision: 'bb',
      budgets: [{ budget: 5, total: 1, theorems: [{ name: 't0', proved: true, source: '(none)' }] }, { budget: 10 }],
    });
    const search = searchDocument(run.manifest, run.state);
    expect(read(search)).toMatchObject({ result: { budgets: [{ budget: 10, solved: 1, total: 1 }] } });
  });

  test('compares an old file with a new one at the budget that both have', () => {
    const run = new SampleRun(sampleManifest({ budgets: [5, 10] }), theoremsOf(1));
    run.search('t0.1', sampleOutcome());
    const old = readResult(JSON.stringify({ ...head, budget_results: [budget(10, 1), budget(20, 1)] }), 'o', 'o');
    if (old.kind !== 'result') throw new Error(old.message);
    const { budgets } = compareResults([old.result, resultSetOf(evalDocument(run.manifest, run.state), 'n', 'n')]);
    expect(budgets).toEqual([10]);
  });

  test.each([
    ['{', 'not JSON'],
    ['[]', 'a list'],
    ['{"theorems":[]}', 'it holds theorems; expected'],
    ['{"budget_results":[{"budget":1,"solved":-1,"total":1}]}', 'budget_results.0.solved'],
    ['{"schema":"proofdeck.prove/1"}', 'is a proofdeck.prove/1 document'],
    ['{"schema":"proofdeck.eval/1"}', 'is damaged: run'],
  ])('%s is refused with a reason', (text, reason) => {
    const result = readResult(text, 'f.json', 'f');
    expect(result.kind === 'noResult' && result.message).toContain(reason);
    expect(result.kind === 'noResult' && result.message).toContain('f.json');
  });
});

test('every line of a chart fits, in Unicode and in ASCII', () => {
  const bars = [
    { label: 'baseline', rate: rateOf(15, 244) },
    { label: '⟨long⟩ label that goes on and on', rate: rateOf(90, 244), note: '+30.7 pp' },
    { label: 'nothing', rate: rateOf(0, 0) },
  ];
  for (const width of [40, 60, 80, 100]) {
    for (const line of rateChart(bars, { width, ascii: false })) expect([...line].length).toBeLessThanOrEqual(width);
    const plain = rateChart(bars.slice(0, 1), { width, ascii: true });
    expect(plain.join('\n')).toMatch(/^[ -~\n]*$/);
  }
  expect(rateChart([{ label: 'a', rate: rateOf(5, 10) }], { width: 50, ascii: true })[0]).toBe(
    'a ##########===========----------|    50.0 %  5/10',
  );
});
