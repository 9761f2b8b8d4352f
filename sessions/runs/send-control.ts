import { appendFile } from 'node:fs/promises';
import type { Control } from '../../src/run/control.ts';
import { runFile } from '../../src/run/folder.ts';
import { type StorageFailed, storageFailure } from '../../src/storage/failure.ts';

/**
 * Leaves a wish for the process that works on a run. One short line is one write, so wishes of several who watch do not
 * mix. Whether anybody is there to read it, `RunReader.holder` tells.
 */
export async function sendControl(home: string, run: string, control: Control): Promise<StorageFailed | null> {
  const path = runFile(home, run, 'control.jsonl');
  try {
    await appendFile(path, `${JSON.stringify(control)}\n`);
    return null;
  } catch (error) {
    return storageFailure(error, path, 'write');
  }
}
