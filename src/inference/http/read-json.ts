import type { z } from 'zod';
import { parseJson } from '../../text/parse-json.ts';
import type { ServerFailed } from '../server-failure.ts';
import type { HttpAnswer } from './error-body.ts';

/** The content of an answer, checked; `badAnswer` when it is not JSON, or not of the form that was expected. */
export function readJson<T>(
  answer: HttpAnswer,
  schema: z.ZodType<T>,
  what: string,
): { readonly kind: 'json'; readonly value: T } | ServerFailed {
  const parsed = parseJson(answer.text);
  if (parsed === undefined) {
    const isPage = /html/i.test(answer.contentType) || /^\s*</.test(answer.text);
    return badAnswer(
      isPage
        ? `${what} answered a web page: is this address a proxy, or another kind of server?`
        : `${what} answered ${answer.text === '' ? 'nothing' : 'cut or broken JSON'} (${answer.text.length} signs): look at its log, and at what stands in between`,
    );
  }
  return checkValue(parsed, schema, what);
}

/** A value out of an answer, checked. */
export function checkValue<T>(
  value: unknown,
  schema: z.ZodType<T>,
  what: string,
): { readonly kind: 'json'; readonly value: T } | ServerFailed {
  const checked = schema.safeParse(value);
  if (checked.success) return { kind: 'json', value: checked.data };
  const [issue] = checked.error.issues;
  return badAnswer(
    `${what} answered something unexpected: ${issue?.path.join('.') || 'the answer'}: ${issue?.message}`,
  );
}

/** An answer that is not what the protocol says. */
export const badAnswer = (message: string): ServerFailed => ({
  kind: 'serverFailed',
  reason: 'badAnswer',
  message,
  retriable: false,
});
