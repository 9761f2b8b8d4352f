import { readFile, stat } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import { readResult, resultSetOf } from '../../src/run/read-results.ts';
import type { ResultSet } from '../../src/run/result-set.ts';
import { resultDocument } from '../../src/run/results.ts';
import { hasCode, storageFailure } from '../../src/storage/failure.ts';
import { findRun, openRun, type RunReader } from './run-reader.ts';

export type LoadResult =
  | { readonly kind: 'result'; readonly result: ResultSet }
  /** No such file or run, or a file that is no result. */
  | { readonly kind: 'noResult'; readonly message: string };

/**
 * Loads a result by what a person calls it: a result file of ours or of the reference, a folder with `results.json`, or a
 * run (its id, a unique beginning, `last`). A file comes before a run of the same name. Relative paths start at `folder`.
 */
export async function loadResult(home: string, given: string, folder: string = process.cwd()): Promise<LoadResult> {
  const path = join(given.startsWith('/') ? '' : folder, given);
  const file = await resultFile(path);
  if (file !== null) {
    try {
      return readResult(await readFile(file, 'utf8'), given, basename(given, extname(given)));
    } catch (error) {
      return { kind: 'noResult', message: storageFailure(error, file, 'read the result').message };
    }
  }
  const found = await findRun(home, given);
  if (found.kind === 'noSuchRun')
    return { kind: 'noResult', message: `there is no result file ${given}, and ${found.message}` };
  const opened = await openRun(home, found.id);
  if (opened.kind !== 'run') return { kind: 'noResult', message: opened.message };
  return { kind: 'result', result: resultOfRun(opened.run) };
}

/** A run as comparisons need it, finished or not. */
export function resultOfRun({ id, manifest, state }: RunReader): ResultSet {
  return resultSetOf(resultDocument(manifest, state), id, id.startsWith('adhoc/') ? id.slice('adhoc/'.length) : id);
}

/** The file to read; null when there is nothing at the path, or a folder without a result. */
async function resultFile(path: string): Promise<string | null> {
  try {
    if (!(await stat(path)).isDirectory()) return path;
    const inside = join(path, 'results.json');
    return (await stat(inside)).isFile() ? inside : null;
  } catch (error) {
    if (hasCode(error, 'ENOENT') || hasCode(error, 'ENOTDIR')) return null;
    throw error;
  }
}
