import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../storage/paths.ts';

/** The files of our Lean worker program, in the order in which Lean reads them as one text. */
const COMMON_FILES = [
  'Repair',
  'Bounds',
  'Server',
  'Print',
  'Reading',
  'Goals',
  'Steps',
  'Fragments',
  'Environment',
  'Frontend',
  'Theorems',
  'Declarations',
  'Kernel',
  'Allowed',
  'Verdict',
  'Judging',
  'VerdictCommands',
  'Inspect',
  'Dispatch',
] as const;

/** The worker program of the embedded Lean. It is read from the package's `src/` folder, also when the bundle runs. */
export function programText(): string {
  return read([...COMMON_FILES, 'Main']);
}

/** The same program for a native Lean, which needs no repair: it reads requests from its standard input. */
export function nativeProgramText(): string {
  return `import Lean\n${read([...COMMON_FILES.filter((file) => file !== 'Repair'), 'NativeMain'])}`;
}

function read(files: readonly string[]): string {
  const folder = join(packageRoot(), 'src', 'lean', 'embedded', 'program');
  return files.map((file) => readFileSync(join(folder, `${file}.lean`), 'utf8')).join('\n');
}
