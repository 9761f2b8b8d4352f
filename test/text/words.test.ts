import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { splitWords } from '../../src/text/words.ts';

test.each([
  ['prove --timeout 5', ['prove', '--timeout', '5']],
  ['  a   b ', ['a', 'b']],
  ["prove '∀ p : Prop, p → p' --json", ['prove', '∀ p : Prop, p → p', '--json']],
  ['x "a \\"b\\" c"', ['x', 'a "b" c']],
  ["note h' is an apostrophe in a name", ['note', "h'", 'is', 'an', 'apostrophe', 'in', 'a', 'name']],
  ['set block=["simp","omega"]', ['set', 'block=["simp","omega"]']],
  ["''", ['']],
  ['', []],
])('%j gives %j', (line, words) => expect(splitWords(line)).toEqual(words));

test('any words come back when they are quoted', () => {
  const word = fc.string({ unit: 'grapheme' }).filter((text) => !text.includes("'"));
  fc.assert(
    fc.property(fc.array(word), (words) => {
      expect(splitWords(words.map((one) => `'${one}'`).join(' '))).toEqual(words);
    }),
    { seed: 5 },
  );
});
