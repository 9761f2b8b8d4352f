import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { hasCode } from './failure.ts';

/**
 * Makes a folder and those above it that are missing; rejects as `mkdir` does.
 *
 * Not done with `recursive: true`: Node 26 then tries for ever where a file system answers "no such file" to making a
 * folder, as `/proc` does.
 */
export async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path);
  } catch (error) {
    if (hasCode(error, 'EEXIST') && (await stat(path)).isDirectory()) return;
    if (!hasCode(error, 'ENOENT') || dirname(path) === path) throw error;
    await makeFolder(dirname(path));
    await mkdir(path).catch((again: unknown) => {
      // Another process may have made it in between.
      if (!hasCode(again, 'EEXIST')) throw again;
    });
  }
}
