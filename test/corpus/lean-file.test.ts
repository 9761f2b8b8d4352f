import { expect, test } from 'vitest';
import { theoremsOfLeanFile } from '../../src/corpus/lean-file.ts';

test('closes a statement over its binders, comments and line breaks left out', () => {
  const source = `/- a file /- nested -/ theorem no : False -/
theorem t1 (x : Nat) {y : Nat} -- and
    (h : x = y) : y = x := by
  exact h.symm

lemma «odd name» : 1 + 1 = 2 := rfl
example : ∀ p : Prop, p → p := fun _ h => h
theorem open_end (f : Nat → Nat := id) : f 0 = f 0`;
  expect(theoremsOfLeanFile(source)).toEqual({
    kind: 'theorems',
    imports: [],
    preamble: [],
    theorems: [
      { name: 't1', statement: '∀ (x : Nat) {y : Nat} (h : x = y), y = x', line: 2 },
      { name: '«odd name»', statement: '1 + 1 = 2', line: 6 },
      { name: 'example_line_7', statement: '∀ p : Prop, p → p', line: 7 },
      { name: 'open_end', statement: '∀ (f : Nat → Nat := id), f 0 = f 0', line: 8 },
    ],
  });
});

test.each([
  ['variable (n : Nat)\ntheorem t : n = n := rfl', 'line 1'],
  ['theorem a : True := trivial\nnotation "x" => 1\ntheorem b : True := trivial', 'line 2'],
  ['set_option maxRecDepth 5\nset_option myOption true\ntheorem b : True := trivial', 'line 2'],
  ['def x := 1', 'line 1'],
  ['-- nothing', 'no theorem'],
  ['theorem broken (x : Nat', 'has no end'],
])('refuses %j, naming why', (source, why) => {
  expect(theoremsOfLeanFile(source)).toMatchObject({ kind: 'unreadable', message: expect.stringContaining(why) });
});

test('a benchmark file: header, doc strings, attributes, sections, and what is opened for one theorem only', () => {
  const source = `import Mathlib
set_option maxHeartbeats 400000

open BigOperators Real

/-- The first problem. -/
theorem a (x : Nat) : x = x := by sorry

/-- In one line. -/ @[simp] theorem b : True := by
  sorry

section
open Nat
open List in
set_option maxRecDepth 1000 in
theorem c : succ 0 = 1 := sorry
theorem d : True := sorry
end
protected theorem e
    (y : Nat) :
    y = y := by sorry
`;
  expect(theoremsOfLeanFile(source)).toEqual({
    kind: 'theorems',
    imports: ['Mathlib'],
    preamble: ['open BigOperators Real'],
    theorems: [
      { name: 'a', statement: 'open BigOperators Real in ∀ (x : Nat), x = x', line: 7 },
      { name: 'b', statement: 'open BigOperators Real in True', line: 9 },
      { name: 'c', statement: 'open BigOperators Real in open Nat in open List in succ 0 = 1', line: 16 },
      { name: 'd', statement: 'open BigOperators Real in open Nat in True', line: 17 },
      { name: 'e', statement: 'open BigOperators Real in ∀ (y : Nat), y = y', line: 19 },
    ],
  });
});
