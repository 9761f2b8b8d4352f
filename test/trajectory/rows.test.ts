import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { emptySearchState, reduceSearch } from '../../src/search/reduce.ts';
import type { SearchState } from '../../src/search/state.ts';
import type { TrajectoryRow } from '../../src/trajectory/row.ts';
import { rowsOfSearch } from '../../src/trajectory/rows.ts';
import { expansions, opening } from '../fixtures/search-script.ts';
import { choicesArbitrary, runRandomSearch, settingsArbitrary } from '../search/random-world.ts';

const about = { theorem: 'T', session: 'adhoc/run', search: 't0.1', beganMs: 1_700_000_000_000.7 };

function scripted(upTo = expansions.length): SearchState {
  const state = emptySearchState();
  for (const event of [...opening('p', 'T'), ...expansions.slice(0, upTo).flat()]) reduceSearch(state, event);
  return state;
}

describe('a proved search', () => {
  const rows = rowsOfSearch(scripted(), about);

  test('labels the proof from its end to the root, and the rest beside it; a tactic led from state 1 to state 2', () => {
    expect(rows.map(({ state_id, label, remaining_depth }) => [state_id, label, remaining_depth])).toEqual([
      [0, 'positive', 3],
      [1, 'unknown', -1],
      [2, 'positive', 2],
      [3, 'negative', -1],
      [4, 'positive', 1],
      [5, 'positive', 0],
    ]);
  });

  test('says the state of the row, and the tactic that led to it', () => {
    expect(rows[2]).toMatchObject({
      state_pp: 'p : Prop\nq : Prop\nr : Prop\nhp : p\nhqr : q ∨ r\n⊢ p ∧ q ∨ p ∧ r',
      tactic_applied: 'rintro ⟨hp, hqr⟩',
      parent_state_id: 0,
      origin: 'heuristic:shape',
    });
    expect(rows[4]!.state_pp.split('\n\n')).toHaveLength(2);
    expect(rows[0]).toMatchObject({ tactic_applied: '', parent_state_id: null, origin: null, llm_log_prob: 0 });
  });

  test('ends with one complete row, without a goal and without a score', () => {
    expect(rows.filter(({ is_proof_complete }) => is_proof_complete)).toEqual([
      expect.objectContaining({ state_id: 5, state_pp: '', ebm_score: 0, energy: null, reason: 'closed: accepted' }),
    ]);
    expect(new Set(rows.map(({ verdict_level }) => verdict_level))).toEqual(new Set(['V3']));
  });

  test('has one whole time for all rows', () => {
    expect(new Set(rows.map(({ timestamp_ms }) => timestamp_ms))).toEqual(new Set([1_700_000_000_000]));
  });

  test('counts expansions and says what became of each state', () => {
    expect(rows.map(({ visits, reason }) => [visits, reason])).toEqual([
      [1, 'expanded'],
      [1, 'expanded'],
      [1, 'expanded'],
      [0, 'open'],
      [1, 'expanded'],
      [0, 'closed: accepted'],
    ]);
  });
});

test('a search without a proof knows nothing', () => {
  const rows = rowsOfSearch(scripted(2), about);
  expect(new Set(rows.map(({ label }) => label))).toEqual(new Set(['unknown']));
  expect(rows.every(({ remaining_depth, verdict_level }) => remaining_depth === -1 && verdict_level === null)).toBe(
    true,
  );
});

test('a theorem that did not start has no rows', () => {
  expect(rowsOfSearch(emptySearchState(), about)).toEqual([]);
});

test('energies are turned around, and zero stays zero', () => {
  const state = scripted(1);
  reduceSearch(state, {
    kind: 'values.scored',
    scores: [
      { node: 1, energy: 2.5 },
      { node: 2, energy: 0 },
    ],
    ms: 1,
  });
  const rows = rowsOfSearch(state, about);
  expect(rows[1]).toMatchObject({ ebm_score: -2.5, energy: 2.5 });
  expect(Object.is(rows[2]!.ebm_score, 0)).toBe(true);
  expect(rows[3]).toMatchObject({ ebm_score: 0, energy: null });
});

test('halves of surrogate pairs become the sign for unreadable text', () => {
  const state = scripted(1);
  const rows = rowsOfSearch(
    { ...state, goals: new Map([...state.goals, ['g0', { hypotheses: [], target: 'a \ud800 b' }]]) },
    { ...about, theorem: 'x\udc00' },
  );
  expect(rows[0]).toMatchObject({ state_pp: '⊢ a \ufffd b', theorem_name: 'x\ufffd' });
});

describe('any search', () => {
  const eachRun = (check: (rows: readonly TrajectoryRow[], state: SearchState) => void, seed: number): void =>
    fc.assert(
      fc.property(settingsArbitrary, choicesArbitrary, (settings, choices) => {
        const { state } = runRandomSearch(settings, choices).machine;
        check(rowsOfSearch(state, about), state);
      }),
      { seed, numRuns: 150 },
    );

  test('is a tree of rows, numbered from the root', () => {
    eachRun((rows) => {
      expect(rows.map(({ state_id }) => state_id)).toEqual(rows.map((_, i) => i));
      for (const row of rows.slice(1)) {
        expect(row.parent_state_id).toBeLessThan(row.state_id);
        expect(row.depth_from_root).toBe(rows[row.parent_state_id!]!.depth_from_root + 1);
      }
    }, 11);
  });

  test('has exactly one complete row when a proof was accepted, and a walk of positives up to the root', () => {
    let proved = 0;
    eachRun((rows, state) => {
      const complete = rows.filter(({ is_proof_complete }) => is_proof_complete);
      expect(complete).toHaveLength(state.verdict?.accepted ? 1 : 0);
      const walk: number[] = [];
      for (let row = complete[0]; row; row = rows[row.parent_state_id ?? -1]) walk.push(row.state_id);
      expect(walk.toSorted((a, b) => a - b)).toEqual(
        rows.filter(({ label }) => label === 'positive').map(({ state_id }) => state_id),
      );
      for (const [steps, id] of walk.entries()) expect(rows[id]!.remaining_depth).toBe(steps);
      if (walk.length > 0) proved += 1;
    }, 12);
    expect(proved).toBeGreaterThan(10);
  });

  test('calls nothing negative that leads to a closed state nobody judged, and nothing at all without a proof', () => {
    let unjudged = 0;
    eachRun((rows, state) => {
      const proved = rows.some(({ is_proof_complete }) => is_proof_complete);
      for (const row of rows) {
        if (!proved) expect(row.label).toBe('unknown');
        if (row.state_pp === '' && row.reason.startsWith('closed: not judged')) {
          unjudged += 1;
          for (let up: TrajectoryRow | undefined = row; up; up = rows[up.parent_state_id ?? -1])
            expect(up.label).not.toBe('negative');
        }
        if (row.label === 'unknown' && proved) expect(state.nodes.some(({ goals }) => goals.length === 0)).toBe(true);
        if (state.nodes[row.state_id]!.status === 'refuted') {
          expect(row.is_proof_complete).toBe(false);
          expect(row.reason).toMatch(/^closed: refused/);
        }
      }
    }, 13);
    expect(unjudged).toBeGreaterThan(0);
  });

  test('calls nothing negative from which a tactic led back to the proof', () => {
    let back = 0;
    eachRun((rows, state) => {
      if (!rows.some(({ is_proof_complete }) => is_proof_complete)) return;
      for (const { id, candidates } of state.nodes)
        for (const { status } of candidates) {
          if (status.kind !== 'answered' || status.repeats === undefined) continue;
          if (rows[status.repeats]!.label === 'negative') continue;
          expect(rows[id]!.label).not.toBe('negative');
          if (rows[id]!.label === 'unknown') back += 1;
        }
    }, 14);
    expect(back).toBeGreaterThan(0);
  });

  test('counts as many visits as there were expansions, and under whole-proof the proofs that came and that got on', () => {
    eachRun((rows, state) => {
      if (state.settings.strategy === 'whole-proof' || state.proofs.length > 0) {
        for (const { state_id, visits, q_value } of rows) {
          const replays = state.nodes[state_id]?.replays ?? { visits: 0, successes: 0 };
          if (replays.visits > 0) expect(visits).toBe(replays.visits);
          expect(Math.round(q_value * visits)).toBe(replays.successes);
          expect(q_value).toBeLessThanOrEqual(1);
        }
        return;
      }
      const visits = rows.reduce((sum, row) => sum + row.visits, 0);
      expect(visits).toBe(state.statistics.expansions);
      for (const { visits: own, reason } of rows) {
        if (reason === 'open') expect(own).toBe(0);
        if (reason === 'expanded') expect(own).toBeGreaterThan(0);
      }
    }, 14);
  });
});
