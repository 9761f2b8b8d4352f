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
  ['theorem a : True := trivial\nopen Nat\ntheorem b : True := trivial', 'line 2'],
  ['def x := 1', 'line 1'],
  ['-- nothing', 'no theorem'],
  ['theorem broken (x : Nat', 'has no end'],
])('refuses %j, naming why', (source, why) => {
  expect(theoremsOfLeanFile(source)).toMatchObject({ kind: 'unreadable', message: expect.stringContaining(why) });
});
