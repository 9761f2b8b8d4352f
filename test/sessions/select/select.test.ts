import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { selectCandidates } from '../../../sessions/select/candidates.ts';
import { compareSearches } from '../../../sessions/select/compare.ts';
import { selectFamilies } from '../../../sessions/select/families.ts';
import { frontierOrder, frontierRanks, selectFrontier, treeFacts } from '../../../sessions/select/frontier.ts';
import { markGoal, pathTo, selectGoals } from '../../../sessions/select/goal.ts';
import { formatBytes, formatMs, selectStatistics, selectVerdict } from '../../../sessions/select/statistics.ts';
import { BestFirst } from '../../../src/search/best-first.ts';
import type { SearchEvent } from '../../../src/search/events.ts';
import { emptySearchState, reduceSearch } from '../../../src/search/reduce.ts';
import type { SearchNode, SearchState } from '../../../src/search/state.ts';
import { expansions, opening } from '../../fixtures/search-script.ts';

function stateAfter(steps: number, more: readonly SearchEvent[] = []): SearchState {
  const events = [...opening('p ∧ (q ∨ r) → p ∧ q ∨ p ∧ r', 'distrib'), ...expansions.slice(0, steps).flat(), ...more];
  return events.reduce(reduceSearch, emptySearchState());
}
const query = { filter: '', order: 'rank', reverse: false } as const;

describe('candidates', () => {
  it('tell where each stands, and why it was dropped', () => {
    const rows = selectCandidates(stateAfter(1), 0, query);
    expect(rows.map(({ word }) => word)).toEqual([
      'applied',
      'same form',
      'applied',
      'failed',
      'same text',
      'failed',
      'timed out',
      'applied',
      'blocked',
    ]);
    expect(rows[1]!.said).toBe('same normal form as #0');
    expect(rows[4]!.said).toBe('same text as #0');
    expect(rows[8]!.said).toBe('blocked family: arith');
    expect(rows[0]).toMatchObject({ child: 1, score: -0.1, rank: 1, ms: 3 });
    expect(rows[7]).toMatchObject({ tactic: 'intro h ⏎ let n : Nat := 5', rank: 3 });
  });

  it('name the node that holds the same state', () => {
    expect(selectCandidates(stateAfter(2), 1, query)[0]).toMatchObject({
      word: 'repeats',
      said: 'same state as node 2',
    });
  });

  it('show waiting and running apart while Lean works', () => {
    const started = expansions[0]!.slice(0, 6);
    const rows = selectCandidates(stateAfter(0, started), 0, query);
    expect(rows.map(({ word }) => word).slice(0, 6)).toEqual([
      'running',
      'same form',
      'running',
      'waiting',
      'same text',
      'waiting',
    ]);
    expect(rows[3]!.said).toBe('next for Lean');
    expect(rows[5]!.said).toBe('1 before it');
  });

  it('are filtered and sorted', () => {
    const state = stateAfter(1);
    expect(selectCandidates(state, 0, { ...query, filter: 'FAILED' }).map(({ index }) => index)).toEqual([3, 5]);
    expect(selectCandidates(state, 0, { ...query, order: 'time' })[0]!.tactic).toBe('exact?');
    expect(selectCandidates(state, 0, { ...query, order: 'result' }).at(-1)!.word).toBe('blocked');
    expect(selectCandidates(state, 0, { ...query, reverse: true })[0]!.index).toBe(8);
  });

  it('are cleaned', () => {
    const state = stateAfter(1, [
      {
        kind: 'tactic.answered',
        node: 0,
        candidate: 3,
        worker: 0,
        outcome: { kind: 'failed', message: 'a\u001B[2Jb\nc' },
        ms: 1,
      },
    ]);
    expect(selectCandidates(state, 0, query)[3]!.said).toBe('ab ⏎ c');
  });
});

describe('goals', () => {
  it('mark what changed since the node above', () => {
    const [goal] = selectGoals(stateAfter(3), 4)!.goals;
    expect(goal!.hypotheses.map(({ names, mark }) => [names.join(' '), mark])).toEqual([
      ['p q r', 'same'],
      ['hp', 'same'],
      ['hq', 'new'],
      ['hqr', 'gone'],
    ]);
    expect(goal).toMatchObject({ caseName: 'intro.inl', targetChanged: false, untouched: false });
  });

  it('mark a changed type and a new target, keep values apart', () => {
    const before = {
      hypotheses: [
        { name: 'h', type: 'a' },
        { name: 'x', type: 'Nat', value: '1' },
      ],
      target: 'a',
    };
    const marked = markGoal(
      {
        hypotheses: [
          { name: 'h', type: 'b' },
          { name: 'x', type: 'Nat', value: '2' },
        ],
        target: 'b',
      },
      before,
    );
    expect(marked.hypotheses.map(({ mark, value }) => [mark, value])).toEqual([
      ['changed', undefined],
      ['changed', '2'],
    ]);
    expect(marked.targetChanged).toBe(true);
  });

  it('mark nothing at the root, and say when a goal was left alone', () => {
    expect(selectGoals(stateAfter(0), 0)!.goals[0]!.hypotheses.every(({ mark }) => mark === 'same')).toBe(true);
    const goal = { hypotheses: [], target: 'a' };
    expect(markGoal(goal, goal).untouched).toBe(true);
  });

  it('give the tactics on the way', () => {
    expect(pathTo(stateAfter(4).nodes, 4)).toEqual(['rintro ⟨hp, hqr⟩', 'rcases hqr with hq | hr']);
  });
});

describe('the frontier', () => {
  it('is in the order in which best-first takes nodes', () => {
    const scores = fc.array(fc.integer({ min: -5, max: 0 }), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(scores, (list) => {
        const nodes = list.map(
          (score, id) => ({ id, score, status: 'open', children: [], expansion: null }) as unknown as SearchNode,
        );
        const state: SearchState = { ...emptySearchState(), nodes };
        const strategy = new BestFirst();
        for (const { id, score } of nodes) strategy.queue(id, score!);
        const taken = nodes.map(() => strategy.take()!);
        expect(frontierOrder(state)).toEqual(taken);
        expect(treeFacts(state).next).toBe(taken[0]);
        const ranks = frontierRanks(
          state,
          nodes.map(({ id }) => id),
        );
        expect(taken.map((id) => ranks.get(id))).toEqual(taken.map((_, index) => index + 1));
        const some = taken.filter((id) => id % 3 === 0);
        const few = frontierRanks(state, some);
        expect(some.map((id) => few.get(id))).toEqual(some.map((id) => taken.indexOf(id) + 1));
      }),
      { seed: 1 },
    );
  });

  it('is windowed', () => {
    expect(selectFrontier(stateAfter(1), 1, 1)).toEqual([{ node: 2, score: -0.35, rank: 2 }]);
  });

  it('names the current node', () => {
    expect(treeFacts(stateAfter(0)).current).toBe(0);
    expect(treeFacts(stateAfter(2))).toEqual({ current: 1, next: 2, deadEnds: 1 });
  });
});

describe('figures', () => {
  it('read well', () => {
    expect([0, 840, 12_300, 59_960, 245_000, 7_380_000].map(formatMs)).toEqual([
      '0ms',
      '840ms',
      '12.3s',
      '1m00s',
      '4m05s',
      '2h03m',
    ]);
    expect([512, 4_200, 6.1e8, 1.2e9].map(formatBytes)).toEqual(['512 B', '4.2 kB', '610.0 MB', '1.20 GB']);
  });

  it('are named with their limits', () => {
    const view = selectStatistics(stateAfter(2), 2340);
    const text = [...view.search, ...view.candidates, ...view.time].map((figure) => `${figure.name} ${figure.text}`);
    expect(text).toEqual(
      expect.arrayContaining([
        'expansions 2/300',
        'depth 1/50',
        'dead ends 1',
        'same text 2',
        'same state 1',
        'per expansion 3/4.5/6',
        'running 2.3s of 2m00s',
      ]),
    );
  });

  it('never show a level without axioms, checks and toolchain', () => {
    const verdict = selectVerdict(stateAfter(4))!;
    expect(verdict.headline).toBe('proved V3');
    expect(verdict.lines.join('\n')).toMatch(
      /axioms: propext · behind library: assumed[\s\S]*kernel[\s\S]*toolchain: Lean 4\.28\.0/,
    );
  });
});

describe('compare', () => {
  it('says where two searches part', () => {
    const comparison = compareSearches(
      { state: stateAfter(4), runningMs: 2000 },
      { state: stateAfter(2), runningMs: 500 },
    );
    expect(comparison.divergence).toEqual({ sharedExpansions: 2, left: ['rintro ⟨hp, hqr⟩'], right: null });
    expect(comparison.rows.find(({ name }) => name === 'expansions')).toEqual({
      name: 'expansions',
      left: '4',
      right: '2',
      delta: '-2',
      differs: true,
    });
    expect(comparison.rows.find(({ name }) => name === 'running')).toMatchObject({ left: '2.0s', delta: '-1.5s' });
    expect(comparison.sharedProof).toBe(0);
  });

  it('finds nothing between a search and itself', () => {
    const comparison = compareSearches({ state: stateAfter(4), runningMs: 1 }, { state: stateAfter(4), runningMs: 1 });
    expect(comparison.rows.some(({ differs }) => differs)).toBe(false);
    expect(comparison.divergence).toMatchObject({ left: null, right: null });
    expect(comparison.sharedProof).toBe(3);
  });
});

describe('families', () => {
  it('list those of the node first, then the blocked ones', () => {
    const state = stateAfter(1, [{ kind: 'user.family', family: 'automation', blocked: true }]);
    const rows = selectFamilies(state, 0);
    expect(rows[0]).toMatchObject({ family: 'intro', blocked: false });
    expect(rows.find(({ family }) => family === 'automation')).toEqual({
      family: 'automation',
      blocked: true,
      here: 0,
    });
  });
});
