import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { givenRunId, runFolder, runsFolder } from '../../src/run/folder.ts';
import { type Manifest, manifestSchema, runTheoremsSchema } from '../../src/run/manifest.ts';
import { replaceFile, syncFolder } from '../../src/storage/atomic-file.ts';
import { hasCode, type StorageFailed, storageFailure } from '../../src/storage/failure.ts';
import { makeFolder } from '../../src/storage/make-folder.ts';
import { parseJson } from '../../src/text/parse-json.ts';
import { unpackRun } from './run-archive.ts';

export type ImportResult =
  | { readonly kind: 'imported'; readonly id: string; readonly files: number; readonly notes: readonly string[] }
  | { readonly kind: 'exists'; readonly message: string }
  | { readonly kind: 'refused'; readonly message: string }
  | StorageFailed;

/**
 * Takes in an exported run under its own id. Commands, programs and files of the machine that it comes from are left out:
 * an archive must start and overwrite nothing. `verifyRun` tells whether its contents fit together.
 */
export async function importRun(home: string, source: string): Promise<ImportResult> {
  if (!existsSync(source)) return { kind: 'exists', message: `there is no file or folder ${source}` };
  const unpacked = await unpackRun(home, source);
  if (unpacked.kind !== 'unpacked') return unpacked;
  const { folder, files } = unpacked;
  try {
    const read = await readUnpacked(folder, source);
    if ('kind' in read) return read;
    const { id } = read;
    const target = runFolder(home, id);
    if (existsSync(target))
      return {
        kind: 'exists',
        message: `run ${id} is there already, in ${runsFolder(home)}: delete it first, or import into another --home`,
      };
    const notes = await disarm(folder, read);
    if ('kind' in notes) return notes;
    await makeFolder(dirname(target));
    await rename(folder, target);
    await syncFolder(dirname(target));
    return { kind: 'imported', id, files, notes };
  } catch (error) {
    return storageFailure(error, source, 'import');
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function readUnpacked(folder: string, source: string): Promise<Manifest | ImportResult> {
  const refused = (why: string): ImportResult => ({ kind: 'refused', message: `${source} is no exported run: ${why}` });
  let texts: readonly string[];
  try {
    texts = await Promise.all(['manifest.json', 'theorems.json'].map((name) => readFile(join(folder, name), 'utf8')));
  } catch (error) {
    if (hasCode(error, 'ENOENT') || hasCode(error, 'EISDIR'))
      return refused('it has no manifest.json and theorems.json');
    throw error;
  }
  const [manifestText = '', theoremsText = ''] = texts;
  const manifest = manifestSchema.safeParse(parseJson(manifestText));
  if (!manifest.success) return refused('its manifest.json is not one of a run');
  const given = givenRunId(manifest.data.id);
  if (given.kind === 'badId' || given.id !== manifest.data.id) return refused('its id is not one of a run');
  if (!runTheoremsSchema.safeParse(parseJson(theoremsText)).success)
    return refused('its theorems.json is not one of a run');
  if (createHash('sha256').update(theoremsText).digest('hex') !== manifest.data.corpus.sha256)
    return refused('its theorems.json is not the one that its manifest names (sha256)');
  return manifest.data;
}

/** Texts that are names and nothing else. */
const harmless: ReadonlySet<string> = new Set([
  'lean.kind',
  'policy.provider',
  'policy.prompt',
  'policy.base',
  'policy.score',
  'openai.model',
  'leancopilot.model',
]);

/**
 * Whether a text among the settings may name a program, a file, a server or a key of the machine that the run comes from: a
 * resumed run takes those of its settings up again that say how it is done. What is not known to be harmless is not.
 */
function isArmed(key: string, value: unknown, origin: string): boolean {
  if (typeof value !== 'string' || value === '' || harmless.has(key) || /^(search|value)\./.test(key)) return false;
  return !/^(default|configs\/search\.toml)/.test(origin);
}

/**
 * Takes out what would start a program on this machine, read or write outside the run's folder, or ask a server that nobody
 * here chose, once the run is resumed. Returns what was left out, in words.
 */
async function disarm(folder: string, manifest: Manifest): Promise<readonly string[] | StorageFailed> {
  const leftOut: Record<string, string> = {};
  const configuration = { ...manifest.configuration };
  for (const [key, { value, origin }] of Object.entries(manifest.configuration)) {
    if (!isArmed(key, value, origin)) continue;
    leftOut[key] = String(value);
    configuration[key] = { value: '', origin: 'default (left out on import)' };
  }
  if (manifest.notify !== null) leftOut['run.notify'] = manifest.notify;
  if (manifest.out !== null) leftOut['--out'] = manifest.out;
  const notes = Object.entries(leftOut).map(([key, value]) => `left out: ${key} = ${value}`);
  if (notes.length === 0) return notes;
  const disarmed = { ...manifest, configuration, notify: null, out: null };
  const written = await replaceFile(join(folder, 'manifest.json'), `${JSON.stringify(disarmed, null, 2)}\n`);
  return written.kind === 'storageFailed' ? written : notes;
}
