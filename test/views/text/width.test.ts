import fc from 'fast-check';
import original from 'string-width';
import { describe, expect, it } from 'vitest';
import { clip, fill, fillLeft, take, wrap } from '../../../views/text/clip.ts';
import stringWidth from '../../../views/text/string-width.ts';
import { width } from '../../../views/text/width.ts';

const leanSigns = [...'⊢∀∃λℕℤℚℝℂ→←↔↦∧∨¬≤≥≠∈∉⊆∪∩∅×·∘⟨⟩‖✝α₁₂¹²⁻▸⁅⁆∣∑∏∫'];
const awkward = [
  'e\u0301',
  '\u0301',
  '한',
  '漢',
  '👩‍👩‍👧',
  '🇫🇷',
  '1️⃣',
  '\u200D',
  '\uFE0F',
  'ﾞ',
  'ก็',
  '\u001B[1m',
  '\u001B[38;5;32m',
  '\u001B]8;;x\u0007',
  '\u001B[2K',
];
const text = fc
  .array(
    fc.oneof(
      { weight: 4, arbitrary: fc.string({ maxLength: 5 }) },
      { weight: 4, arbitrary: fc.constantFrom(...leanSigns) },
      { weight: 2, arbitrary: fc.constantFrom(...awkward) },
      { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 3 }) },
    ),
    { maxLength: 30 },
  )
  .map((parts) => parts.join(''));
const plainText = text.map((value) => value.replace(/[\p{Control}]/gu, ''));

describe('the fast string width', () => {
  it('answers as the original for every sign of the basic plane, alone and between others', () => {
    for (let code = 0; code < 0x10000; code++) {
      const sign = String.fromCharCode(code);
      if (stringWidth(sign) !== original(sign) || stringWidth(`a${sign}b`) !== original(`a${sign}b`)) {
        expect.fail(`U+${code.toString(16)}: ${stringWidth(sign)} for ${original(sign)}`);
      }
    }
  });

  it('answers as the original for any text', () => {
    fc.assert(
      fc.property(text, (value) => {
        expect(stringWidth(value)).toBe(original(value));
      }),
      { seed: 1, numRuns: 3000 },
    );
  });
});

describe('clip and fill', () => {
  it('never pass the edge, and fill up to it exactly', () => {
    fc.assert(
      fc.property(plainText, fc.integer({ min: 0, max: 40 }), (value, cells) => {
        expect(original(clip(value, cells, '…'))).toBeLessThanOrEqual(cells);
        if (cells > 2) {
          expect(original(fill(value, cells, '…'))).toBe(cells);
          expect(original(fillLeft(value, cells, '…'))).toBe(cells);
        }
      }),
      { seed: 1, numRuns: 2000 },
    );
  });

  it('cut between signs only', () => {
    expect(take('e\u0301e\u0301e\u0301', 2)).toBe('e\u0301e\u0301');
    expect(clip('漢字漢字', 5, '…')).toBe('漢字…');
    expect(take('漢字', 3)).toBe('漢');
  });

  it('leave what fits alone', () => {
    expect(clip('⊢ p ∧ q', 7, '…')).toBe('⊢ p ∧ q');
    expect(clip('⊢ p ∧ q', 6, '…')).toBe('⊢ p ∧…');
    expect(clip('abcdef', 4, '~')).toBe('abc~');
    expect(clip('abc', 0, '…')).toBe('');
  });
});

describe('wrap', () => {
  it('keeps every sign but blanks, within the width', () => {
    fc.assert(
      fc.property(plainText, fc.integer({ min: 2, max: 60 }), fc.integer({ min: 0, max: 8 }), (value, cells, hang) => {
        const lines = wrap(value, cells, hang);
        for (const line of lines) expect(width(line)).toBeLessThanOrEqual(cells);
        expect(lines.join('').replaceAll(' ', '')).toBe(value.replaceAll(' ', ''));
      }),
      { seed: 1, numRuns: 1000 },
    );
  });

  it('breaks at blanks and hangs', () => {
    expect(wrap('alpha beta gamma delta', 12, 2)).toEqual(['alpha beta', '  gamma', '  delta']);
  });
});
