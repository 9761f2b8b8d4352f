import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cleanLine, cleanText } from '../../src/text/clean.ts';

describe('cleanText', () => {
  it.each([
    ['colours', '\u001B[31mred\u001B[0m', 'red'],
    ['screen clearing', 'a\u001B[2J\u001B[3Jb', 'ab'],
    ['window titles', '\u001B]0;owned\u0007text', 'text'],
    ['clipboard writes ended by ST', '\u001B]52;c;AAAA\u001B\\text', 'text'],
    ['8-bit CSI', '\u009B31mred', 'red'],
    ['8-bit OSC', '\u009D0;x\u009Ctext', 'text'],
    ['device control', '\u001BP1$r\u001B\\text', 'text'],
    ['an unfinished sequence', 'text\u001B[31', 'text'],
    ['an unfinished title', 'text\u001B]0;never ends', 'text'],
    ['a bare escape', 'a\u001B', 'a'],
    ['direction overrides', 'a\u202Eb\u2066c\u2069', 'abc'],
    ['bells and backspaces', 'a\u0007\u0008b', 'ab'],
    ['carriage returns', 'one\r\ntwo\rthree', 'one\ntwo\nthree'],
    ['tabs', 'a\tb', 'a  b'],
    ['tag signs', 'a\u{E0041}b', 'ab'],
  ])('removes %s', (_, raw, expected) => {
    expect(cleanText(raw)).toBe(expected);
  });

  it('keeps the signs of proofs', () => {
    const text = 'h : ∀ x ∈ S, ∃ y, x ≤ y ∧ ⟨x, y⟩ ≠ 0\n⊢ ℕ → ℝ≥0∞ ▸ h✝';
    expect(cleanText(text)).toBe(text);
  });

  it('says how much it cut', () => {
    expect(cleanText('x'.repeat(30), 10)).toBe(`${'x'.repeat(10)}… [20 more characters]`);
    expect(cleanText('x'.repeat(1000), 10)).toBe(`${'x'.repeat(10)}… [990 more characters]`);
  });

  it('leaves nothing that a terminal would act on, whatever comes', () => {
    const piece = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('\u001B', '[', ']', '\u009B', '31m', '\u0007', '\u001B\\', 'ok', '\u202E', '\u001B['),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), fc.integer({ min: 1, max: 200 }), (pieces, limit) => {
        const cleaned = cleanText(pieces.join(''), limit);
        expect(cleaned).not.toMatch(/[\u0000-\u0009\u000B-\u001F\u007F-\u009F\u202A-\u202E\u2066-\u2069]/);
        expect(cleaned.isWellFormed()).toBe(true);
        expect(cleaned.length).toBeLessThanOrEqual(limit + 40);
      }),
      { seed: 1, numRuns: 200 },
    );
  });

  it('is idempotent on what fits', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (raw) => {
        const once = cleanText(raw);
        expect(cleanText(once)).toBe(once);
      }),
      { seed: 1 },
    );
  });
});

describe('cleanLine', () => {
  it('marks the line breaks', () => {
    expect(cleanLine('simp\n  omega\n')).toBe('simp ⏎ omega');
  });
});
