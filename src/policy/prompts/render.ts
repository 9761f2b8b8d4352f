import { withoutBeginningMark } from '../../inference/beginning-mark.ts';
import type { GenerationPrompt } from '../../inference/generation.ts';
import { byteLimit, type FitResult, fitInput, type PromptLimit } from './fit.ts';
import type { PromptBody, PromptFormat, PromptInput, PromptResult, PromptRoute, TrainingExample } from './format.ts';

/**
 * The prompt for a state. Text prompts hold no mark of the beginning, which the server's tokenizer writes. With a limit, what does
 * not fit is left out (see `fitInput`), marked in the prompt and told in `omitted`.
 */
export function makePrompt(
  format: PromptFormat,
  input: PromptInput,
  route: PromptRoute,
  limit: PromptLimit | null = null,
): PromptResult {
  if (route === 'chat' && format.template === null) {
    const message = `the prompt format ${format.name} is raw text, which a chat route would put into a chat template; use a completion route`;
    return { kind: 'cannotPrompt', reason: 'route', message };
  }
  const fitted = fitFormat(format, input, limit);
  if (fitted.kind === 'tooLong') {
    const { unit, max } = fitted.limit;
    const message = `the target alone makes a prompt of ${fitted.length} ${unit}, and ${format.name} may have ${max}`;
    return { kind: 'cannotPrompt', reason: 'tooLong', message };
  }
  return { kind: 'prompt', prompt: promptOf(format, format.body(fitted.input), route), omitted: fitted.omitted };
}

/** The training text for a state and the tactic, or tactics, that were right there; null when not even the target fits. */
export function trainingExample(
  format: PromptFormat,
  input: PromptInput,
  tactics: string,
  limit: PromptLimit | null = null,
): TrainingExample | null {
  const fitted = fitFormat(format, input, limit);
  if (fitted.kind === 'tooLong') return null;
  const body = format.body(fitted.input);
  const answer = format.answer(fitted.input, tactics);
  const prompt = textOf(format, body);
  const completion = `${answer}${format.template?.end ?? ''}`;
  const messages =
    body.prompt.kind === 'raw'
      ? null
      : [...body.prompt.messages, { role: 'assistant', content: `${body.prefill}${answer}` } as const];
  return { text: `${prompt}${completion}`, prompt, completion, messages, omitted: fitted.omitted };
}

/** Within the format's own limit and the given one. */
function fitFormat(format: PromptFormat, input: PromptInput, limit: PromptLimit | null): FitResult {
  const own = format.maxInputBytes === null ? [] : [byteLimit(format.maxInputBytes)];
  return fitInput(input, [...own, ...(limit ? [limit] : [])], (smaller) => textOf(format, format.body(smaller)));
}

function promptOf(format: PromptFormat, body: PromptBody, route: PromptRoute): GenerationPrompt {
  if (route === 'text' || body.prompt.kind === 'raw') return { kind: 'text', text: textOf(format, body) };
  const { messages } = body.prompt;
  return { kind: 'chat', messages, ...(body.prefill !== '' && { prefill: body.prefill }) };
}

/** What the model reads before it writes, without a mark of the beginning. */
function textOf(format: PromptFormat, { prompt, prefill }: PromptBody): string {
  if (prompt.kind === 'raw') return withoutBeginningMark(`${prompt.text}${prefill}`);
  if (format.template === null) throw new Error(`the prompt format ${format.name} has messages but no chat template`);
  return withoutBeginningMark(`${format.template.render(prompt.messages)}${prefill}`);
}
