import { accessSync, constants, realpathSync, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { cleanLine } from '../text/clean.ts';
import type { DoctorContext } from './check.ts';

/** Longest text of a foreign program that is looked at, in bytes, and shown, in characters. */
const MAXIMUM_OUTPUT = 64 * 1024;
const SHOWN_CHARACTERS = 160;
const DEFAULT_TIMEOUT_MS = 3000;

/** What foreign programs are told of our environment: no tokens, no proxies with passwords. */
const PASSED_ON = [
  'PATH',
  'HOME',
  'USER',
  'LANG',
  'LC_ALL',
  'LC_CTYPE',
  'TERM',
  'TMUX',
  'TMUX_TMPDIR',
  'TMPDIR',
  'ELAN_HOME',
  'ELAN_TOOLCHAIN',
  'LD_LIBRARY_PATH',
  'VIRTUAL_ENV',
  'CONDA_PREFIX',
  'PYENV_ROOT',
  'PYENV_VERSION',
  'PYTHONPATH',
  'CUDA_VISIBLE_DEVICES',
];

export type ProgramAnswer =
  | { readonly kind: 'ran'; readonly exitCode: number; readonly output: string; readonly errors: string }
  | { readonly kind: 'timedOut'; readonly timeoutMs: number }
  | { readonly kind: 'failed'; readonly message: string };

/** Path of a program on the PATH, or null. */
export function findProgram(name: string, { environment }: Pick<DoctorContext, 'environment'>): string | null {
  for (const folder of (environment.PATH ?? '').split(delimiter)) {
    if (folder === '') continue;
    const path = join(folder, name);
    try {
      accessSync(path, constants.X_OK);
      if (statSync(path).isFile()) return path;
    } catch {
      // Not in this folder.
    }
  }
  return null;
}

/** Path behind symbolic links; the path itself where it cannot be told. */
export function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

/** Runs a program that ends by itself, without input, its output bounded and raw. Never rejects. */
export async function runProgram(
  path: string,
  args: readonly string[],
  context: Pick<DoctorContext, 'environment' | 'folder' | 'signal'>,
  timeoutMs: number = DEFAULT_TIMEOUT_MS,
): Promise<ProgramAnswer> {
  const { execa } = await import('execa');
  const env: Record<string, string> = {};
  for (const name of PASSED_ON) {
    const value = context.environment[name];
    if (value !== undefined) env[name] = value;
  }
  const result = await execa(path, args, {
    cwd: context.folder,
    env,
    extendEnv: false,
    stdin: 'ignore',
    reject: false,
    timeout: timeoutMs,
    forceKillAfterDelay: 500,
    maxBuffer: MAXIMUM_OUTPUT,
    ...(context.signal && { cancelSignal: context.signal }),
  });
  if (result.timedOut) return { kind: 'timedOut', timeoutMs };
  const output = String(result.stdout ?? '').slice(0, MAXIMUM_OUTPUT);
  const errors = String(result.stderr ?? '').slice(0, MAXIMUM_OUTPUT);
  if (result.exitCode === undefined) return { kind: 'failed', message: shown(result.shortMessage ?? 'it was ended') };
  return { kind: 'ran', exitCode: result.exitCode, output, errors };
}

/** Text of a foreign program on one line, cleaned and bounded. */
export function shown(raw: string): string {
  const [line = ''] = raw.trim().split(/\r?\n/);
  return cleanLine(line.trim(), ' ', SHOWN_CHARACTERS);
}
