import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { balanceOf } from '../../../src/policy/extract/brackets.ts';
import { firstTactic, wholeProof } from '../../../src/policy/extract/extract.ts';
import { scanCode } from '../../../src/policy/extract/scan.ts';

const HUGE = 200_000;
/** Texts that make a scanner with a quadratic corner stand still: at this size it would run into the time limit of the test. */
const HUGE_TEXTS: readonly (readonly [string, string])[] = [
  ['one letter', 'a'.repeat(HUGE)],
  ['open brackets', '('.repeat(HUGE)],
  ['closing brackets', ')'.repeat(HUGE)],
  ['quotation marks', '"'.repeat(HUGE)],
  ['primes', "'".repeat(HUGE)],
  ['name quotes', '«'.repeat(HUGE)],
  ['comment openings', '/-'.repeat(HUGE / 2)],
  ['comment endings', '-/'.repeat(HUGE / 2)],
  ['dashes', '-'.repeat(HUGE)],
  ['fences', '```'.repeat(HUGE / 3)],
  ['backticks', '`'.repeat(HUGE)],
  ['newlines', '\n'.repeat(HUGE)],
  ['blanks', `simp${' '.repeat(HUGE)}x`],
  ['lines', 'simp\n'.repeat(HUGE / 5)],
  ['deeper and deeper', Array.from({ length: 600 }, (_, i) => `${' '.repeat(i)}x`).join('\n')],
  ['bullets in bullets', `${'· '.repeat(HUGE / 2)}simp`],
  ['haves in haves', Array.from({ length: 500 }, (_, i) => `${' '.repeat(i)}have h : p := by`).join('\n')],
  ['chains', `simp${' <;> simp'.repeat(HUGE / 9)}`],
  ['trailing chains', `simp${' <;>'.repeat(HUGE / 4)}`],
  ['semicolons', 'simp;'.repeat(HUGE / 5)],
  ['theorems', 'theorem a : p := by\n'.repeat(HUGE / 20)],
  ['attributes', `@[${'a'.repeat(HUGE)}`],
  ['assignments', `theorem a ${':='.repeat(HUGE / 2)}`],
  ['thinking', '<think>'.repeat(HUGE / 7)],
  ['labels', 'Tactic: '.repeat(HUGE / 8)],
  ['escape sequences', '\u001b]'.repeat(HUGE / 2)],
  ['words', 'the goal is '.repeat(HUGE / 12)],
  ['dots', `exact ${'a.'.repeat(HUGE / 2)}`],
];

describe('hostile text', () => {
  it.each(HUGE_TEXTS)('is read in a time that grows with its length: %s', { timeout: 20_000 }, (_, text) => {
    for (const options of [{}, { insideFence: true, column: 2, truncated: true }]) {
      const tactic = firstTactic(text, options);
      const proof = wholeProof(text, options);
      expect(tactic.dropped.length + (tactic.tactic === null ? 0 : 1)).toBeGreaterThan(0);
      for (const { text: dropped } of proof.dropped) expect(dropped.length).toBeLessThan(500);
    }
  });

  it('is read only as far as the limit', () => {
    const found = wholeProof('simp\n'.repeat(100_000));
    expect(found.dropped.map(({ kind }) => kind)).toContain('tooLong');
  });

  it('loses control bytes, escape sequences and signs that nobody sees', () => {
    expect(firstTactic('\u001b[2Jsi\u0000mp\u202e [h\u200b]\r\n').tactic?.tactic).toBe('simp [h]');
    expect(firstTactic('\ud800simp').tactic?.tactic).not.toContain('\ud800');
  });

  it('never gives an empty, unbalanced or commented tactic, whatever it is made of', () => {
    const piece = fc.constantFrom(
      'simp',
      'exact',
      'have h : p := by',
      'theorem t : p := by',
      '·',
      '<;>',
      ';',
      '\n',
      '\n  ',
      '\n    ',
      '(',
      ')',
      '[',
      ']',
      '⟨',
      '⟩',
      '--',
      '/-',
      '-/',
      '"',
      "'",
      '«',
      '»',
      '```',
      '```lean4\n',
      '<think>',
      '</think>',
      'sorry',
      ':=',
      'by',
      '|',
      '=>',
      'calc',
      '_ = x',
      'Tactic:',
      'the goal is',
      '\u0000',
      '<|im_end|>',
      'open Nat in',
      'import X',
      '•',
      '`',
      ' ',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 14 }), fc.boolean(), fc.boolean(), (pieces, truncated, insideFence) => {
        const text = pieces.join(' ');
        for (const { tactic } of [
          ...wholeProof(text, { truncated, insideFence }).steps,
          ...wholeProof(text, { truncated, insideFence }, 'blocks').steps,
        ]) {
          expect(tactic.trim()).toBe(tactic);
          expect(tactic).not.toBe('');
          const { code, mask } = scanCode(tactic);
          expect(code).toBe(tactic);
          expect(balanceOf(mask)).toEqual({ kind: 'balanced' });
        }
        const found = firstTactic(text, { truncated, insideFence });
        expect(found.tactic !== null || found.dropped.length > 0).toBe(true);
      }),
      { seed: 11, numRuns: 3000 },
    );
  });
});
