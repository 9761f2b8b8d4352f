import { z } from 'zod';
import { BARE_COMPLETION, type PromptFormat, type PromptInput } from './format.ts';
import { proofSoFar, stateLines } from './state-text.ts';
import { CHAT_TEMPLATES } from './templates.ts';
import { theoremText } from './theorem-text.ts';

const HOLES: Readonly<Record<string, (input: PromptInput) => string>> = {
  state: stateLines,
  goal: ({ goals }) => goals[0]?.target ?? '',
  theorem: theoremText,
  name: ({ theorem }) => theorem?.name ?? '',
  proof: proofSoFar,
  hypotheses: (input) =>
    stateLines({ ...input, goals: input.goals.slice(0, 1) })
      .replace(/^[⊢|] [\s\S]*$/m, '')
      .trimEnd(),
};

/** What a person writes in a profile to make a format of their own. */
export const userTemplateSchema = z.strictObject({
  /** The prompt, with holes such as `{state}`; `{{` and `}}` are braces. */
  text: z.string().min(1),
  /** Beginning of the answer, also with holes. */
  prefill: z.string().optional(),
  /** System message; only with `chat`. */
  system: z.string().optional(),
  /** Chat template of the model: `chatml` or `deepseek`. Without one the text goes to the model as it is. */
  chat: z.enum(CHAT_TEMPLATES.map(({ name }) => name)).optional(),
  mode: z.enum(['tactic', 'whole-proof']).optional(),
  stop: z.array(z.string().min(1)).optional(),
  stop_token_ids: z.array(z.int().min(0)).optional(),
  /** Words that come before each tactic and are no part of it. */
  labels: z.array(z.string().min(1)).optional(),
  temperature: z.number().min(0).optional(),
  top_p: z.number().gt(0).max(1).optional(),
  max_tokens: z.int().min(1).optional(),
  /** How the answer is written in training texts, with the hole `{tactic}`. */
  answer: z.string().optional(),
});
export type UserTemplate = Readonly<z.infer<typeof userTemplateSchema>>;

export type UserTemplateResult =
  | { readonly kind: 'format'; readonly format: PromptFormat }
  | { readonly kind: 'badTemplate'; readonly message: string };

/**
 * A prompt format out of a template. Holes: `{state}` (all goals), `{goal}` (the target of the first), `{hypotheses}` (those of the first),
 * `{theorem}` (its statement, or the goal as one), `{name}`, `{proof}` (tactics so far).
 *
 * @example templateFormat('mine', { text: '{state}\n-- next tactic:\n', stop: ['\n'] })
 */
export function templateFormat(name: string, template: UserTemplate): UserTemplateResult {
  const { text, prefill = '', system, chat, answer = '{tactic}' } = template;
  const parts = { text: holesOf(text), prefill: holesOf(prefill), system: holesOf(system ?? '') };
  const problem =
    Object.entries(parts)
      .map(([field, pieces]) => badHole(name, field, pieces, Object.keys(HOLES)))
      .find((one) => one !== null) ??
    badHole(name, 'answer', holesOf(answer), ['tactic']) ??
    (holesOf(answer).filter(({ hole }) => hole === 'tactic').length === 1
      ? null
      : `the answer of the prompt template ${name} must hold {tactic} once`) ??
    (system !== undefined && chat === undefined
      ? `the prompt template ${name} has a system message but no chat template; set chat to ${CHAT_TEMPLATES.map((one) => one.name).join(' or ')}`
      : null);
  if (problem !== null) return { kind: 'badTemplate', message: problem };
  return { kind: 'format', format: formatOf(name, template, parts) };
}

interface Piece {
  readonly text: string;
  /** Name of a hole that follows the text. */
  readonly hole: string | null;
}

function formatOf(
  name: string,
  template: UserTemplate,
  parts: { readonly text: readonly Piece[]; readonly prefill: readonly Piece[]; readonly system: readonly Piece[] },
): PromptFormat {
  const { system, chat, answer = '{tactic}' } = template;
  const isProof = template.mode === 'whole-proof';
  const fill = (pieces: readonly Piece[], input: PromptInput) =>
    pieces.map(({ text, hole }) => text + (hole === null ? '' : (HOLES[hole]?.(input) ?? ''))).join('');
  return {
    name,
    about: 'your own template',
    mode: isProof ? 'wholeProof' : 'tactic',
    models: [],
    template: CHAT_TEMPLATES.find((one) => one.name === chat) ?? null,
    stop: template.stop ?? [],
    stopTokenIds: template.stop_token_ids ?? [],
    sampling: {
      temperature: template.temperature ?? 1,
      topP: template.top_p ?? 1,
      maxTokens: template.max_tokens ?? (isProof ? 2048 : 256),
      samples: 8,
    },
    shape: {
      ...BARE_COMPLETION,
      ...placeOf(withoutHoles(chat === undefined ? [...parts.text, ...parts.prefill] : parts.prefill)),
      labels: template.labels ?? [],
    },
    maxInputBytes: null,
    body: (input) => {
      const user = fill(parts.text, input);
      const first = system === undefined ? [] : [{ role: 'system', content: fill(parts.system, input) } as const];
      const prompt =
        chat === undefined
          ? ({ kind: 'raw', text: user } as const)
          : ({ kind: 'chat', messages: [...first, { role: 'user', content: user } as const] } as const);
      return { prompt, prefill: fill(parts.prefill, input) };
    },
    answer: (_, tactics) => answer.split('{tactic}').join(tactics).replaceAll('{{', '{').replaceAll('}}', '}'),
  };
}

/** The literal text, with a sign for each hole. */
const withoutHoles = (pieces: readonly Piece[]): string =>
  pieces.map(({ text, hole }) => `${text}${hole === null ? '' : '\u0000'}`).join('');

/** Whether a text ends inside a code block, and at which column. */
function placeOf(text: string): { insideFence: boolean; column: number } {
  const fences = text.match(/^[ \t]*```/gm)?.length ?? 0;
  const last = text.slice(text.lastIndexOf('\n') + 1);
  return { insideFence: fences % 2 === 1, column: /^ *$/.test(last) ? last.length : 0 };
}

function holesOf(text: string): readonly Piece[] {
  const pieces: Piece[] = [];
  let plain = '';
  for (const part of text.match(/\{\{|\}\}|\{[^{}]*\}|[^{}]+|[{}]/g) ?? []) {
    if (part === '{{' || part === '}}') plain += part[0];
    else if (part.startsWith('{')) {
      pieces.push({ text: plain, hole: part === '{' ? '' : part.slice(1, -1) });
      plain = '';
    } else plain += part;
  }
  return [...pieces, { text: plain, hole: null }];
}

function badHole(name: string, field: string, pieces: readonly Piece[], known: readonly string[]): string | null {
  const bad = pieces.find(({ hole }) => hole !== null && !known.includes(hole))?.hole;
  if (bad === undefined || bad === null) return null;
  const list = known.map((one) => `{${one}}`).join(', ');
  const what = bad === '' ? 'an open brace that no hole follows; write {{ for a brace' : `no such hole as {${bad}}`;
  return `the ${field} of the prompt template ${name} has ${what}; holes: ${list}`;
}
