import { readFile } from 'node:fs/promises';
import { inspect } from 'node:util';

/** A key that does not print: it comes out only where it is asked for. */
export class Secret {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  reveal(): string {
    return this.#text;
  }

  /** The text with every occurrence of the key blotted out: servers have been seen to repeat it in error messages. */
  hideIn(text: string): string {
    return text.replaceAll(this.#text, '[key]');
  }

  toString(): string {
    return '[key]';
  }

  toJSON(): string {
    return '[key]';
  }

  [inspect.custom](): string {
    return '[key]';
  }
}

/** Where a key is kept. It is never part of a configuration. */
export type KeySource =
  | { readonly kind: 'environment'; readonly variable: string }
  | { readonly kind: 'file'; readonly path: string };

/** Where a configuration says that a key is: the variable, else the file; null where it names neither. */
export const keySourceOf = (variable: string, path: string): KeySource | null =>
  variable !== '' ? { kind: 'environment', variable } : path !== '' ? { kind: 'file', path } : null;

export type KeyResult =
  | { readonly kind: 'key'; readonly key: Secret }
  | { readonly kind: 'noKey'; readonly message: string };

/** Reads a key; white space around it is dropped. */
export async function readKey(
  source: KeySource,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<KeyResult> {
  const where = source.kind === 'environment' ? `the variable ${source.variable}` : source.path;
  let text: string;
  if (source.kind === 'environment') text = environment[source.variable] ?? '';
  else {
    try {
      text = await readFile(source.path, 'utf8');
    } catch (error) {
      const reason = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable';
      return { kind: 'noKey', message: `the key file ${source.path} cannot be read (${reason})` };
    }
  }
  const key = text.trim();
  if (key === '') return { kind: 'noKey', message: `${where} holds no key` };
  if (/[^\x21-\x7e]/.test(key))
    return { kind: 'noKey', message: `${where} holds more than a key: expected one word of plain letters and signs` };
  return { kind: 'key', key: new Secret(key) };
}
