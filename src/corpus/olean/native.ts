import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { childEnvironment } from '../../lean/native/child.ts';
import { privateHome } from '../../lean/native/source.ts';
import { findProgram, leanVersion, missing, projectFailure, runShort } from '../../lean/native/toolchain.ts';
import type { Compile, CompileError, CompileResult } from './select.ts';

export interface NativeCompiler {
  readonly kind: 'compiler';
  readonly compile: Compile;
  readonly toolchain: string;
  /** The Lean file, in the project. */
  readonly sourceFile: string;
  /** The compiled module, where `import NAME` finds it. */
  readonly oleanFile: string;
  /** Removes what was only needed to compile. */
  close(): void;
}
export type OpenCompiler = NativeCompiler | { readonly kind: 'startFailed'; readonly message: string };

export interface CompilerOptions {
  /** Name of the module, `BenchMiniF2F`. */
  readonly module: string;
  readonly project: string;
  /** `lake`, when it is not to be searched for. */
  readonly lake?: string;
  readonly signal?: AbortSignal;
}

/** Mathlib alone takes a minute to be loaded from a cold disk. */
const TIMEOUT_MS = 3_600_000;
const MAXIMUM_OUTPUT = 64_000_000;

/** Finds `lake` and where the project keeps its compiled modules. */
export async function openNativeCompiler(options: CompilerOptions): Promise<OpenCompiler> {
  const { module, signal } = options;
  const project = resolve(options.project);
  const failure = projectFailure(project);
  if (failure) return failure;
  const wanted = options.lake ?? 'lake';
  const lake = findProgram(wanted);
  if (!lake) return missing(wanted);
  const home = privateHome();
  const paths = await runShort([lake, 'env', 'printenv', 'LEAN_PATH'], project, home);
  const close = (): void => removeFolder(home);
  if (paths.code !== 0) {
    close();
    return { kind: 'startFailed', message: `"lake env" fails in ${project}: ${paths.stderr || 'it says nothing'}` };
  }
  // The project's own modules come from a folder of its own; those of its dependencies from theirs.
  const own = join(project, '.lake', 'build', 'lib');
  const folder =
    paths.stdout
      .split(':')
      .map((path) => resolve(project, path))
      .find((path) => path === own || path.startsWith(join(own, '/'))) ?? join(own, 'lean');
  const sourceFile = join(project, `${module}.lean`);
  const oleanFile = join(folder, `${module}.olean`);
  const compile: Compile = async ({ text }) => {
    mkdirSync(dirname(oleanFile), { recursive: true });
    writeFileSync(sourceFile, text);
    const argv = ['env', 'lean', '-o', oleanFile, basename(sourceFile)];
    const { execa } = await import('execa');
    const run = await execa(lake, argv, {
      cwd: project,
      env: childEnvironment(home),
      extendEnv: false,
      stdin: 'ignore',
      reject: false,
      timeout: TIMEOUT_MS,
      forceKillAfterDelay: 1000,
      maxBuffer: MAXIMUM_OUTPUT,
      ...(signal && { cancelSignal: signal }),
    });
    return readCompilerOutput(String(run.stdout ?? ''), String(run.stderr ?? ''), run.exitCode, run.shortMessage);
  };
  const toolchain = (await leanVersion([lake, 'env', 'lean'], project, home)) ?? 'unknown';
  return { kind: 'compiler', compile, toolchain, sourceFile, oleanFile, close };
}

/** Lean's report: `FILE:LINE:COLUMN: error: …`, going on in the lines below; warnings about `sorry` are no errors. */
export function readCompilerOutput(
  stdout: string,
  stderr: string,
  exitCode: number | undefined,
  shortMessage = '',
): CompileResult {
  const errors: { line: number; column: number; message: string }[] = [];
  let current: (typeof errors)[number] | null = null;
  for (const line of `${stdout}\n${stderr}`.split('\n')) {
    const [, at, column, severity, message] =
      /^[^\s:][^:]*:(\d+):(\d+): (error|warning|info)(?:\([^)]*\))?: ?(.*)$/.exec(line) ?? [];
    if (severity !== undefined) {
      current = severity === 'error' ? { line: Number(at), column: Number(column), message: message ?? '' } : null;
      if (current) errors.push(current);
    } else if (current && line !== '') current.message += `\n${line}`;
  }
  const read: readonly CompileError[] = errors;
  if (exitCode === 0 || read.length > 0) return { kind: 'compiled', errors: read };
  const output = `${stdout}\n${stderr}`.trim();
  return {
    kind: 'failed',
    message: `lake env lean ended with ${exitCode === undefined ? shortMessage : `code ${exitCode}`}: ${output.slice(0, 2000) || 'it says nothing'}`,
  };
}

function removeFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
}
