import { readFile } from 'node:fs/promises';
import { parse, TomlError } from 'smol-toml';
import { hasCode, storageFailure } from '../storage/failure.ts';
import type { ConfigProblem, Entry } from './origin.ts';

export type ReadTomlResult =
  | { readonly kind: 'read'; readonly entries: readonly Entry[] }
  | { readonly kind: 'absent' }
  | { readonly kind: 'unreadable'; readonly problem: ConfigProblem };

/** Reads a TOML file as entries by whole key (`search.max_nodes`), with the line of each. `shown` is its name in messages, `kind` that of the origins. */
export async function readTomlEntries(
  path: string,
  shown = path,
  kind: 'file' | 'shipped' = 'file',
): Promise<ReadTomlResult> {
  const document = await readToml(path, shown);
  if (document.kind !== 'read') return document;
  const entries = flatten(document.value).map(([key, value]): Entry => {
    return { key, value, origin: { kind, file: shown, line: lineOf(document.text, key) } };
  });
  return { kind: 'read', entries };
}

export type TomlDocument =
  | { readonly kind: 'read'; readonly text: string; readonly value: Readonly<Record<string, unknown>> }
  | Exclude<ReadTomlResult, { kind: 'read' }>;

/** Reads a TOML file; a missing one is no error here. */
export async function readToml(path: string, shown = path): Promise<TomlDocument> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    // A home that is a file has no configuration in it; whoever wants to write there will say so.
    if (hasCode(error, 'ENOENT') || hasCode(error, 'ENOTDIR')) return { kind: 'absent' };
    return { kind: 'unreadable', problem: { key: null, message: storageFailure(error, path, 'read').message } };
  }
  try {
    return { kind: 'read', text, value: parse(text) };
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const [first = 'not valid TOML'] = error.message.split('\n');
    return { kind: 'unreadable', problem: { key: null, message: `${shown}:${error.line}:${error.column}: ${first}` } };
  }
}

function flatten(table: Readonly<Record<string, unknown>>, prefix = ''): readonly (readonly [string, unknown])[] {
  return Object.entries(table).flatMap(([name, value]) => {
    const key = prefix + name;
    return isTable(value) ? flatten(value, `${key}.`) : [[key, value] as const];
  });
}

function isTable(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);
}

/** Line of a key as it is usually written, under its section's header; null when written in a rarer way. */
function lineOf(text: string, key: string): number | null {
  const dot = key.lastIndexOf('.');
  const wanted = { section: key.slice(0, Math.max(0, dot)), name: key.slice(dot + 1) };
  let section = '';
  for (const [i, line] of text.split('\n').entries()) {
    const header = /^\s*\[([^[\]]+)\]/.exec(line)?.[1];
    if (header !== undefined) section = header.trim();
    const name = /^\s*([\w.-]+)\s*=/.exec(line)?.[1];
    if (name !== undefined && (section === '' ? name === key : section === wanted.section && name === wanted.name))
      return i + 1;
  }
  return null;
}
