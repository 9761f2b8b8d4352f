/** What a line before a theorem does to its statement. */
export type PreambleLine =
  /** `open …`, to be put before the statement. */
  | { readonly kind: 'open'; readonly text: string }
  /** Changes nothing about what a statement means, or is decided elsewhere: imports and limits. */
  | { readonly kind: 'ignored' }
  | { readonly kind: 'import'; readonly module: string }
  | { readonly kind: 'refused' };

/** Options that say how long and how loudly Lean works, and not what a statement means. */
const HARMLESS =
  /^(?:maxHeartbeats|maxRecDepth|synthInstance\.\w+|linter\.[\w.]+|pp\.[\w.]+|relaxedAutoImplicit|autoImplicit|trace\.[\w.]+|exponentiation\.threshold)$/;

/** Reads one command of a preamble, such as `open Nat Real` or `set_option maxHeartbeats 400000`. */
export function readPreambleLine(line: string): PreambleLine {
  const text = line.trim();
  if (text === '') return { kind: 'ignored' };
  const imported = /^(?:public\s+)?import\s+(?:all\s+)?(\S+)$/.exec(text)?.[1];
  if (imported !== undefined) return { kind: 'import', module: imported };
  if (/^open(?:\s|$)/.test(text)) return { kind: 'open', text: text.replaceAll(/\s+/g, ' ') };
  const option = /^set_option\s+(\S+)\s/.exec(text)?.[1];
  if (option !== undefined && HARMLESS.test(option)) return { kind: 'ignored' };
  return { kind: 'refused' };
}

/** A statement under these `open` lines, as one term. */
export function underOpens(opens: readonly string[], statement: string): string {
  return [...opens.map((open) => `${open} in`), statement].join(' ');
}

export type PreambleResult =
  | { readonly kind: 'preamble'; readonly opens: readonly string[]; readonly imports: readonly string[] }
  | { readonly kind: 'refused'; readonly line: string };

/** Reads a whole preamble: its `open` lines and imports, or the first line that cannot be applied to a statement. */
export function readPreamble(lines: readonly string[]): PreambleResult {
  const opens: string[] = [];
  const imports: string[] = [];
  for (const line of lines) {
    const read = readPreambleLine(line.replace(/--.*$/, ''));
    if (read.kind === 'refused') return { kind: 'refused', line: line.trim() };
    if (read.kind === 'open') opens.push(read.text);
    if (read.kind === 'import') imports.push(read.module);
  }
  return { kind: 'preamble', opens, imports };
}
