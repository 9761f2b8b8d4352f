import { readPreambleLine, underOpens } from './preamble.ts';

/** A theorem as it stands in Lean source: its name and its statement as one closed term. */
export interface SourceTheorem {
  readonly name: string;
  readonly statement: string;
  readonly line: number;
}

export type LeanFileResult =
  | {
      readonly kind: 'theorems';
      readonly theorems: readonly SourceTheorem[];
      readonly imports: readonly string[];
      /** The `open` lines that hold for the whole file. */
      readonly preamble: readonly string[];
    }
  | { readonly kind: 'unreadable'; readonly message: string };

const OPENERS = '([{⦃⟨';
const CLOSERS = ')]}⦄⟩';
const DECLARATION =
  /^\s*(?:@\[[^\]]*\]\s*)*(?:(?:private|protected|noncomputable|nonrec)\s+)*(?:theorem|lemma|example)(?![\w'.])/;
/** Commands that change what a later statement means; a statement taken out of such a file would not be the same. */
const CONTEXT =
  /^(?:variable|namespace|universe|notation|infixl?|infixr|prefix|postfix|macro|syntax|instance|def|abbrev|structure|class|inductive|axiom|opaque|attribute|local|scoped|noncomputable(?!\s+section\b)|@\[)(?![\w'.])/;
const PREAMBLE = /^(?:open|set_option|import|public\s+import)\s/;

/**
 * Finds the theorems of a Lean file and closes each statement over its binders (`theorem t (x : Nat) : p x` gives
 * `∀ (x : Nat), p x`). What is opened before a theorem is opened in its statement (`open Nat in …`). A file with other commands
 * that statements depend on is refused with the first such line: those need a worker that loads the file.
 */
export function theoremsOfLeanFile(source: string): LeanFileResult {
  const text = blankComments(source.replace(/^\uFEFF/, '').replaceAll('\r\n', '\n'));
  const theorems: SourceTheorem[] = [];
  const imports: string[] = [];
  // What is open in each section around the line, outermost first, and for the next theorem only.
  const scopes: string[][] = [[]];
  let next: string[] = [];
  let offset = 0;
  for (const [i, line] of text.split('\n').entries()) {
    const number = i + 1;
    const refused = (): LeanFileResult => ({
      kind: 'unreadable',
      message: `line ${number} ("${line.trim().slice(0, 60)}") changes what later statements mean; give the statement itself, or load the file in a native worker`,
    });
    if (DECLARATION.test(line)) {
      const header = readHeader(text, offset + (line.match(DECLARATION)?.[0].length ?? 0));
      if (!header)
        return { kind: 'unreadable', message: `the statement that starts at line ${number} has no end (":=" or "by")` };
      const statement = underOpens([...scopes.flat(), ...next], header.statement);
      theorems.push({ name: header.name || `example_line_${number}`, statement, line: number });
      next = [];
    } else if (CONTEXT.test(line)) return refused();
    else if (/^(?:noncomputable\s+)?section\b/.test(line)) scopes.push([]);
    else if (/^end\b/.test(line)) {
      if (scopes.length > 1) scopes.pop();
    } else if (PREAMBLE.test(line)) {
      for (const command of line.split(/(?<=\sin)\s+(?=open\s|set_option\s)/)) {
        const before = /\sin\s*$/.test(command);
        const read = readPreambleLine(before ? command.replace(/\s+in\s*$/, '') : command);
        if (read.kind === 'refused') return refused();
        if (read.kind === 'import') imports.push(read.module);
        if (read.kind === 'open') (before ? next : (scopes.at(-1) ?? [])).push(read.text);
      }
    }
    offset += line.length + 1;
  }
  if (theorems.length === 0) return { kind: 'unreadable', message: 'it holds no theorem, lemma or example' };
  return { kind: 'theorems', theorems, imports, preamble: scopes[0] ?? [] };
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
