import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sampleLogProb } from '../../../src/inference/sglang/log-probs.ts';
import { generate, tokenLogProbs } from '../../fakes/sglang/sampling.ts';
import { EOS, ownLogProb, type Token } from '../../fakes/sglang/tokens.ts';

const wire = (tokens: readonly Token[], withText = true) =>
  tokenLogProbs(tokens, { scale: 1, withText }).map((one): [number, number, string | null] => [...one]);

/** Tokens that have a part before the cut, counted from the front. Half signs before it count; those after it do not. */
function kept(tokens: readonly Token[], text: string): readonly Token[] {
  let start = 0;
  return tokens.filter((token) => {
    const isText = token !== EOS && start < text.length;
    start += token.piece.length;
    return isText;
  });
}

const said = fc
  .array(fc.constantFrom('a', 'simp', ' ', '\n', '`', '⟨', '⊢', 'h', '⟩', '∀ x, '), { maxLength: 40 })
  .map((parts) => parts.join(''));
const stops = fc.subarray(['\n', '\n\n', '```', 'aa', 'pa', '` `']);

test('exactly the tokens with a part in the text count, whatever ended it', () => {
  fc.assert(
    fc.property(said, stops, fc.integer({ min: 1, max: 40 }), (text, stop, most) => {
      const made = generate(text, { stop, max_new_tokens: most });
      const counted = sampleLogProb(wire(made.tokens), made.finish, null);
      const expected = made.finish.type === 'length' ? made.tokens : kept(made.tokens, made.text);
      expect(counted).toMatchObject({ tokens: expected.length, scaledBy: null, countsEnd: false });
      expect(counted?.sum).toBeCloseTo(expected.reduce((sum, token) => sum + ownLogProb(token), 0));
    }),
    { seed: 1, numRuns: 500 },
  );
});

test('a token that spells the whole stop text and one that begins it are told apart', () => {
  const tokens: [number, number, string][] = [
    [-1, 1, 'xx'],
    [-2, 2, 'a'],
    [-4, 3, 'aab'],
  ];
  expect(sampleLogProb(tokens, { type: 'stop', matched: 'aa' }, 0.5)).toEqual({
    sum: -1,
    tokens: 1,
    perToken: [-1],
    scaledBy: 0.5,
    countsEnd: false,
  });
});

test('without texts the last token is what ended it', () => {
  const { tokens, finish } = generate('simp at h\n\nmore', { stop: ['\n\n'] });
  expect(sampleLogProb(wire(tokens, false), finish, null)?.tokens).toBe(tokens.length - 1);
});

test('a number that is missing leaves no log-prob', () => {
  expect(
    sampleLogProb(
      [
        [null, 1, 'a'],
        [-1, 2, ''],
      ],
      { type: 'stop', matched: 2 },
      null,
    ),
  ).toBeNull();
  expect(
    sampleLogProb(
      [
        [-1, 1, 'a'],
        [null, 2, ''],
      ],
      { type: 'stop', matched: 2 },
      null,
    ),
  ).toMatchObject({ sum: -1 });
});

test('where the server does not say what matched, the last token is taken for the end', () => {
  expect(
    sampleLogProb(
      [
        [-1, 1, 'a'],
        [-1, 2, ''],
      ],
      { type: 'stop', matched: null },
      null,
    )?.tokens,
  ).toBe(1);
  expect(sampleLogProb([], { type: 'stop', matched: null }, null)).toMatchObject({ sum: 0, tokens: 0 });
});
