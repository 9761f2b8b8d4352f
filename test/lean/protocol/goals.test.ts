import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readGoals } from '../../../src/lean/protocol/goals.ts';
import type { WireGoal } from '../../../src/lean/protocol/wire.ts';

const goal = (target: string, vars: WireGoal['vars'] = [], more: Partial<WireGoal> = {}): WireGoal => ({
  name: '_uniq.1',
  target: { pp: target },
  vars,
  ...more,
});

describe('goals', () => {
  it('keep names as a person sees them', () => {
    const vars = [
      { userName: 'n', type: { pp: 'Nat' }, isInaccessible: false },
      { userName: 'h✝', type: { pp: 'n = 0' }, isInaccessible: true },
      { userName: 'k', type: { pp: 'n = 0' }, isInaccessible: true },
      { userName: 'x', type: { pp: 'Nat' }, value: { pp: '2' } },
      { userName: 'old✝¹', type: { pp: 'Nat' } },
    ];
    expect(readGoals([goal('n = x', vars, { userName: 'inl.h', fragment: 'calc' })])).toEqual([
      {
        caseName: 'inl.h',
        fragment: 'calc',
        hypotheses: [
          { name: 'n', type: 'Nat' },
          { name: 'h✝', type: 'n = 0', inaccessible: true },
          { name: 'k✝', type: 'n = 0', inaccessible: true },
          { name: 'x', type: 'Nat', value: '2' },
          { name: 'old✝¹', type: 'Nat', inaccessible: true },
        ],
        target: 'n = x',
      },
    ]);
  });

  it('number metavariables in the order in which they occur, over all goals of the state', () => {
    const read = readGoals([goal('?m.41 ≤ ?m.7'), goal('?m.7 = ?w + ?_uniq.9')]);
    expect(read.map((g) => g.target)).toEqual(['?m.1 ≤ ?m.2', '?m.2 = ?w + ?_uniq.3']);
  });

  it('leave string literals alone', () => {
    expect(readGoals([goal('s = "?m.41 \\" ?m.7" ∧ ?m.7 = s')])[0]?.target).toBe('s = "?m.41 \\" ?m.7" ∧ ?m.1 = s');
  });

  it('do not depend on the numbers that Lean happened to give', () => {
    const numbers = fc.uniqueArray(fc.nat(999), { minLength: 3, maxLength: 3 });
    fc.assert(
      fc.property(numbers, fc.array(fc.nat(2), { maxLength: 12 }), (given, places) => {
        const text = (names: readonly number[]) => places.map((place) => `?m.${names[place]}`).join(' + ');
        expect(readGoals([goal(text(given))])).toEqual(readGoals([goal(text([0, 1, 2]))]));
      }),
      { seed: 1 },
    );
  });
});
