import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../storage/paths.ts';

/** The files of our Lean worker program, in the order in which Lean reads them as one text. */
export const PROGRAM_FILES: readonly string[] = ['worker.lean'];

/** The Lean worker program. It is read from the package's `src/` folder, also when the bundle runs. */
export function programText(): string {
  const folder = join(packageRoot(), 'src', 'lean', 'embedded', 'program');
  return PROGRAM_FILES.map((file) => readFileSync(join(folder, file), 'utf8')).join('\n');
}
