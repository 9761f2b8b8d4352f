import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { byteLimit, tokenLimit } from '../../../src/policy/prompts/fit.ts';
import { PROMPT_FORMATS } from '../../../src/policy/prompts/registry.ts';
import { leastRelatedFirst } from '../../../src/policy/prompts/relevance.ts';
import { makePrompt } from '../../../src/policy/prompts/render.ts';
import { inputArbitrary } from './inputs.ts';

const STATE_FORMATS = PROMPT_FORMATS.filter(({ mode }) => mode === 'tactic');
const goal = {
  hypotheses: [
    { name: 'α', type: 'Type' },
    { name: 'inst✝', type: 'Ring α' },
    { name: 'z', type: 'ℕ' },
    { name: 'hz', type: 'z < 5' },
    { name: 'x', type: 'ℕ' },
    { name: 'y', type: 'ℕ' },
    { name: 'hy', type: 'y = 2' },
    { name: 'hxy', type: 'x < y' },
  ],
  target: 'x < 2',
};

describe('leastRelatedFirst', () => {
  it('puts what has nothing to do with the target first, and a name after what speaks of it', () => {
    const order = leastRelatedFirst(goal).map((i) => goal.hypotheses[i]?.name);
    expect(order.slice(0, 4).sort()).toEqual(['hz', 'inst✝', 'z', 'α']);
    expect(order.indexOf('hy')).toBeLessThan(order.indexOf('hxy'));
    expect(order.indexOf('hxy')).toBeLessThan(order.indexOf('x'));
    expect(order.at(-1)).toBe('x');
  });
});

describe('a limit', () => {
  const [bfs] = PROMPT_FORMATS;
  it('leaves out what is least related, and says so in the prompt and in the result', () => {
    const made = makePrompt(bfs!, { goals: [goal], path: [] }, 'text', byteLimit(72));
    if (made.kind !== 'prompt' || made.prompt.kind !== 'text') throw new Error('no text');
    expect(made.prompt.text).toMatch(/^⋯ \d hypotheses left out\n/);
    expect(made.prompt.text).toContain('hxy : x < y\n⊢ x < 2');
    expect(made.omitted?.hypotheses).toContain('hz');
  });

  it('leaves out other goals before anything of the first', () => {
    const other = { hypotheses: [{ name: 'big', type: 'x'.repeat(200) }], target: 'other' };
    const made = makePrompt(bfs!, { goals: [goal, other], path: [] }, 'text', byteLimit(180));
    expect(made).toMatchObject({ kind: 'prompt', omitted: { hypotheses: [], otherHypotheses: 1, goals: 0 } });
    expect(JSON.stringify(made)).toContain('⋯ 1 hypothesis of later goals left out');
  });

  it('refuses a target that does not fit', () => {
    const made = makePrompt(
      bfs!,
      { goals: [{ hypotheses: [], target: 'x'.repeat(900) }], path: [] },
      'text',
      tokenLimit(50),
    );
    expect(made).toMatchObject({ kind: 'cannotPrompt', reason: 'tooLong' });
    if (made.kind === 'cannotPrompt') expect(made.message).toContain('tokens');
  });

  it('is kept, never costs the target, and takes nothing away without telling', () => {
    fc.assert(
      fc.property(
        inputArbitrary,
        fc.constantFrom(...STATE_FORMATS),
        fc.integer({ min: 20, max: 900 }),
        (input, format, max) => {
          const whole = makePrompt(format, input, 'text');
          const made = makePrompt(format, input, 'text', byteLimit(max));
          if (made.kind !== 'prompt' || made.prompt.kind !== 'text') return;
          expect(Buffer.byteLength(made.prompt.text)).toBeLessThanOrEqual(max);
          expect(made.prompt.text).toContain(
            (input.goals[0]?.target ?? '').replaceAll('-/', '').replaceAll('/-', '').trim().slice(0, 3),
          );
          if (made.omitted === null) expect(made).toEqual(whole);
          else expect(made.prompt.text).toContain('⋯');
        },
      ),
      { seed: 5, numRuns: 300 },
    );
  });

  it('holds for ReProver without being asked for', () => {
    const reprover = PROMPT_FORMATS.find(({ name }) => name === 'reprover')!;
    const many = Array.from({ length: 400 }, (_, i) => ({ name: `h${i}`, type: `x = ${i}` }));
    const made = makePrompt(reprover, { goals: [{ hypotheses: many, target: 'x = 1' }], path: [] }, 'text');
    if (made.kind !== 'prompt' || made.prompt.kind !== 'text') throw new Error('no text');
    expect(Buffer.byteLength(made.prompt.text)).toBeLessThanOrEqual(2300);
    expect(made.omitted?.hypotheses.length).toBeGreaterThan(100);
  });
});
