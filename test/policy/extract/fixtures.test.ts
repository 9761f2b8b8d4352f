import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { balanceOf } from '../../../src/policy/extract/brackets.ts';
import { firstTactic, wholeProof } from '../../../src/policy/extract/extract.ts';
import { scanCode } from '../../../src/policy/extract/scan.ts';

const schema = z.array(z.object({ text: z.string(), truncated: z.boolean() }));
const completions = schema.parse(
  JSON.parse(readFileSync(new URL('../fixtures/completions.json', import.meta.url), 'utf8')),
);
const OPTIONS = { insideFence: true, column: 2, maxDroppedLength: Number.POSITIVE_INFINITY } as const;
const granularities = ['steps', 'blocks'] as const;

const signs = (text: string): string => [...text.replace(/\s/g, '')].sort().join('');

describe('real model text', () => {
  it('gives tactics that are not empty, hold no comment, and close what they open', () => {
    for (const { text, truncated } of completions)
      for (const granularity of granularities)
        for (const { tactic } of wholeProof(text, { ...OPTIONS, truncated }, granularity).steps) {
          expect(tactic.trim()).toBe(tactic);
          expect(tactic).not.toBe('');
          const { code, mask } = scanCode(tactic);
          expect(code).toBe(tactic);
          expect(balanceOf(mask)).toEqual({ kind: 'balanced' });
        }
  });

  it('loses no sign without a reason', () => {
    for (const { text, truncated } of completions) {
      const { steps, dropped } = wholeProof(text, { ...OPTIONS, truncated }, 'blocks');
      if (steps.some(({ repairs }) => repairs.some((repair) => !repair.startsWith('indented')))) continue;
      const reasons = dropped.filter(({ kind }) => kind !== 'onlyComment').map((one) => one.text);
      const found = [...steps.map(({ tactic }) => tactic), ...reasons].join('\n');
      expect(signs(found)).toBe(signs(scanCode(text).code));
    }
  });

  it('gives steps that read back as themselves, one below the other', () => {
    for (const { text, truncated } of completions)
      for (const granularity of granularities) {
        const tactics = wholeProof(text, { ...OPTIONS, truncated }, granularity).steps.map(({ tactic }) => tactic);
        const again = wholeProof(tactics.join('\n'), { insideFence: true }, granularity);
        expect(again.steps.map(({ tactic }) => tactic)).toEqual(tactics);
      }
  });

  it('has a reason wherever there is no first tactic', () => {
    const without = completions.filter(({ text, truncated }) => {
      const { tactic, dropped } = firstTactic(text, { ...OPTIONS, truncated });
      if (tactic === null) expect(dropped.length).toBeGreaterThan(0);
      return tactic === null;
    });
    expect(without.length).toBeLessThan(completions.length / 20);
  });

  it('is the same in a code block, with words around it, and after thinking', () => {
    for (const { text } of completions.slice(0, 40)) {
      if (text.includes('`')) continue;
      const plain = wholeProof(`  ${text}`, { insideFence: true }).steps;
      const wrapped = `<think>Let me see: simp?</think>\nHere is the proof.\n\`\`\`lean4\n  ${text}\n\`\`\`\nIt works.`;
      expect(wholeProof(wrapped).steps).toEqual(plain);
    }
  });
});
