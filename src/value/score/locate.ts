import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { nearest } from '../../config/nearest.ts';

/** The head's file in the folder of a model. */
export const HEAD_FILE = 'model.onnx';

export interface ModelPlaces {
  /** Folder of sessions, runs and models. */
  readonly home: string;
  /** Where relative paths begin. */
  readonly folder: string;
}

export type LocatedModel =
  | {
      readonly kind: 'located';
      /** What it is called: its name in the home, else that of its folder or file. */
      readonly name: string;
      readonly file: string;
    }
  | { readonly kind: 'missing'; readonly message: string };

/** The folder of the value models that can be named. */
export function modelsFolder(home: string): string {
  return join(home, 'models', 'ebm');
}

/** The names of the value models in a home, sorted; trainings that have not come to a head are none. */
async function modelNames(home: string): Promise<readonly string[]> {
  const folder = modelsFolder(home);
  const names = await readdir(folder).catch(() => []);
  const kinds = await Promise.all(names.map((name) => kindOf(join(folder, name, HEAD_FILE))));
  return names.filter((_, i) => kinds[i] === 'file').toSorted();
}

/** Finds the head of a value model that is given by its name in the home, its folder or its file. */
export async function locateModel(given: string, { home, folder }: ModelPlaces): Promise<LocatedModel> {
  const isName = /^[^/\\]+$/.test(given) && given !== '.' && given !== '..';
  const named = join(modelsFolder(home), given);
  if (isName && (await kindOf(named)) === 'folder') return inFolder(given, given, named);
  const path = resolve(folder, given);
  switch (await kindOf(path)) {
    case 'file':
      return { kind: 'located', name: nameOfFile(path), file: path };
    case 'folder':
      return inFolder(given, basename(path), path);
    case null: {
      if (!isName) return missing(given, `there is no file or folder ${path}`);
      const names = await modelNames(home);
      const near = nearest(given, names);
      const there = names.length === 0 ? 'there is none yet' : `there are: ${names.join(', ')}`;
      return missing(
        given,
        `no model of that name is in ${modelsFolder(home)}${near === null ? ` (${there})` : `; did you mean ${near}?`}, and no file or folder ${path}`,
      );
    }
  }
}

async function inFolder(given: string, name: string, folder: string): Promise<LocatedModel> {
  const file = join(folder, HEAD_FILE);
  if ((await kindOf(file)) === 'file') return { kind: 'located', name, file };
  const inside: readonly string[] = await readdir(folder).catch(() => []);
  const heads = inside.filter((one) => one.endsWith('.onnx'));
  if (heads.length > 0)
    return missing(given, `${folder} has no ${HEAD_FILE}, but ${heads.join(', ')}: name that file if it is the one`);
  if (inside.some((one) => one.endsWith('.mpk') || one === 'energy_head_config.json'))
    return missing(given, `${folder} holds a head of BurnQED: bring it in with "proofdeck ebm import ${given}"`);
  if (inside.includes('checkpoints') || inside.includes('events.jsonl'))
    return missing(given, `${folder} has no ${HEAD_FILE}: its training has not come to one yet`);
  return missing(given, `${folder} has no ${HEAD_FILE}; it may have been renamed or removed`);
}

/** `x/model.onnx` is called `x`, `x/best.onnx` is `best`. */
function nameOfFile(path: string): string {
  return basename(path) === HEAD_FILE ? basename(dirname(path)) : basename(path, '.onnx');
}

async function kindOf(path: string): Promise<'file' | 'folder' | null> {
  const found = await stat(path).catch(() => null);
  return found === null ? null : found.isDirectory() ? 'folder' : 'file';
}

function missing(given: string, why: string): LocatedModel {
  return { kind: 'missing', message: `the value model "${given}" cannot be found: ${why}` };
}
