import { depthChange } from './brackets.ts';
import { type Line, maskOfLines, textOfLines, withoutStart } from './line.ts';
import { beginsLikeTactic } from './tactic-words.ts';

/** Lines that belong together: a tactic with everything that continues it, its first line at column 0. */
export interface Block {
  readonly lines: readonly Line[];
  readonly repairs: readonly string[];
}

/** Ends of a line after which something must follow. */
const OPENS =
  /(?:^|[\s([{⟨·])(?:by|do|then|else|with|using|from|where|fun|calc|case|at|in|all_goals|any_goals|try|repeat'?|focus|first|exact|apply|refine|have|show|suffices|obtain|rw|simp_rw)$|(?:=>|↦|:=|<;>|<\|[>]?|[,([{⟨+=<≤≥∧∨→↔←∣≠∈∘]|\s[-/*:])$/u;
/** Beginnings of a line that goes on with the one before. */
const CONTINUES =
  /^(?:<;>|\||[)\]}⟩]|:=|=>|,|(?:with|at|using|from|then|else|generalizing)(?:\s|$)|[+*/=≤<≥>∧∨→↔∣∘]|<\|)/u;
const CALC_STEP = /^_\s*[=<>≤≥≠∣↔→⊆∈≡]/u;
/** Tactics that are terms too, so that a deeper line of theirs may be an argument. */
const TERMS = /^(?:rfl|trivial|absurd|left|right|symm|trans|decide)(?:\s|$)/;
const EMPTY_BULLET = /^[·•∙.]$/u;
/** `next =>` without names is a bullet in words. */
const BULLET = /^(?:[·•∙]|\.(?=\s|$)|next\s*=>)/u;

/** Whether something must follow a masked line. */
export function opensBlock(mask: string): boolean {
  // `at *` ends a tactic, though a `*` elsewhere would not.
  return EMPTY_BULLET.test(mask) || (OPENS.test(mask) && !(mask.endsWith('*') && /\bat\b/.test(mask)));
}

/**
 * Lines as tactic blocks. A line at the indentation of the first begins a tactic, a deeper one goes on with it; so does one after a
 * line that wants more (`:= by`, `<;>`, an open bracket) and one that begins with `<;>`, `|` or a closing bracket.
 */
export function blocksOf(lines: readonly Line[]): readonly Block[] {
  const blocks: { lines: Line[]; repairs: Set<string> }[] = [];
  let base = lines[0]?.indent ?? 0;
  let depth = 0;
  let shift = 0;
  let isCalc = false;
  let last: Line | null = null;
  for (const line of lines) {
    const block = blocks.at(-1);
    const isDeeper = line.indent > base;
    const adopted = !isDeeper && last !== null && isAdopted(line, last, depth, isCalc);
    if (block && last && (isDeeper || adopted)) {
      const keeps = adopted && /^(?:<;>|\||_)/.test(line.mask);
      if (!isDeeper) {
        shift = keeps ? 0 : base + 2 - line.indent;
        if (shift > 0) block.repairs.add('indented a line that goes on with the one before');
      }
      block.lines.push({ ...line, indent: line.indent + shift - base });
    } else {
      base = Math.min(base, line.indent);
      blocks.push({ lines: [{ ...line, indent: 0 }], repairs: new Set() });
      depth = 0;
      shift = 0;
      isCalc = false;
    }
    depth = Math.max(0, depth + depthChange(line.mask));
    isCalc ||= /\bcalc\b/.test(line.mask);
    last = line;
  }
  return blocks.map((block) => ({ lines: block.lines, repairs: [...block.repairs] }));
}

function isAdopted(line: Line, last: Line, depth: number, isCalc: boolean): boolean {
  if (CONTINUES.test(line.mask) || (isCalc && CALC_STEP.test(line.mask))) return true;
  if (opensBlock(last.mask)) return true;
  return depth > 0 && !beginsLikeTactic(line.mask);
}

/**
 * The first line of code shares its line with something before it (the prompt, `by`, a bullet), so its column says little. It goes to the
 * column of the lines that follow, where these look like tactics of their own.
 */
export function alignFirst(lines: readonly Line[]): readonly Line[] {
  const [first, ...rest] = lines;
  if (!first || rest.length === 0) return lines;
  const indent = indentOfFirst(first, rest);
  return indent === first.indent ? lines : [{ ...first, indent }, ...rest];
}

function indentOfFirst(first: Line, rest: readonly Line[]): number {
  const closing = linesToClose(first, rest);
  const opener = rest[closing - 1] ?? first;
  const after = rest.slice(closing);
  const [next] = after;
  if (!next) return first.indent;
  const isBullet = BULLET.test(first.mask) && !EMPTY_BULLET.test(first.mask);
  if (isBullet && next.indent <= first.indent) return next.indent;
  if (isBullet || opensBlock(opener.mask)) {
    // A block follows; the line that comes back from the block's column shows where the first line stands.
    const back = after.find(({ indent }) => indent < next.indent);
    // Alternatives and closing brackets may stand right below.
    const least = isBullet || CONTINUES.test(next.mask) ? next.indent : next.indent - 2;
    return back?.indent ?? Math.max(0, Math.min(first.indent, least));
  }
  const begins = after.find(({ mask }) => !CONTINUES.test(mask));
  if (!begins || begins.indent <= first.indent) return begins?.indent ?? first.indent;
  const level = after.filter(({ indent, mask }) => indent === begins.indent && !CONTINUES.test(mask));
  return level.every(({ mask }) => beginsLikeTactic(mask) && !TERMS.test(mask)) ? begins.indent : first.indent;
}

/** How many lines more it takes until the brackets are closed that the first one opens; none when they never are. */
function linesToClose(first: Line, rest: readonly Line[]): number {
  let depth = depthChange(first.mask);
  for (let i = 0; depth > 0 && i < rest.length; i += 1) {
    depth += depthChange(rest[i]?.mask ?? '');
    if (depth <= 0) return i + 1;
  }
  return 0;
}

/** The blocks inside a bullet; null when the block is none. An empty bullet holds no blocks. */
export function insideBullet(block: Block): readonly Block[] | null {
  const [first, ...rest] = block.lines;
  const bullet = first && BULLET.exec(first.mask)?.[0];
  if (!first || bullet === undefined) return null;
  const inner = withoutStart(first, bullet.length);
  const blocks = blocksOf(inner === null ? rest : alignFirst([inner, ...rest]));
  const [head, ...tail] = blocks;
  return head ? [{ ...head, repairs: [...block.repairs, ...head.repairs] }, ...tail] : [];
}

const TYPED_HAVE = /^have(?:\s+[\p{L}_][\p{L}\p{N}_'₀-₉]*)?\s*:(?!=)/u;

/**
 * A typed `have … := by` as a step of its own and the blocks of its proof. The step is `refine have h : p := ?_; ?_`, which leaves `p`
 * as the first goal and the old goal after it; `have h : p := ?_` would leave them the other way round. Null for other blocks and for proofs on the same line.
 */
export function insideHave(block: Block): { readonly head: Block; readonly proof: readonly Block[] } | null {
  const [first] = block.lines;
  if (!first || !TYPED_HAVE.test(first.mask)) return null;
  let depth = 0;
  for (const [i, line] of block.lines.entries()) {
    depth += depthChange(line.mask);
    const isEnd = depth === 0 && /:=\s*by$/.test(line.mask);
    if (isEnd) {
      const head = asRefine([...block.lines.slice(0, i), withoutBy(line)]);
      return { head: { lines: head, repairs: block.repairs }, proof: blocksOf(block.lines.slice(i + 1)) };
    }
    if (/:=/.test(line.mask)) return null;
  }
  return null;
}

function withoutBy(line: Line): Line {
  const text = line.text.replace(/by$/, '').trimEnd();
  return { indent: line.indent, text: `${text} ?_; ?_`, mask: `${line.mask.slice(0, text.length)} ?_; ?_` };
}

function asRefine([first, ...rest]: readonly Line[]): readonly Line[] {
  if (!first) return rest;
  const deeper = rest.map((line) => ({ ...line, indent: line.indent + 'refine '.length }));
  return [{ indent: first.indent, text: `refine ${first.text}`, mask: `refine ${first.mask}` }, ...deeper];
}

/** Tactics that `;` keeps apart on one line, where nothing in it could hold the `;` for itself. */
export function splitSemicolons(block: Block): readonly Block[] {
  const [line] = block.lines;
  if (!line || block.lines.length > 1 || !line.mask.includes(';')) return [block];
  if (/\bby\b|=>|↦|<;>|:=|\bfun\b|\bcalc\b|\blet\b|\bshow\b|\|/.test(line.mask)) return [block];
  const parts: Block[] = [];
  let from = 0;
  let depth = 0;
  for (let i = 0; i <= line.mask.length; i += 1) {
    const sign = line.mask[i];
    if (sign !== undefined && sign !== ';') depth += depthChange(sign);
    if (sign !== undefined && (sign !== ';' || depth > 0)) continue;
    const part = withoutStart({ ...line, text: line.text.slice(from, i), mask: line.mask.slice(from, i) }, 0);
    if (part) {
      const text = part.text.trimEnd();
      parts.push({ lines: [{ indent: 0, text, mask: part.mask.slice(0, text.length) }], repairs: block.repairs });
    }
    from = i + 1;
  }
  return parts;
}

export const blockText = (block: Block): string => textOfLines(block.lines);
export const blockMask = (block: Block): string => maskOfLines(block.lines);
