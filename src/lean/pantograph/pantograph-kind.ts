import { rmSync } from 'node:fs';
import { resolve } from 'node:path';
import {
  memoryNeed,
  nativeDefaultWorkers,
  nativeMemoryObjection,
  privateHome,
  processSource,
} from '../native/source.ts';
import { findProgram, leanVersion, missing, projectFailure, runShort } from '../native/toolchain.ts';
import { isSupported, OLDEST_PANTOGRAPH, pantographDialect, readVersion } from '../protocol/dialect.ts';
import type { StartFailed, StartFailureCategory } from '../transport.ts';
import type { OpenSource, WorkerKind, WorkerKindOptions } from '../workers.ts';

/** Names under which the binary is installed. */
const NAMES = ['pantograph-repl', 'repl'];

/** Pantograph's own `repl` binary, in any version since 0.2.25. */
export const pantographKind: WorkerKind = {
  name: 'pantograph',
  summary: 'a native Pantograph `repl` binary, with a project or without',
  defaultWorkers: nativeDefaultWorkers,
  open,
  objection: (options, workers) => {
    const located = locate(options);
    return located.kind === 'startFailed' ? located : nativeMemoryObjection(options, workers, 'pantograph');
  },
};

interface Located {
  readonly kind: 'located';
  readonly binary: string;
  readonly folder: string | undefined;
}

/** The binary and the project, without running anything. */
function locate({ nativePath, projectFolder }: WorkerKindOptions): Located | StartFailed {
  const binary = nativePath === undefined ? NAMES.map(findProgram).find(Boolean) : findProgram(nativePath);
  if (!binary) {
    const what =
      nativePath === undefined
        ? `no ${NAMES.join(' or ')} is on PATH`
        : `${nativePath} is not there, or may not be run`;
    return failure(
      'binaryMissing',
      `${what}: build Pantograph ("lake build repl") and give the path of its repl binary`,
    );
  }
  const folder = projectFolder === undefined ? undefined : resolve(projectFolder);
  const projectProblem = folder === undefined ? null : projectFailure(folder);
  return projectProblem ?? { kind: 'located', binary, folder };
}

async function open(options: WorkerKindOptions): Promise<OpenSource> {
  const located = locate(options);
  if (located.kind === 'startFailed') return located;
  const { binary, folder } = located;
  const home = privateHome();
  const opened = await openBinary(binary, folder, home, options);
  if (opened.kind === 'startFailed') rmSync(home, { recursive: true, force: true });
  return opened;
}

async function openBinary(
  binary: string,
  folder: string | undefined,
  home: string,
  options: WorkerKindOptions,
): Promise<OpenSource> {
  const said = await runShort([binary, '--version'], folder ?? home, home);
  const version = readVersion(said.stdout);
  if (said.code !== 0 || !version) {
    const detail = said.stderr || said.stdout;
    return failure(
      said.code === 0 ? 'versionMismatch' : 'exited',
      `${binary} --version gives no version: is it Pantograph's repl binary?`,
      detail,
    );
  }
  if (!isSupported(version))
    return failure(
      'versionMismatch',
      `${binary} is Pantograph ${version.text}: ${OLDEST_PANTOGRAPH} or newer is needed`,
    );
  const search = await searchPath(folder, home);
  if (search.kind === 'startFailed') return search;
  const dialect = pantographDialect(version);
  const command = {
    kind: 'pantograph' as const,
    name: dialect.name,
    argv: [binary, ...options.imports, ...(options.leanOptions ?? []).map((option) => `--${option}`)],
    folder: folder ?? home,
    home,
    environment: search.environment,
    ...(options.memoryLimitBytes === undefined ? {} : { memoryLimitBytes: options.memoryLimitBytes }),
  };
  return { kind: 'source', source: processSource(command, dialect, search.toolchain, memoryNeed(folder)) };
}

interface SearchPath {
  readonly kind: 'searchPath';
  readonly environment: Readonly<Record<string, string>>;
  readonly toolchain: string | null;
}

/** Where the binary finds Lean's own library and the project's: it builds nothing and asks nobody but `lean`. */
async function searchPath(folder: string | undefined, home: string): Promise<SearchPath | StartFailed> {
  const lean = findProgram('lean');
  if (!lean && process.env.LEAN_SYSROOT === undefined) return missing('lean');
  const at = folder ?? home;
  const toolchain = lean ? await leanVersion([lean], at, home) : null;
  const prefix = process.env.LEAN_SYSROOT ?? (await runShort([lean!, '--print-prefix'], at, home)).stdout;
  const environment = prefix ? { LEAN_SYSROOT: prefix } : {};
  if (folder === undefined) return { kind: 'searchPath', environment, toolchain };
  const lake = findProgram('lake');
  if (!lake) return missing('lake');
  const printed = await runShort([lake, 'env', 'printenv', 'LEAN_PATH'], folder, home);
  if (printed.code !== 0)
    return failure('projectMissing', `lake cannot read the project in ${folder}`, printed.stderr || printed.stdout);
  return { kind: 'searchPath', environment: { ...environment, LEAN_PATH: printed.stdout }, toolchain };
}

function failure(category: StartFailureCategory, message: string, detail = ''): StartFailed {
  return { kind: 'startFailed', category, message, detail };
}
