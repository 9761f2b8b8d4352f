import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { firstTactic, optionsOf, wholeProof } from '../../../src/policy/extract/extract.ts';
import type { PromptFormat } from '../../../src/policy/prompts/format.ts';
import { PROMPT_FORMATS } from '../../../src/policy/prompts/registry.ts';
import { makePrompt, trainingExample } from '../../../src/policy/prompts/render.ts';
import { INPUT, inputArbitrary } from './inputs.ts';

const TACTICS = [
  'simp',
  'intro x',
  'have h : 1 = 1 := by\n  simp\n  omega',
  'cases h with\n| inl a => exact a\n| inr b => omega',
  'rw [h,\n  g]',
];

function textOf(format: PromptFormat, input = INPUT): string {
  const made = makePrompt(format, input, 'text');
  if (made.kind !== 'prompt' || made.prompt.kind !== 'text') throw new Error(`no text for ${format.name}`);
  return made.prompt.text;
}

describe.each(PROMPT_FORMATS.map((format) => [format.name, format] as const))('%s', (_, format) => {
  it('trains on a text that begins with the prompt of the search', () => {
    fc.assert(
      fc.property(inputArbitrary, fc.constantFrom(...TACTICS), (input, tactic) => {
        const example = trainingExample(format, input, tactic);
        const made = makePrompt(format, input, 'text');
        if (made.kind !== 'prompt') return example === null;
        expect(example?.text.startsWith(made.prompt.kind === 'text' ? made.prompt.text : '\u0000')).toBe(true);
        expect(example?.text).toBe(`${example?.prompt}${example?.completion}`);
      }),
      { seed: 3, numRuns: 60 },
    );
  });

  it('trains on messages that begin with those of the search', () => {
    const made = makePrompt(format, INPUT, 'chat');
    const example = trainingExample(format, INPUT, 'simp');
    if (format.template === null) {
      expect(made).toMatchObject({ kind: 'cannotPrompt', reason: 'route' });
      expect(example?.messages).toBeNull();
      return;
    }
    if (made.kind !== 'prompt' || made.prompt.kind !== 'chat') throw new Error('no messages');
    expect(example?.messages?.slice(0, -1)).toEqual(made.prompt.messages);
    expect(example?.messages?.at(-1)?.content.startsWith(made.prompt.prefill ?? '')).toBe(true);
  });

  it('teaches answers out of which the same tactic is taken', () => {
    for (const tactic of TACTICS) {
      const example = trainingExample(format, INPUT, tactic);
      const answer = cutAtStop(example?.completion ?? '', format.stop);
      const options = optionsOf(format.shape);
      const found =
        format.mode === 'tactic'
          ? [firstTactic(answer, options).tactic]
          : wholeProof(answer, { ...options, theorem: 'two_dvd' }, 'blocks').steps;
      expect(found).toEqual([{ tactic, repairs: [] }]);
    }
  });

  it('writes no mark of the beginning into a text', () => {
    expect(textOf(format)).not.toMatch(/<｜begin▁of▁sentence｜>|<s>|<\|begin_of_text\|>/u);
  });

  it('shows the target, and all of the state in tactic mode', () => {
    expect(textOf(format)).toContain('2 ∣ n');
    if (format.mode === 'tactic') expect(textOf(format)).toContain('m n : ℕ\nh : 4 ∣ n\n⊢ 2 ∣ n');
  });

  it('lets no text of a goal end a comment that the format opened', () => {
    const text = textOf(format, {
      goals: [{ hypotheses: [{ name: 'h', type: 'a -/ b' }], target: '2 ∣ n' }],
      path: [],
    });
    const comments = text.match(/\/-[\s\S]*?-\//g) ?? [];
    for (const comment of comments) expect(comment).toContain(comment.includes('tactic state') ? '2 ∣ n' : '');
  });
});

function cutAtStop(text: string, stops: readonly string[]): string {
  const cuts = stops.map((stop) => text.indexOf(stop)).filter((at) => at >= 0);
  return text.slice(0, Math.min(text.length, ...cuts));
}

describe('layouts', () => {
  const byName = (name: string) => {
    const format = PROMPT_FORMATS.find((one) => one.name === name);
    if (!format) throw new Error(name);
    return format;
  };
  const STATE = 'm n : ℕ\nh : 4 ∣ n\n⊢ 2 ∣ n';

  it('bfs-prover', () => expect(textOf(byName('bfs-prover'))).toBe(`${STATE}:::`));
  it('reprover', () => expect(textOf(byName('reprover'))).toBe(STATE));
  it('reprover-decoder', () => expect(textOf(byName('reprover-decoder'))).toBe(`[GOAL]\n${STATE}\n[PROOFSTEP]\n`));
  it('goal-proofstep', () => expect(textOf(byName('goal-proofstep'))).toBe(`[GOAL]${STATE}[PROOFSTEP]`));
  it('internlm-stepprover', () =>
    expect(textOf(byName('internlm-stepprover'), { ...INPUT, path: ['intro m n h', 'skip'] })).toBe(
      `<|im_start|>user\n---\nNAME: two_dvd\n\n---\nPROOF_BEFORE: intro m n h\nskip\n\n---\nSTATE_BEFORE: ${STATE}\n\n---\nTACTIC: <|im_end|>\n<|im_start|>assistant\n`,
    ));
  it('internlm-stepprover-2', () =>
    expect(textOf(byName('internlm-stepprover-2'))).toContain(`user\nDECL two_dvd\nGOAL ${STATE}\n<|im_end|>`));
  it('deepseek-prover-v2-tactic', () =>
    expect(textOf(byName('deepseek-prover-v2-tactic'))).toBe(
      `<｜User｜>Complete the following Lean 4 code:\n\n\`\`\`lean4\n/- tactic state:\n${STATE}\n-/\n\`\`\`<｜Assistant｜>\`\`\`lean4\n/- tactic state:\n${STATE}\n-/\nexample := by\n  `,
    ));
  it('deepseek-prover-v1.5 goes on from the proof so far', () => {
    const text = textOf(byName('deepseek-prover-v1.5'), { ...INPUT, path: ['intro m n h'] });
    expect(text).toContain('theorem two_dvd : ∀ (m n : ℕ), 4 ∣ n → 2 ∣ n := by\n  intro m n h\n  /- tactic state:\n');
    expect(text).toMatch(/2 ∣ n\n {2}-\/\n$/);
  });
  it('whole proofs of a goal with hypotheses are of a theorem with binders', () =>
    expect(textOf(byName('deepseek-prover-v2'))).toContain(
      'theorem two_dvd (m n : ℕ) (h : 4 ∣ n) : 2 ∣ n := by\n  sorry\n```',
    ));
  it('whole proofs of a theorem without hypotheses are of its statement', () =>
    expect(
      textOf(byName('kimina'), { ...INPUT, goals: [{ hypotheses: [], target: '∀ m n, 4 ∣ n → 2 ∣ n' }] }),
    ).toContain('theorem two_dvd : ∀ (m n : ℕ), 4 ∣ n → 2 ∣ n := by sorry'));
  it('goedel-prover-v2 asks again with the errors marked', () => {
    const failed = {
      answer: 'I say\n```lean4\nsimp\n```',
      code: 'theorem t : p := by\n  simp',
      errors: [{ message: 'simp made no progress\n', span: [22, 26] as const }],
    };
    const made = makePrompt(byName('goedel-prover-v2'), { ...INPUT, failed: [failed] }, 'chat');
    if (made.kind !== 'prompt' || made.prompt.kind !== 'chat') throw new Error('no messages');
    expect(made.prompt.messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'user']);
    expect(made.prompt.messages.at(-1)?.content).toContain(
      'by\n  <error>simp</error>\n```\n\nError 1: simp made no progress',
    );
  });
});
