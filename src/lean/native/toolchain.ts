import { execFile } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import type { StartFailed } from '../transport.ts';
import { childEnvironment } from './child.ts';

/** Enough for elan to look a toolchain up; not for it to download one. */
const TIMEOUT_MS = 30_000;

export interface CommandResult {
  /** Null: it could not be started, or did not end in time. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a short command to its end, with the environment that native Lean gets. Never rejects. */
export function runShort(argv: readonly string[], folder: string, home: string): Promise<CommandResult> {
  const [program, ...args] = argv;
  return new Promise((done) => {
    execFile(
      program!,
      args,
      { cwd: folder, env: childEnvironment(home), timeout: TIMEOUT_MS, killSignal: 'SIGKILL' },
      (error, stdout, stderr) => {
        const code = error ? (typeof error.code === 'number' ? error.code : null) : 0;
        done({ code, stdout: stdout.trim(), stderr: stderr.trim() || (code === null ? (error?.message ?? '') : '') });
      },
    );
  });
}

/** A program by path, or by name on PATH and among elan's; undefined when there is none that may be run. */
export function findProgram(nameOrPath: string): string | undefined {
  if (nameOrPath.includes('/')) return isProgram(resolve(nameOrPath)) ? resolve(nameOrPath) : undefined;
  const elan = process.env.ELAN_HOME ?? join(process.env.HOME ?? homedir(), '.elan');
  const folders = [...(process.env.PATH ?? '').split(delimiter), join(elan, 'bin')].filter(Boolean);
  return folders.map((folder) => join(folder, nameOrPath)).find(isProgram);
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/** Why a folder is no Lean project, or null. */
export function projectFailure(folder: string): StartFailed | null {
  const isFolder = statSync(folder, { throwIfNoEntry: false })?.isDirectory() ?? false;
  const failure = (message: string): StartFailed => ({
    kind: 'startFailed',
    category: 'projectMissing',
    message,
    detail: '',
  });
  if (!isFolder) return failure(`the project folder ${folder} does not exist`);
  const isProject = ['lakefile.lean', 'lakefile.toml'].some((name) =>
    statSync(join(folder, name), { throwIfNoEntry: false })?.isFile(),
  );
  return isProject ? null : failure(`${folder} holds no Lean project: no lakefile.lean or lakefile.toml is there`);
}

export function missing(program: string): StartFailed {
  return {
    kind: 'startFailed',
    category: 'leanMissing',
    message: `"${program}" is neither on PATH nor in ~/.elan/bin: install Lean with elan (https://lean-lang.org/install), or use --lean embedded`,
    detail: '',
  };
}

/** `Lean 4.21.0`, from what `lean --version` prints; null when it is not said. `lean` is the command, possibly through lake. */
export async function leanVersion(lean: readonly string[], folder: string, home: string): Promise<string | null> {
  const result = await runShort([...lean, '--version'], folder, home);
  const found = /version (\S+?),/.exec(result.stdout);
  return found ? `Lean ${found[1]}` : null;
}
