import { type Line, linesOf } from './extract/line.ts';
import { scanCode } from './extract/scan.ts';
import { opensBlock } from './extract/structure.ts';
import { TACTIC_WORDS } from './extract/tactic-words.ts';

const PIECE = /"(?:\\.|[^"\\])*"|<;>|=>|[ \t]+|\S/gu;
/** Words with single blanks between them have nothing that could be written otherwise. */
const PLAIN = /^[\w'.?!]+(?: [\w'.?!]+)*$/;
/** Spellings that Lean reads alike. `x >>= f` is not `≥`, and only a `fun` may have `↦`. */
const SPELLINGS: readonly (readonly [RegExp, string])[] = [
  [/<->/g, '↔'],
  [/(<-|←)\s*/g, '←'],
  [/->/g, '→'],
  [/<=(?![>=])/g, '≤'],
  [/(?<![>=|])>=/g, '≥'],
  [/\/\\/g, '∧'],
  [/\\\//g, '∨'],
  [/ \$ /g, ' <| '],
  [/λ\s*/g, 'fun '],
  [/\bfun((?:(?!=>|\bfun\b)[^↦|])*)↦/g, 'fun$1=>'],
];
/** Beginnings of blocks inside of a line; one at its end is no such thing. */
const INNER_BLOCK = /^(?:[·•({|]|\. |<;>)|(?:\bby|\bdo|\bcalc|\bthen|\belse|\bfrom|\bwith|\bfun|=>|↦|<;>|;|\|)\s+\S/u;
/** What hygiene makes of a name, as in `h._@.Main._hyg.12`; nobody can type it, and its numbers change from run to run. */
const HYGIENE = /\._@[\p{L}\p{N}_.']*\._hyg(?:Ctx)?(?:\._hyg)?\.[0-9]+/gu;

/**
 * The form under which two texts of a tactic count as the same try. Comments, white space, trailing `;`, parentheses around the whole
 * tactic or around the whole argument of `exact`, `apply` and `refine`, ASCII spellings, and the numbers in names that Lean invented
 * mean nothing; indentation counts as a depth, or exactly where blocks begin inside of lines. Idempotent; empty when nothing is left.
 */
export function normalForm(tactic: string): string {
  if (PLAIN.test(tactic)) return tactic;
  let text = onePass(tactic);
  for (let before = tactic; before !== text; ) {
    before = text;
    text = onePass(before);
  }
  return text;
}

/** One pass can bring together what the next one reads as a single piece, such as the two signs of an arrow. */
function onePass(tactic: string): string {
  const scanned = scanCode(tactic.replace(/\r\n?/g, '\n'));
  // A string over several lines may hold anything.
  if (scanned.mask.includes('"')) return tactic.trim();
  const lines = linesOf(scanned);
  const out = columnsAreFree(lines) ? byDepth(lines) : byColumn(lines);
  return unwrapAll(out);
}

const isParent = (lines: readonly Line[], i: number): boolean => (lines[i + 1]?.indent ?? 0) > (lines[i]?.indent ?? 0);

/**
 * Whether the columns of lines mean no more than which line is deeper than which. They do where something inside of a line begins a
 * block that the next lines go on with, as after a bullet: these must stand exactly below it.
 */
function columnsAreFree(lines: readonly Line[]): boolean {
  const open: number[] = [];
  for (const [i, { indent, mask }] of lines.entries()) {
    while ((open.at(-1) ?? 0) > indent) open.pop();
    if (open.length === 0 ? i > 0 : open.at(-1) !== indent && !isParent(lines, i - 1)) return false;
    if (open.at(-1) !== indent) open.push(indent);
    if (isParent(lines, i) && (!opensBlock(mask) || INNER_BLOCK.test(mask))) return false;
  }
  return true;
}

function byDepth(lines: readonly Line[]): readonly string[] {
  const open: number[] = [];
  return lines.map(({ indent, text }) => {
    while ((open.at(-1) ?? 0) > indent) open.pop();
    if (open.at(-1) !== indent) open.push(indent);
    return '  '.repeat(open.length - 1) + normalLine(text);
  });
}

/** Lines that others hang on stay as they are, since a blank less would move what these must stand below. */
function byColumn(lines: readonly Line[]): readonly string[] {
  const base = lines.reduce((least, { indent }) => Math.min(least, indent), lines[0]?.indent ?? 0);
  return lines.map(({ indent, text }, i) => {
    const body = isParent(lines, i) ? text.replace(/^\.(?= )/, '·') : normalLine(text);
    return ' '.repeat(indent - base) + body;
  });
}

/** Parentheses and trailing `;` can hide one another, so both go until neither is left. */
function unwrapAll(lines: readonly string[]): string {
  let text = lines.join('\n');
  for (let before = ''; before !== text; ) {
    before = text;
    text = text.replace(/[ ;]+$/, '');
    if (lines.length === 1) text = unwrapArgument(unwrap(text));
  }
  return text;
}

function normalLine(line: string): string {
  let out = '';
  for (const piece of line.match(PIECE) ?? []) {
    if (piece.startsWith('"')) out += piece;
    else if (/^[ \t]/.test(piece)) out += /[([⟨{]$/.test(out) ? '' : ' ';
    else if (/^[)\]⟩},;]$/u.test(piece)) out = `${out.trimEnd()}${piece}`;
    else if (piece === '<;>') out = out === '' ? '<;> ' : `${out.trimEnd()} <;> `;
    else out += piece;
    if (piece === ',' || piece === ';') out += ' ';
    if (piece === '<;>' || piece === ',' || piece === ';') continue;
    out = out.replace(/ {2,}$/, ' ');
  }
  const bullet = out.replace(/^\. /, '· ').replace(/^·(?=[^ ])/u, '· ');
  return respell(bullet.replace(/^(\p{L}[\p{L}_]*)\[/u, spaceHead).trimEnd());
}

/** `rw[h]` is `rw [h]`, but a line that begins with `a[i]` reads an element. */
const spaceHead = (whole: string, head: string): string => (TACTIC_WORDS.has(head) ? `${head} [` : whole);

/** Spaces doubled by the pieces above, and arrows, outside strings. */
function respell(text: string): string {
  return text
    .split(/("(?:\\.|[^"\\])*")/u)
    .map((part, i) => {
      if (i % 2 === 1) return part;
      let plain = part.replace(/ {2,}/g, ' ').replace(HYGIENE, '✝');
      for (const [from, to] of SPELLINGS) plain = plain.replace(from, to);
      return plain.replace(/ {2,}/g, ' ');
    })
    .join('');
}

/** The inside of parentheses that enclose all of the text, else the text. */
function unwrap(text: string): string {
  if (!text.startsWith('(') || !text.endsWith(')') || text.includes('"')) return text;
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    if (text[i] === '(') depth++;
    else if (text[i] === ')' && --depth === 0 && i < text.length - 1) return text;
  }
  return depth === 0 ? text.slice(1, -1).trim() : text;
}

/** `exact (h x)` is `exact h x`; a tuple, an ascription, a `·` function, `by` and a sequence need their parentheses. */
function unwrapArgument(text: string): string {
  const match = /^(exact|apply|refine) (\(.*\))$/u.exec(text);
  const [, head, argument] = match ?? [];
  if (head === undefined || argument === undefined) return text;
  const inside = unwrap(argument);
  return inside === argument || /[,:;·]|\bby\b|\bfrom\b/u.test(inside) ? text : `${head} ${inside}`;
}
