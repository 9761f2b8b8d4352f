import { createHash } from 'node:crypto';
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { nativeProgramText } from '../embedded/program.ts';
import { type Dialect, PROOFDECK_DIALECT } from '../protocol/dialect.ts';
import type { StartFailed } from '../transport.ts';
import type { OpenSource, WorkerKind, WorkerKindOptions } from '../workers.ts';
import { memoryNeed, nativeDefaultWorkers, nativeMemoryObjection, privateHome, processSource } from './source.ts';
import { findProgram, leanVersion, missing, projectFailure } from './toolchain.ts';

/** Our program again, but with a clock inside, as nothing outside can interrupt a native Lean. */
const DIALECT: Dialect = { ...PROOFDECK_DIALECT, name: 'proofdeck on native Lean', timeoutOption: true };

/** A native Lean that runs our worker program, in a project or alone. */
export const leanKind: WorkerKind = {
  name: 'lean',
  summary: 'a native Lean running our worker program (lake env lean), for projects such as Mathlib',
  defaultWorkers: nativeDefaultWorkers,
  open,
  objection: (options, workers) => {
    const located = locate(options);
    return located.kind === 'startFailed' ? located : nativeMemoryObjection(options, workers, 'lean');
  },
};

interface Located {
  readonly kind: 'located';
  readonly program: string;
  readonly folder: string | undefined;
}

/** The program and the project, without running anything. */
function locate({ nativePath, projectFolder }: WorkerKindOptions): Located | StartFailed {
  const folder = projectFolder === undefined ? undefined : resolve(projectFolder);
  const projectProblem = folder === undefined ? null : projectFailure(folder);
  if (projectProblem) return projectProblem;
  // In a project lake says which Lean it is, and where compiled modules are.
  const wanted = nativePath ?? (folder === undefined ? 'lean' : 'lake');
  const program = findProgram(wanted);
  return program ? { kind: 'located', program, folder } : missing(wanted);
}

async function open(options: WorkerKindOptions): Promise<OpenSource> {
  const located = locate(options);
  if (located.kind === 'startFailed') return located;
  const { program: found, folder } = located;
  const lean = basename(found).startsWith('lake') ? [found, 'env', 'lean'] : [found];
  const program = writeProgram(options.cacheRoot);
  if (typeof program !== 'string') return program;
  const home = privateHome();
  const core = (options.leanOptions ?? []).map((option) => `-D${option}`);
  const command = {
    kind: 'lean' as const,
    name: 'native Lean',
    argv: [...lean, ...core, '--run', program, ...options.imports],
    folder: folder ?? home,
    home,
    ...(options.memoryLimitBytes === undefined ? {} : { memoryLimitBytes: options.memoryLimitBytes }),
  };
  const toolchain = await leanVersion(lean, command.folder, home);
  return { kind: 'source', source: processSource(command, DIALECT, toolchain, memoryNeed(folder)) };
}

/** Puts the worker program where Lean can read it, under a name that tells its contents. */
function writeProgram(cacheRoot: string): string | StartFailed {
  const text = nativeProgramText();
  const folder = join(cacheRoot, 'native', createHash('sha256').update(text).digest('hex').slice(0, 16));
  const file = join(folder, 'worker.lean');
  try {
    mkdirSync(folder, { recursive: true });
    writeFileSync(`${file}.${process.pid}`, text);
    renameSync(`${file}.${process.pid}`, file);
    return file;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const category = code === 'ENOSPC' || code === 'EDQUOT' ? 'noSpace' : 'unwritable';
    return {
      kind: 'startFailed',
      category,
      message: `the worker program cannot be written to ${folder}: set PROOFDECK_CACHE to another folder`,
      detail: message,
    };
  }
}
