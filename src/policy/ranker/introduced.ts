import type { Goal, Hypothesis } from '../../lean/goal.ts';
import type { Term } from '../heuristic/term.ts';
import { parseTerm } from '../heuristic/term-reader.ts';

/** What `rintro` does with one argument: a name, or a pair or witness taken apart. */
type Pattern = string | readonly Pattern[];

/** The goal so far, while names are given out. */
interface Reading {
  readonly hypotheses: Hypothesis[];
  target: string;
}

const NAME = /^[\p{L}_][\p{L}\p{N}_'₀-₉]*$/u;
const GROUP = /^(?:\(([^():]+) : |([\p{L}_][\p{L}\p{N}_'₀-₉ ]*?)(?: : | (?=[<>≤≥∈≠])|(?=,)))/u;

/**
 * The goal as it will be after `intro` or `rintro` with these names, read off the text of its target; null for any other
 * tactic, and where the text does not tell: a binder that gets another name than the printed one, or an unknown shape.
 */
export function introduced(goal: Goal, tactic: string): Goal | null {
  const patterns = patternsOf(tactic);
  if (patterns === null) return null;
  const reading: Reading = { hypotheses: [...goal.hypotheses], target: goal.target };
  const queue = [...patterns];
  while (queue.length > 0) if (!takeBinders(reading, queue)) return null;
  return { hypotheses: reading.hypotheses, target: reading.target };
}

/** Takes what the head of the target introduces; false where it cannot be read. */
function takeBinders(reading: Reading, queue: Pattern[]): boolean {
  if (reading.target.startsWith('∀ ')) return takeQuantifier(reading, queue);
  const term = parseTerm(reading.target);
  if (term.kind !== 'op') return false;
  const [left, right] = term.args;
  const pattern = queue.shift();
  if (pattern === undefined || left === undefined) return false;
  if (term.op === '→' && right !== undefined) {
    reading.target = bare(right.text);
    return take(reading, pattern, left);
  }
  if (term.op !== '¬' && term.op !== '≠') return false;
  reading.target = 'False';
  if (term.op === '¬') return take(reading, pattern, left);
  if (right === undefined || typeof pattern !== 'string') return false;
  reading.hypotheses.push({ name: pattern, type: `${left.text} = ${right.text}` });
  return true;
}

/** `∀ (a b : Nat) (f : Nat → Nat), …` and `∀ n > 0, …`. */
function takeQuantifier(reading: Reading, queue: Pattern[]): boolean {
  let rest = reading.target.slice(2);
  for (;;) {
    const found = GROUP.exec(rest);
    const names = (found?.[1] ?? found?.[2])?.split(' ');
    if (!found || names === undefined) return false;
    const bracketed = found[1] !== undefined;
    const from = found[0].length;
    const to = endOf(rest, from, bracketed ? ')' : ',');
    if (to === -1) return false;
    const type = rest.slice(from, to);
    const bounded = !bracketed && !found[0].endsWith(' : ') && type !== '';
    for (const name of names) {
      const given = queue.shift();
      // Some of the binders stay: what is left cannot be read from here.
      if (given !== name) return false;
      reading.hypotheses.push({ name, type: bounded || type === '' ? 'Nat' : type });
    }
    if (bounded) {
      const given = queue.shift();
      if (typeof given !== 'string') return false;
      reading.hypotheses.push({ name: given, type: `${names.join(' ')} ${type}` });
    }
    rest = rest.slice(to + (bracketed ? 1 : 0)).trimStart();
    if (rest.startsWith(',')) {
      reading.target = bare(rest.slice(1).trim());
      return true;
    }
  }
}

function take(reading: Reading, pattern: Pattern, term: Term): boolean {
  if (typeof pattern === 'string') {
    reading.hypotheses.push({ name: pattern, type: bare(term.text) });
    return NAME.test(pattern);
  }
  if (term.kind === 'op' && term.op === '∧') {
    const parts = term.args.map((part, i) => ({ part, pattern: pattern[i] }));
    // What is taken apart once more comes behind what is only named.
    const inOrder = [
      ...parts.filter((one) => typeof one.pattern === 'string'),
      ...parts.filter((one) => typeof one.pattern !== 'string'),
    ];
    return inOrder.every((one) => one.pattern !== undefined && take(reading, one.pattern, one.part));
  }
  if (term.kind !== 'binder' || term.binder !== '∃' || term.bound !== undefined) return false;
  const names = pattern.slice(0, term.names.length);
  const last = pattern[term.names.length];
  if (last === undefined || names.some((name, i) => name !== term.names[i])) return false;
  // Lean leaves the type out where the numbers around tell it.
  const type = term.type ?? (reading.hypotheses.some((h) => h.type === 'Nat') ? 'Nat' : 'Int');
  for (const name of term.names) reading.hypotheses.push({ name, type });
  return take(reading, last, term.body);
}

/** Where the text at this depth of brackets ends; −1 where it does not. */
function endOf(text: string, from: number, end: string): number {
  let depth = 0;
  for (let i = from; i < text.length; i++) {
    const sign = text[i] as string;
    if (depth === 0 && sign === end) return i;
    if ('([{⟨'.includes(sign)) depth++;
    else if (')]}⟩'.includes(sign)) depth--;
  }
  return -1;
}

/** A term's text without brackets around all of it. */
function bare(text: string): string {
  const inside = text.startsWith('(') && endOf(text, 1, ')') === text.length - 1;
  return inside ? text.slice(1, -1) : text;
}

/** The arguments of `intro` or `rintro`; null for any other tactic. */
function patternsOf(tactic: string): readonly Pattern[] | null {
  const found = /^r?intro ([^\n;]+)$/.exec(tactic);
  if (found?.[1] === undefined) return null;
  const open: Pattern[][] = [[]];
  for (const piece of found[1].match(/[⟨⟩,]|[^⟨⟩,\s]+/gu) ?? []) {
    if (piece === '⟨') open.push([]);
    else if (piece === '⟩') {
      const closed = open.pop() ?? [];
      open.at(-1)?.push(closed);
    } else if (piece !== ',') open.at(-1)?.push(piece);
  }
  return open.length === 1 ? (open[0] ?? null) : null;
}
