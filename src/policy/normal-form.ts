const PIECE = /"(?:\\.|[^"\\])*"|<;>|=>|[ \t]+|\S/gu;
/** Words with single blanks between them have nothing that could be written otherwise. */
const PLAIN = /^[\w'.?!]+(?: [\w'.?!]+)*$/;
const SPELLINGS: readonly (readonly [RegExp, string])[] = [
  [/<->/g, '↔'],
  [/(<-|←)\s*/g, '←'],
  [/->/g, '→'],
  [/↦/g, '=>'],
  [/\bλ/g, 'fun '],
];

/**
 * The form under which two texts of a tactic count as the same try: comments, white space (indentation kept as a
 * depth), trailing `;`, parentheses around the whole tactic or around the whole argument of `exact`, `apply` and
 * `refine`, and ASCII spellings of arrows mean nothing. Idempotent; empty when nothing is left.
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
  const lines = stripComments(tactic.replace(/\r\n?/g, '\n')).split('\n');
  const depths: number[] = [];
  const out: string[] = [];
  for (const line of lines) {
    const body = normalLine(line.trim());
    if (body === '') continue;
    const indent = line.length - line.trimStart().length;
    while (depths.length > 0 && (depths.at(-1) ?? 0) > indent) depths.pop();
    if (depths.at(-1) !== indent) depths.push(indent);
    out.push('  '.repeat(depths.length - 1) + body);
  }
  return unwrapAll(out);
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

/** `--` to the end of the line and nested block comments, outside strings. */
function stripComments(text: string): string {
  let out = '';
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    const two = text.slice(i, i + 2);
    if (two === '/-') {
      depth++;
      i++;
    } else if (depth > 0) {
      if (two === '-/') {
        depth--;
        i++;
        if (depth === 0) out += ' ';
      } else if (text[i] === '\n') out += '\n';
    } else if (text[i] === '"') {
      const end = /^"(?:\\.|[^"\\])*"?/u.exec(text.slice(i))?.[0] ?? '"';
      out += end;
      i += end.length - 1;
    } else if (two === '--') {
      while (i + 1 < text.length && text[i + 1] !== '\n') i++;
    } else out += text[i];
  }
  return out;
}

function normalLine(line: string): string {
  let out = '';
  for (const piece of line.match(PIECE) ?? []) {
    if (piece.startsWith('"')) out += piece;
    else if (/^[ \t]/.test(piece)) out += /[([⟨{]$/.test(out) ? '' : ' ';
    else if (/^[)\]⟩},;]$/u.test(piece)) out = `${out.trimEnd()}${piece}`;
    else if (piece === '<;>') out = `${out.trimEnd()} <;> `;
    else out += piece;
    if (piece === ',' || piece === ';') out += ' ';
    if (piece === '<;>' || piece === ',' || piece === ';') continue;
    out = out.replace(/ {2,}$/, ' ');
  }
  return respell(out.replace(/^(\p{L}[\p{L}_]*)\[/u, '$1 [').trimEnd());
}

/** Spaces doubled by the pieces above, and arrows, outside strings. */
function respell(text: string): string {
  return text
    .split(/("(?:\\.|[^"\\])*")/u)
    .map((part, i) => {
      if (i % 2 === 1) return part;
      let plain = part.replace(/ {2,}/g, ' ');
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
