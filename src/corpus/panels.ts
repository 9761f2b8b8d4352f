import { existsSync, statSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { packageRoot } from '../storage/paths.ts';
import { type CorpusReference, isSplit, splitReference } from './split.ts';
import { type ReadListOptions, readTheoremList, type TheoremListResult } from './theorem-list.ts';

const panelFolder = (): string => join(packageRoot(), 'presets', 'panels');

/** Names of the theorem lists that come with proofdeck, sorted. */
export async function panelNames(): Promise<string[]> {
  const files = await readdir(panelFolder());
  return files
    .filter((file) => file.endsWith('.json'))
    .map((file) => file.slice(0, -'.json'.length))
    .toSorted();
}

/**
 * Reads a corpus by reference: the name of a panel that comes with proofdeck, or the path of a theorem list, a dataset, a Lean file, or a
 * folder of a benchmark. `#valid` behind it takes that split, `@` and the beginning of a hash makes sure that it is still the same list.
 *
 * @example readCorpus('data/minif2f.jsonl#valid')
 */
export async function readCorpus(reference: string, options: ReadListOptions = {}): Promise<TheoremListResult> {
  const { place, split, hash }: CorpusReference = existsSync(reference)
    ? { place: reference }
    : splitReference(reference);
  const wanted = { ...options, ...(options.split === undefined && split !== undefined && { split }) };
  const read = await readPlace(place, wanted);
  if (read.kind === 'unreadable' || hash === undefined || read.sha256.startsWith(hash)) return read;
  const message = `${place} is not the list that ${reference} means: the hash of its theorems begins ${read.sha256.slice(0, hash.length)}`;
  return { kind: 'unreadable', message };
}

async function readPlace(place: string, wanted: ReadListOptions): Promise<TheoremListResult> {
  if (/^[\w-]+$/.test(place)) {
    const path = join(panelFolder(), `${place}.json`);
    if (existsSync(path)) return readTheoremList(path, wanted);
    if (!existsSync(place)) {
      const message = `no corpus is called "${place}" and no such file exists; there are ${(await panelNames()).join(', ')}`;
      return { kind: 'unreadable', message };
    }
  }
  if (existsSync(place) && statSync(place).isDirectory()) return readFolder(place, wanted);
  return readTheoremList(place, wanted);
}

const CORPUS_FILE = /\.(?:lean|jsonl?)$/;

/** The one file of a benchmark's folder that holds a split, such as `MiniF2F/Valid.lean`. */
async function readFolder(folder: string, options: ReadListOptions): Promise<TheoremListResult> {
  const { split } = options;
  if (split === undefined)
    return { kind: 'unreadable', message: `${folder} is a folder; say which split of it is meant: ${folder}#valid` };
  const files = (await readdir(folder, { recursive: true })).filter(
    (file) => CORPUS_FILE.test(file) && !file.split('/').some((part) => part.startsWith('.')) && isSplit(file, split),
  );
  const [file] = files;
  if (file !== undefined && files.length === 1) return readTheoremList(join(folder, file), options);
  const message =
    files.length === 0
      ? `${folder} has no .lean, .json or .jsonl file for the split "${split}"`
      : `${folder} has ${files.length} files for the split "${split}", such as ${files.slice(0, 3).join(', ')}; name the file`;
  return { kind: 'unreadable', message };
}
