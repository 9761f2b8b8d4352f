import { describe, expect, test } from 'vitest';
import { encoderFingerprint } from '../../../src/value/encode/identity.ts';
import { layOut } from '../../../src/value/encode/ngram/layout.ts';
import { MEASURES, measureState } from '../../../src/value/encode/ngram/measures.ts';
import {
  LEAST_NGRAM_WIDTH,
  ngramEncoder,
  ngramFeatures,
  ngramIdentity,
} from '../../../src/value/encode/ngram/ngram.ts';
import { Tokens } from '../../../src/value/encode/ngram/tokens.ts';

const features = ngramFeatures(1024);
const ROOT = 'n : Nat\nh : 0 < n\n⊢ n * n ≠ 0';

function distance(a: Float32Array, b: Float32Array): number {
  return Math.hypot(...a.map((one, i) => one - (b[i] as number)));
}

describe('the features of a state', () => {
  test('are the same for the same text, whoever counts them, and finite', () => {
    const once = features(ROOT);
    expect([...ngramFeatures(1024)(ROOT)]).toEqual([...once]);
    expect(once).toHaveLength(1024);
    expect(once.every(Number.isFinite)).toBe(true);
  });

  // Recorded: a change of what is counted has to change `FEATURES`, or cached vectors and heads would be taken for those of this version.
  test('are those of this version', () => {
    const sum = features(ROOT).reduce((total, one, i) => total + one * ((i % 97) + 1), 0);
    expect(ngramIdentity().features).toBe('ngram/1');
    expect(sum).toBeCloseTo(970.0053328722715, 3);
  });

  test('do not depend on what a variable is called in the target', () => {
    const other = features('k : Nat\nh : 0 < k\n⊢ k * k ≠ 0');
    expect(distance(features(ROOT), other)).toBeLessThan(0.6);
    expect(distance(features(ROOT), other)).toBeLessThan(distance(features(ROOT), features('n : Nat\n⊢ n = n + 0')));
  });

  test('tell goals, targets, hypotheses and their order apart', () => {
    const states = [
      ROOT,
      'n : Nat\n⊢ n * n ≠ 0',
      'n : Nat\nh : 0 < n\n⊢ n * n = 0',
      `${ROOT}\n\n${ROOT}`,
      `${ROOT}\n\n⊢ True`,
      `⊢ True\n\n${ROOT}`,
      'n : Nat\nh : n < 0\n⊢ n * n ≠ 0',
      '',
    ].map(features);
    for (const [i, one] of states.entries())
      for (const other of states.slice(i + 1)) expect(distance(one, other)).toBeGreaterThan(0.05);
  });

  test('are never all zeros, also of a finished proof', () => {
    for (const text of ['', ' ', '\n', '⊢ ', 'x']) expect(features(text).some((one) => one !== 0)).toBe(true);
  });
});

describe('what a person would note', () => {
  const noted = (text: string): readonly number[] => {
    const tokens = new Tokens(2048);
    const { goals, count } = layOut(text, tokens);
    return measureState(tokens, goals, count, text.length);
  };

  test('is a fixed number of values', () => {
    for (const text of ['', 'no state at all', ROOT, `${ROOT}\n\n${ROOT}`, '⊢ '.repeat(50)])
      expect(noted(text)).toHaveLength(MEASURES);
  });

  test('a target among the hypotheses, a contradiction and equal sides show', () => {
    const plain = noted('p q : Prop\nh : q\n⊢ p');
    expect(noted('p q : Prop\nh : p\n⊢ p')).not.toEqual(plain);
    expect(noted('p q : Prop\nh : p\nh2 : ¬p\n⊢ q')).not.toEqual(noted('p q : Prop\nh : p\nh2 : ¬q\n⊢ q'));
    expect(noted('n : Nat\n⊢ n + 1 = n + 1')).not.toEqual(noted('n : Nat\n⊢ n + 1 = n + 2'));
  });
});

describe('hostile text', () => {
  test.each([
    ['a million brackets', '('.repeat(1_000_000)],
    ['a million goals', '⊢ x\n\n'.repeat(300_000)],
    ['lone surrogates and control bytes', '\ud800\udfff\u0000\u001b[2J⊢ \ud835'.repeat(1000)],
    ['a number of 400 digits', `⊢ ${'9'.repeat(400)} = x ^ ${'7'.repeat(400)}`],
    ['a name without an end', `${'a.'.repeat(100_000)} : Nat\n⊢ x`],
    ['names of nothing', ' : \n : \n : := \n⊢'],
    ['fields of fields', `h : Nat\n⊢ h${'.h'.repeat(100_000)}`],
  ])('%s gives a vector like any other', (_, text) => {
    const vector = features(text);
    expect(vector.every(Number.isFinite)).toBe(true);
    expect(Math.max(...vector.map(Math.abs))).toBeLessThan(400);
  });
});

describe('the encoder', () => {
  const { signal } = new AbortController();

  test('gives a vector for each text, and has a fingerprint by features and width', async () => {
    const encoder = ngramEncoder(512);
    const result = await encoder.encode([ROOT, '⊢ True'], signal);
    expect(result.kind === 'vectors' && result.vectors.map(({ length }) => length)).toEqual([512, 512]);
    expect(encoder.identity).toEqual({ kind: 'ngram', name: 'ngram', width: 512, features: 'ngram/1' });
    expect(encoderFingerprint(ngramIdentity(512))).not.toBe(encoderFingerprint(ngramIdentity(1024)));
    expect(encoderFingerprint(ngramIdentity(512, 'mine'))).toBe(encoderFingerprint(ngramIdentity(512)));
  });

  test('a width without room is a mistake of the program', () => {
    expect(() => ngramFeatures(LEAST_NGRAM_WIDTH - 1)).toThrow('expected 256 to 65536');
  });

  test('stops when told to', async () => {
    expect(await ngramEncoder().encode(['x'], AbortSignal.abort())).toMatchObject({ reason: 'aborted' });
  });
});
