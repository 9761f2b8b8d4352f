import { describe, expect, it } from 'vitest';
import type { PromptFormat } from '../../../src/policy/prompts/format.ts';
import { makePrompt, trainingExample } from '../../../src/policy/prompts/render.ts';
import { templateFormat, type UserTemplate, userTemplateSchema } from '../../../src/policy/prompts/user-template.ts';
import { INPUT } from './inputs.ts';

function formatOf(template: UserTemplate): PromptFormat {
  const made = templateFormat('mine', userTemplateSchema.parse(template));
  if (made.kind === 'badTemplate') throw new Error(made.message);
  return made.format;
}

const messageOf = (template: UserTemplate): string => {
  const made = templateFormat('mine', template);
  return made.kind === 'badTemplate' ? made.message : '';
};

describe('a template of a person', () => {
  it('fills every hole', () => {
    const text = '{name}|{theorem}|{goal}|{hypotheses}|{proof}|{state}|{{x}}';
    const made = makePrompt(formatOf({ text }), { ...INPUT, path: ['skip'] }, 'text');
    expect(made).toMatchObject({
      prompt: {
        text: 'two_dvd|theorem two_dvd (m n : ℕ) (h : 4 ∣ n) : 2 ∣ n|2 ∣ n|m n : ℕ\nh : 4 ∣ n|skip|m n : ℕ\nh : 4 ∣ n\n⊢ 2 ∣ n|{x}',
      },
    });
  });

  it('becomes messages with a chat template', () => {
    const format = formatOf({ text: '{state}', system: 'You know {name}.', chat: 'chatml', prefill: '```lean4\n  ' });
    expect(makePrompt(format, INPUT, 'chat')).toMatchObject({
      prompt: {
        messages: [{ role: 'system', content: 'You know two_dvd.' }, { role: 'user' }],
        prefill: '```lean4\n  ',
      },
    });
    expect(format.shape).toMatchObject({ insideFence: true, column: 2 });
  });

  it('trains with its own answer', () => {
    const example = trainingExample(formatOf({ text: '{goal}>', answer: '<{tactic}>' }), INPUT, 'simp');
    expect(example?.text).toBe('2 ∣ n><simp>');
  });

  it('loses a literal mark of the beginning', () => {
    expect(makePrompt(formatOf({ text: '<s>{goal}' }), INPUT, 'text')).toMatchObject({ prompt: { text: '2 ∣ n' } });
  });

  it.each([
    [{ text: '{stat}' }, 'no such hole as {stat}; holes: {state}, {goal}'],
    [{ text: 'x', prefill: '{what}' }, 'the prefill'],
    [{ text: 'a { b' }, 'an open brace'],
    [{ text: 'x', answer: 'nothing' }, 'must hold {tactic} once'],
    [{ text: 'x', answer: '{state}{tactic}' }, 'no such hole as {state}'],
    [{ text: 'x', system: 'y' }, 'no chat template'],
  ])('refuses %j', (template, part) => {
    expect(messageOf(template)).toContain(part);
  });
});
