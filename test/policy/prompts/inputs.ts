import fc from 'fast-check';
import type { Goal } from '../../../src/lean/goal.ts';
import type { PromptInput } from '../../../src/policy/prompts/format.ts';

export const GOAL: Goal = {
  hypotheses: [
    { name: 'm', type: 'ℕ' },
    { name: 'n', type: 'ℕ' },
    { name: 'h', type: '4 ∣ n' },
  ],
  target: '2 ∣ n',
};

export const INPUT: PromptInput = {
  goals: [GOAL],
  path: [],
  theorem: { name: 'two_dvd', statement: '∀ (m n : ℕ), 4 ∣ n → 2 ∣ n' },
};

const word = fc.constantFrom('x', 'y', 'h₁', 'α', 'inst✝', 'a✝', "n'", 'foo_bar');
const type = fc.constantFrom(
  'ℕ',
  'x = y',
  'Type u',
  '-/',
  '/- x',
  'f (x) ≤ 2',
  '“”',
  '```',
  '{state}',
  'α → α',
  'P\n  ∧ Q',
);
const hypothesis = fc.record(
  { name: word, type, value: fc.constantFrom('2', 'x + y') },
  { requiredKeys: ['name', 'type'] },
);

export const goalArbitrary: fc.Arbitrary<Goal> = fc.record(
  { hypotheses: fc.array(hypothesis, { maxLength: 6 }), target: type, caseName: fc.constant('inl') },
  { requiredKeys: ['hypotheses', 'target'] },
);

export const inputArbitrary: fc.Arbitrary<PromptInput> = fc.record(
  {
    goals: fc.array(goalArbitrary, { minLength: 1, maxLength: 3 }),
    path: fc.array(fc.constantFrom('intro x', 'constructor', 'cases h with\n| inl h => simp\n| inr h => omega'), {
      maxLength: 4,
    }),
    theorem: fc.record(
      {
        name: fc.constantFrom('two_dvd', null),
        statement: fc.constant('∀ n : ℕ, 4 ∣ n → 2 ∣ n'),
        header: fc.constantFrom('', 'import Mathlib\nopen Nat\n'),
        informal: fc.constant('Show it. -/'),
      },
      { requiredKeys: ['name', 'statement'] },
    ),
  },
  { requiredKeys: ['goals', 'path'] },
);
