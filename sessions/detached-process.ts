import { spawn } from 'node:child_process';
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type StorageFailed, storageFailure } from '../src/storage/failure.ts';
import { makeFolder } from '../src/storage/make-folder.ts';
import { packageRoot } from '../src/storage/paths.ts';

export type DetachedProcess =
  /** It has begun, or nobody waits for that any more. */
  | { readonly kind: 'begun'; readonly pid: number }
  /** It ended before it was seen to begin; `message` is what it said. */
  | { readonly kind: 'ended'; readonly pid: number; readonly code: number | null; readonly message: string }
  | StorageFailed;

export interface DetachedProcessOptions {
  readonly home: string;
  /** The command line of the process. */
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Where relative paths of the command line begin. */
  readonly folder: string;
  /** Gets what it prints; its folder is made if need be. */
  readonly output: string;
  /** Whether the process of that number has its work in its hands. */
  readonly isBegun: (pid: number) => boolean;
  /** Gives up waiting; the process goes on. */
  readonly signal?: AbortSignal | undefined;
}

const lookMs = 50;

/** Starts a command of ours as a process of its own, and waits until it has begun. */
export async function startDetachedProcess(options: DetachedProcessOptions): Promise<DetachedProcess> {
  const { home, args, environment, folder, output, isBegun, signal } = options;
  let file: number;
  try {
    await makeFolder(dirname(output));
    file = openSync(output, 'a+');
  } catch (error) {
    return storageFailure(error, output, 'write');
  }
  try {
    const before = fstatSync(file).size;
    const child = spawn(process.execPath, [join(packageRoot(), 'bin', 'proofdeck.cjs'), ...args], {
      detached: true,
      stdio: ['ignore', file, file],
      cwd: folder,
      env: { ...environment, PROOFDECK_HOME: home },
    });
    let code: number | null | undefined;
    child.on('error', () => {
      code = null;
    });
    child.on('exit', (given) => {
      code = given;
    });
    child.unref();
    const { pid = 0 } = child;
    for (;;) {
      if (isBegun(pid) || signal?.aborted === true) return { kind: 'begun', pid };
      // The folder of what could not begin may be gone by now; what it said is still in the open file.
      if (code !== undefined) return { kind: 'ended', pid, code, message: textFrom(file, before) };
      await sleep(lookMs);
    }
  } finally {
    closeSync(file);
  }
}

function textFrom(file: number, from: number): string {
  const bytes = Buffer.alloc(fstatSync(file).size - from);
  readSync(file, bytes, 0, bytes.length, from);
  return bytes.toString('utf8').trim();
}
