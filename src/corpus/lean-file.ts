/** A theorem as it stands in Lean source: its name and its statement as one closed term. */
export interface SourceTheorem {
  readonly name: string;
  readonly statement: string;
  readonly line: number;
}

export type LeanFileResult =
  | { readonly kind: 'theorems'; readonly theorems: readonly SourceTheorem[] }
  | { readonly kind: 'unreadable'; readonly message: string };

const OPENERS = '([{⦃⟨';
const CLOSERS = ')]}⦄⟩';
const DECLARATION = /^(?:theorem|lemma|example)(?![\w'.])/;
/** Commands that change what a later statement means; a statement taken out of such a file would not be the same. */
const CONTEXT =
  /^(?:variable|open|namespace|section|universe|notation|infixl?|infixr|prefix|postfix|macro|syntax|instance|def|abbrev|structure|class|inductive|axiom|opaque|attribute|set_option|local|scoped)(?![\w'.])/;

/**
 * Finds the theorems of a Lean file and closes each statement over its binders (`theorem t (x : Nat) : p x` gives
 * `∀ (x : Nat), p x`). A file with commands that statements depend on is refused with the first such line: those need a
 * worker that loads the file.
 */
export function theoremsOfLeanFile(source: string): LeanFileResult {
  const text = blankComments(source.replace(/^\uFEFF/, '').replaceAll('\r\n', '\n'));
  const theorems: SourceTheorem[] = [];
  let offset = 0;
  for (const line of text.split('\n')) {
    const number = text.slice(0, offset).split('\n').length;
    if (CONTEXT.test(line)) {
      const message = `line ${number} ("${line.trim().slice(0, 60)}") changes what later statements mean; give the statement itself, or load the file in a native worker`;
      return { kind: 'unreadable', message };
    }
    if (DECLARATION.test(line)) {
      const header = readHeader(text, offset + (line.match(DECLARATION)?.[0].length ?? 0));
      if (!header)
        return { kind: 'unreadable', message: `the statement that starts at line ${number} has no end (":=" or "by")` };
      theorems.push({ name: header.name || `example_line_${number}`, statement: header.statement, line: number });
    }
    offset += line.length + 1;
  }
  if (theorems.length === 0) return { kind: 'unreadable', message: 'it holds no theorem, lemma or example' };
  return { kind: 'theorems', theorems };
}

function readHeader(text: string, start: number): { name: string; statement: string } | undefined {
  const nameMatch = /^\s*((?:[^\s:({[⦃«]|«[^»]*»)*)/.exec(text.slice(start));
  const name = nameMatch?.[1] ?? '';
  let at = start + (nameMatch?.[0].length ?? 0);
  const bindersFrom = at;
  const colon = findAtTopLevel(text, at, (i) => text[i] === ':' && text[i + 1] !== '=');
  if (colon === undefined) return undefined;
  const binders = text.slice(bindersFrom, colon).trim();
  at = colon + 1;
  const end = findAtTopLevel(text, at, (i) => text.startsWith(':=', i)) ?? text.length;
  const type = text
    .slice(at, end)
    .trim()
    .replace(/\s*\n\s*/g, ' ');
  if (type === '') return undefined;
  return { name, statement: binders === '' ? type : `∀ ${binders.replace(/\s*\n\s*/g, ' ')}, ${type}` };
}

function findAtTopLevel(text: string, from: number, here: (index: number) => boolean): number | undefined {
  let depth = 0;
  for (let i = from; i < text.length; i++) {
    const char = text[i] as string;
    if (depth === 0 && here(i)) return i;
    if (OPENERS.includes(char)) depth += 1;
    else if (CLOSERS.includes(char)) depth -= 1;
    if (depth < 0) return undefined;
  }
  return undefined;
}

/** Replaces comments by spaces, so that offsets and line numbers stay. Block comments nest. */
function blankComments(text: string): string {
  let out = '';
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    if (text.startsWith('/-', i)) depth += 1;
    if (depth === 0 && text.startsWith('--', i)) {
      const end = text.indexOf('\n', i);
      const stop = end < 0 ? text.length : end;
      out += ' '.repeat(stop - i);
      i = stop - 1;
      continue;
    }
    const char = text[i] as string;
    out += depth > 0 && char !== '\n' ? ' ' : char;
    if (depth > 0 && text.startsWith('-/', i)) {
      depth -= 1;
      out += ' ';
      i += 1;
    }
  }
  return out;
}
