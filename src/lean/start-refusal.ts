import { cleanLine } from '../text/clean.ts';
import type { LeanClient } from './client.ts';
import { textOf } from './protocol/goals.ts';
import { sayPositions } from './protocol/messages.ts';
import type { Root } from './protocol/requests.ts';
import { exprEchoAnswerSchema } from './protocol/wire.ts';
import type { Lost } from './replies.ts';

/** Characters of a statement or type that a message shows. */
const SHOWN = 200;

/** What Lean says of a root that it does not open, for people. `category` is the error's. */
export function startRefusal(root: Root, category: string, message: string): string {
  if (root.copyFrom !== undefined && category === 'index')
    return `there is no theorem ${root.copyFrom} in the environment`;
  const said = sayPositions(message);
  const sign = category === 'parse' && root.expr !== undefined ? unknownSign(root.expr, said) : null;
  return sign === null ? said : `the environment has no notation that begins with ${sign}: ${said}`;
}

/** Letters for sets of numbers, which libraries introduce. */
const NUMBER_SETS = /[ℕℤℚℝℂ]/u;

/**
 * A statement that does not parse mostly stands in the notation of a library. Says so where that shows: by a set of numbers that
 * the environment does not know. Null when it does not.
 */
export async function unknownNumbers(client: LeanClient, root: Root): Promise<string | null> {
  const letter = NUMBER_SETS.exec(root.expr ?? '')?.[0];
  if (letter === undefined) return null;
  const echoed = await client.request('expr.echo', { expr: letter }, exprEchoAnswerSchema);
  return echoed.kind === 'error' && /unknown id/i.test(echoed.error.desc)
    ? `the environment does not know ${letter}, and has no notation for the statement`
    : null;
}

/** The sign that Lean stopped at because no token begins with it, as with a library's notation where the library is not imported. */
function unknownSign(text: string, said: string): string | null {
  const [, line, column] = /line (\d+), column (\d+): expected token/.exec(said) ?? [];
  const sign = Array.from(text.split('\n')[Number(line) - 1] ?? '')[Number(column)];
  return sign === undefined || /\s/.test(sign) ? null : JSON.stringify(sign);
}

/**
 * Why a root that Lean opens is nothing to prove: it is no proposition. Null when it is one, or nobody can say: a type
 * that is printed under another name may still be `Prop`, and not every constant's name can be written in a term.
 */
export async function notProposition(client: LeanClient, root: Root): Promise<string | Lost | null> {
  const expr = root.expr ?? `type_of% @${root.copyFrom}`;
  const echoed = await client.request(
    'expr.echo',
    { expr, ...(root.levels && { levels: root.levels }) },
    exprEchoAnswerSchema,
  );
  if (echoed.kind === 'lost') return echoed;
  if (echoed.kind !== 'ok') return null;
  const type = shown(textOf(echoed.value.type));
  if (!/^(?:Type|Sort)\b/.test(type)) return null;
  if (root.expr !== undefined) return `${shown(root.expr.trim())} is not a proposition (its type is ${type})`;
  const copied = shown(textOf(echoed.value.expr));
  return `${root.copyFrom} is no theorem: it is of type ${copied}, which is not a proposition (its type is ${type})`;
}

function shown(text: string): string {
  return cleanLine(text, ' ', SHOWN);
}
