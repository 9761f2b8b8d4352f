import { closeSync, fstatSync, openSync, readSync, writeSync } from 'node:fs';
import { cleanLine } from '../../text/clean.ts';
import type { Secret } from '../http/secret.ts';

const tailBytes = 64 * 1024;
const longestLine = 300;

/** The last lines of a log, clean, without keys and of bounded length; none when it cannot be read. */
export function lastLines(path: string, most: number, keys: readonly Secret[] = []): readonly string[] {
  const text = keys.reduce((shown, key) => key.hideIn(shown), tail(path));
  return text
    .split(/[\n\r]+/)
    .map((line) => cleanLine(line, ' ', longestLine).trimEnd())
    .filter((line) => line.trim() !== '')
    .slice(-most);
}

function tail(path: string): string {
  try {
    const file = openSync(path, 'r');
    try {
      const { size } = fstatSync(file);
      const bytes = Buffer.alloc(Math.min(size, tailBytes));
      readSync(file, bytes, 0, bytes.length, size - bytes.length);
      return bytes.toString('utf8');
    } finally {
      closeSync(file);
    }
  } catch {
    return '';
  }
}

/** Logs of servers are long; keys stand where a server prints its arguments, at the beginning. */
const searchedBytes = 4 * 1024 * 1024;

/**
 * Writes stars over every key in the beginning of a log, in place: SGLang prints all its arguments, keys among them. The server may go on
 * writing meanwhile.
 */
export function blotOut(path: string, keys: readonly Secret[]): void {
  if (keys.length === 0) return;
  let file: number;
  try {
    file = openSync(path, 'r+');
  } catch {
    return;
  }
  try {
    const bytes = Buffer.alloc(Math.min(fstatSync(file).size, searchedBytes));
    const beginning = bytes.subarray(0, readSync(file, bytes, 0, bytes.length, 0));
    for (const key of keys) {
      const word = Buffer.from(key.reveal());
      for (let at = beginning.indexOf(word); at !== -1; at = beginning.indexOf(word, at + word.length))
        writeSync(file, Buffer.alloc(word.length, '*'), 0, word.length, at);
    }
  } finally {
    closeSync(file);
  }
}
