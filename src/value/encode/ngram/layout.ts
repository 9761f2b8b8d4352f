import { hashText } from './signs.ts';
import type { Tokens } from './tokens.ts';

/** Where a part of the tokens is. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** A hypothesis of the first goals, by its tokens. */
export interface HypothesisSpan extends Span {
  /** Hash of its name without the digits and signs at its end: `h₁` and `h2` are both `h`. */
  readonly stem: number;
  readonly inaccessible: boolean;
  readonly hasValue: boolean;
  /** UTF-16 units of its line. */
  readonly chars: number;
}

export interface GoalSpan {
  readonly hypotheses: readonly HypothesisSpan[];
  readonly target: Span;
  readonly targetChars: number;
  readonly chars: number;
}

/** Goals that are looked into; of the others only that they are there. */
const MOST_GOALS = 8;
/** Hypotheses of one goal that are looked into: the last ones, which the tactics before have made. */
const MOST_HYPOTHESES = 96;

/**
 * Reads the text of a state (`stateText`) into tokens: the targets first, as they matter most, then the hypotheses from the last to the
 * first, as far as there is room. Any text is taken; one that is no state is a single target.
 *
 * @returns one entry for each goal that was looked into, and how many goals there are
 */
export function layOut(text: string, tokens: Tokens): { readonly goals: readonly GoalSpan[]; readonly count: number } {
  tokens.clear();
  const parts = goalParts(text);
  const outlines = parts.slice(0, MOST_GOALS).map(([from, to]) => outline(text, from, to));
  const targets = outlines.map(({ target: [from, to], locals }) => scanned(tokens, text, from, to, locals));
  const goals = outlines.map((one, i): GoalSpan => {
    const hypotheses = one.hypotheses.toReversed().map((line): HypothesisSpan => {
      const { from, to } = scanned(tokens, text, line.typeFrom, line.to, one.locals);
      const { stem, inaccessible, hasValue } = line;
      return { from, to, stem, inaccessible, hasValue, chars: line.to - line.from };
    });
    const [from, to] = one.target;
    return { hypotheses, target: targets[i] as Span, targetChars: to - from, chars: one.to - one.from };
  });
  return { goals, count: text === '' ? 0 : parts.length };
}

function scanned(tokens: Tokens, text: string, start: number, end: number, locals: ReadonlyMap<number, number>): Span {
  const from = tokens.length;
  tokens.scan(text, start, end, locals);
  return { from, to: tokens.length };
}

/** Beginning and end of each goal: a blank line stands between them. */
function goalParts(text: string): readonly (readonly [number, number])[] {
  const parts: (readonly [number, number])[] = [];
  for (let from = 0; ; ) {
    const gap = text.indexOf('\n\n', from);
    parts.push([from, gap < 0 ? text.length : gap]);
    if (gap < 0) return parts;
    from = gap + 2;
  }
}

interface Line {
  readonly from: number;
  readonly to: number;
  readonly typeFrom: number;
  readonly stem: number;
  readonly inaccessible: boolean;
  readonly hasValue: boolean;
}

interface Outline {
  readonly from: number;
  readonly to: number;
  readonly target: readonly [number, number];
  readonly hypotheses: readonly Line[];
  /** Place in the context of each name, by its hash. */
  readonly locals: ReadonlyMap<number, number>;
}

const TURNSTILE = '⊢';

function outline(text: string, from: number, to: number): Outline {
  const locals = new Map<number, number>();
  const hypotheses: Line[] = [];
  let targetFrom: number | null = null;
  for (let at = from; at < to; ) {
    if (text.startsWith(TURNSTILE, at)) {
      targetFrom = at + 1;
      break;
    }
    const end = entryEnd(text, at, to);
    const colon = indexWithin(text, ' : ', at, end);
    if (colon >= 0) {
      for (const [first, last] of words(text, at, colon)) locals.set(hashText(text, first, last), locals.size);
      hypotheses.push(line(text, at, end, colon));
    }
    at = end + 1;
  }
  // A text without a turnstile, as a tactic is one, is a target as a whole.
  if (targetFrom === null) return { from, to, target: [from, to], hypotheses: [], locals: new Map() };
  return {
    from,
    to,
    target: [targetFrom, to],
    hypotheses: hypotheses.slice(-MOST_HYPOTHESES),
    locals,
  };
}

function line(text: string, from: number, to: number, colon: number): Line {
  let end = colon;
  const inaccessible = text.slice(from, colon).includes('✝');
  while (end > from + 1 && isTail(text.charCodeAt(end - 1))) end--;
  return {
    from,
    to,
    typeFrom: colon + 3,
    stem: hashText(text, from, end),
    inaccessible,
    hasValue: indexWithin(text, ' := ', colon, to) >= 0,
  };
}

/** As `indexOf`, without a look at what comes after `to`. */
function indexWithin(text: string, part: string, from: number, to: number): number {
  const first = part.charCodeAt(0);
  for (let at = from; at + part.length <= to; at++)
    if (text.charCodeAt(at) === first && text.startsWith(part, at)) return at;
  return -1;
}

/** Digits, subscripts, primes and daggers at the end of a name. */
function isTail(code: number): boolean {
  return (
    (code >= 48 && code <= 57) ||
    (code >= 0x2070 && code < 0x20a0) ||
    code === 39 ||
    code === 0x271d ||
    code === 0xb9 ||
    code === 0xb2 ||
    code === 0xb3
  );
}

/** End of the entry that begins at `at`: lines that begin with a space go on with it. */
function entryEnd(text: string, at: number, to: number): number {
  for (let end = at; ; end++) {
    end = text.indexOf('\n', end);
    if (end < 0 || end >= to) return to;
    const next = text.charCodeAt(end + 1);
    if (next !== 32 && next !== 9) return end;
  }
}

function* words(text: string, from: number, to: number): Generator<readonly [number, number]> {
  for (let at = from; at < to; ) {
    const space = text.indexOf(' ', at);
    const end = space < 0 || space > to ? to : space;
    if (end > at) yield [at, end];
    at = end + 1;
  }
}
