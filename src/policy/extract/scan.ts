/** Lean code with its comments blanked out. `code` and `mask` have the same length and the same line breaks. */
export interface ScannedCode {
  /** Spaces in place of comments, so that columns stay. */
  readonly code: string;
  /** As `code`, with an `x` for each sign inside of strings, characters and `«…»`: structure can be read off it. */
  readonly mask: string;
  /** Where a block comment begins that never ends; null when there is none. */
  readonly unclosedComment: number | null;
}

const LITERAL = /"(?:\\.|[^"\\\n])*"|«[^»\n]*»|'(?:\\u\{?[0-9a-fA-F]+\}?|\\x[0-9a-fA-F]{2}|\\.|[^'\\\n])'/uy;
const PLAIN_RUN = /[^"«'/-]+/y;

/**
 * Blanks out `--` and nested `/- -/` comments and marks literals, in one pass. A string ends on its line; a quotation mark without
 * a partner there is a plain sign.
 */
export function scanCode(text: string): ScannedCode {
  const code: string[] = [];
  const mask: string[] = [];
  const both = (part: string) => {
    code.push(part);
    mask.push(part);
  };
  let i = 0;
  // Up to where no such mark has a partner: to look for it again at every mark would take time without bound.
  const unpaired: Record<string, number> = { '"': 0, '«': 0 };
  while (i < text.length) {
    PLAIN_RUN.lastIndex = i;
    const run = PLAIN_RUN.exec(text)?.[0];
    if (run !== undefined) {
      both(run);
      i += run.length;
      continue;
    }
    const two = text.slice(i, i + 2);
    if (two === '--') {
      const end = lineEnd(text, i);
      both(' '.repeat(end - i));
      i = end;
    } else if (two === '/-') {
      const end = commentEnd(text, i);
      if (end === null) {
        both(blank(text.slice(i)));
        return { code: code.join(''), mask: mask.join(''), unclosedComment: i };
      }
      both(blank(text.slice(i, end)));
      i = end;
    } else {
      const sign = text.charAt(i);
      const literal = i < (unpaired[sign] ?? 0) ? null : literalAt(text, i);
      if (literal === null && sign in unpaired) unpaired[sign] = lineEnd(text, i);
      code.push(literal ?? sign);
      mask.push(literal === null ? sign : 'x'.repeat(literal.length));
      i += literal?.length ?? 1;
    }
  }
  return { code: code.join(''), mask: mask.join(''), unclosedComment: null };
}

/** A quotation mark after a name is part of the name: `h'`. */
function literalAt(text: string, i: number): string | null {
  if (text[i] === "'" && /[\p{L}\p{N}_'!?₀-₉]/u.test(text[i - 1] ?? ' ')) return null;
  LITERAL.lastIndex = i;
  return LITERAL.exec(text)?.[0] ?? null;
}

function lineEnd(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return end < 0 ? text.length : end;
}

function commentEnd(text: string, from: number): number | null {
  const marks = /\/-|-\//g;
  marks.lastIndex = from;
  let depth = 0;
  for (let match = marks.exec(text); match; match = marks.exec(text)) {
    depth += match[0] === '/-' ? 1 : -1;
    if (depth === 0) return marks.lastIndex;
  }
  return null;
}

const blank = (text: string): string => text.replace(/[^\n]/g, ' ');
