import { expect, test } from 'vitest';
import { withDistinctNames } from '../../commands/proof-lines.ts';

const named = (...names: readonly string[]) => names.map((name) => `theorem ${name} : True := by\n  trivial`);

test.each([
  [
    ['a', 'b'],
    ['a', 'b'],
  ],
  [
    ['a', 'a', 'a'],
    ['a', 'a_2', 'a_3'],
  ],
  [
    ['a', 'a', 'a_2'],
    ['a', 'a_3', 'a_2'],
  ],
  [
    ['«proof of Nat.x»', '«proof of Nat.x»'],
    ['«proof of Nat.x»', '«proof of Nat.x_2»'],
  ],
  [
    ['a', '«a»'],
    ['a', '«a_2»'],
  ],
])('%j become %j', (names, distinct) => {
  expect(withDistinctNames(named(...names))).toEqual(named(...distinct));
});

test('other texts are left as they are', () => {
  const texts = ['open Nat in\ntheorem a : True := trivial', '', '-- theorem a'];
  expect(withDistinctNames([...texts, ...texts])).toEqual([...texts, ...texts]);
});
