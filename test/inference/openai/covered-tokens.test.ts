import fc from 'fast-check';
import { expect, test } from 'vitest';
import { coveredTokens } from '../../../src/inference/openai/covered-tokens.ts';
import type { WireToken } from '../../../src/inference/openai/wire.ts';

const token = (bytes: readonly number[], told: boolean): WireToken => ({
  text: Buffer.from(bytes).toString(),
  bytes: told ? bytes : null,
  logProb: -1,
});

/** A text cut into tokens at any bytes, with tokens after it that are not of it. */
const cut = fc
  .tuple(
    fc.stringMatching(/^[a-z ⟨⟩∀ℝ𝔽,\n]{1,24}$/u),
    fc.array(fc.nat(60), { maxLength: 12 }),
    fc.constantFrom([], ['<|im_end|>'], ['```'], ['\n\n', ' x']),
  )
  .map(([text, marks, after]) => {
    const bytes = [...Buffer.from(text)];
    const ends = [...new Set([...marks.map((mark) => (mark % bytes.length) + 1), bytes.length])].sort((a, b) => a - b);
    const parts = ends.map((end, i) => bytes.slice(ends[i - 1] ?? 0, end));
    return { text, parts, after: after.map((one) => [...Buffer.from(one)]) };
  });

test('with bytes, exactly the tokens of the text are counted', () => {
  fc.assert(
    fc.property(cut, ({ text, parts, after }) => {
      const tokens = [...parts, ...after].map((bytes) => token(bytes, true));
      expect(coveredTokens(tokens, text)).toBe(parts.length);
    }),
    { seed: 1 },
  );
});

test('without bytes, so are they, whole signs and broken ones', () => {
  fc.assert(
    fc.property(cut, ({ text, parts, after }) => {
      const tokens = [...parts, ...after].map((bytes) => token(bytes, false));
      expect(coveredTokens(tokens, text)).toBe(parts.length);
    }),
    { seed: 1 },
  );
});

test('tokens that spell something else, or too little, are no tokens of the text', () => {
  const of = (...texts: readonly string[]) => texts.map((text) => token([...Buffer.from(text)], false));
  expect(coveredTokens(of('simp', ' at'), 'simp at h')).toBeNull();
  expect(coveredTokens(of('<think>', 'simp'), 'simp')).toBeNull();
  expect(coveredTokens(of('ring', '_nf'), 'ring_n')).toBe(2);
  expect(coveredTokens([], 'simp')).toBeNull();
  expect(coveredTokens(of('<|end|>'), '')).toBe(0);
});
