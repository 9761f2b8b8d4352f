import { replaceFile } from '../../src/storage/atomic-file.ts';
import { CommandExit, EXIT } from '../context.ts';

/** Writes a JSON document as a whole, or ends the command. */
export async function writeDocument(path: string, document: unknown): Promise<void> {
  const written = await replaceFile(path, `${JSON.stringify(document, null, 1)}\n`);
  if (written.kind === 'storageFailed') throw new CommandExit(EXIT.failed, written.message);
}
