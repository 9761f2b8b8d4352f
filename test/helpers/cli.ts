import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { join } from 'node:path';
import { packageRoot } from '../../src/storage/paths.ts';
import { testCacheRoot } from './lean.ts';

export interface CliResult {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly out: string;
  readonly err: string;
}

/** Starts the program as a person would, through the launcher, with sessions in `home`. */
export function startCli(
  home: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): ChildProcessWithoutNullStreams {
  const { NODE_ENV: _, CI: __, ...inherited } = process.env;
  return spawn(process.execPath, [join(packageRoot(), 'bin', 'proofdeck.cjs'), ...args], {
    env: { ...inherited, PROOFDECK_HOME: home, PROOFDECK_CACHE: testCacheRoot(), ...environment },
    cwd: packageRoot(),
  });
}

/** Runs it to its end. */
export async function runCli(
  home: string,
  args: readonly string[],
  options: { readonly input?: string; readonly environment?: Readonly<Record<string, string>> } = {},
): Promise<CliResult> {
  const child = startCli(home, args, options.environment);
  const out: Buffer[] = [];
  const err: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
  child.stdin.end(options.input ?? '');
  return new Promise((resolve) =>
    child.on('close', (code, signal) =>
      resolve({ code, signal, out: Buffer.concat(out).toString(), err: Buffer.concat(err).toString() }),
    ),
  );
}
