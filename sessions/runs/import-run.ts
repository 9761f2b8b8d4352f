import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { givenRunId, runFolder, runsFolder } from '../../src/run/folder.ts';
import { type Manifest, manifestSchema, runTheoremsSchema } from '../../src/run/manifest.ts';
import { replaceFile, syncFolder } from '../../src/storage/atomic-file.ts';
import { hasCode, type StorageFailed, storageFailure } from '../../src/storage/failure.ts';
import { makeFolder } from '../../src/storage/make-folder.ts';
import { unpackRun } from './run-archive.ts';

export type ImportResult =
  | { readonly kind: 'imported'; readonly id: string; readonly files: number; readonly notes: readonly string[] }
  | { readonly kind: 'exists'; readonly message: string }
  | { readonly kind: 'refused'; readonly message: string }
  | StorageFailed;

/**
 * Takes in an exported run under its own id. What it is told to start on this machine when it ends is left out: an
 * archive must not run commands. `verifyRun` tells whether its contents fit together.
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
    if (!Array.isArray(notes)) return notes as StorageFailed;
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
  const manifest = manifestSchema.safeParse(parsed(manifestText));
  if (!manifest.success) return refused('its manifest.json is not one of a run');
  const given = givenRunId(manifest.data.id);
  if (given.kind === 'badId' || given.id !== manifest.data.id) return refused('its id is not one of a run');
  if (!runTheoremsSchema.safeParse(parsed(theoremsText)).success)
    return refused('its theorems.json is not one of a run');
  if (createHash('sha256').update(theoremsText).digest('hex') !== manifest.data.corpus.sha256)
    return refused('its theorems.json is not the one that its manifest names (sha256)');
  return manifest.data;
}

/** Takes out what would start something on this machine, and tells what a resumed run would talk to. */
async function disarm(folder: string, manifest: Manifest): Promise<readonly string[] | StorageFailed> {
  const notes: string[] = [];
  if (manifest.provider.url !== null)
    notes.push(
      `resuming it asks ${manifest.provider.url} for tactics, where it came from the provider "${manifest.provider.name}"`,
    );
  if (manifest.notify === null) return notes;
  notes.push(`its --notify command was left out: ${manifest.notify}`);
  const written = await replaceFile(
    join(folder, 'manifest.json'),
    `${JSON.stringify({ ...manifest, notify: null }, null, 2)}\n`,
  );
  return written.kind === 'storageFailed' ? written : notes;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
