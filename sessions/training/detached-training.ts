import { spawn } from 'node:child_process';
import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type StorageFailed, storageFailure } from '../../src/storage/failure.ts';
import { lockHolder } from '../../src/storage/lock.ts';
import { makeFolder } from '../../src/storage/make-folder.ts';
import { packageRoot } from '../../src/storage/paths.ts';
import { lockFile, logFile, processLogFile } from './manifest.ts';

export type DetachedTraining =
  | { readonly kind: 'started'; readonly pid: number }
  /** It ended before the training had begun; `message` is what it said. */
  | { readonly kind: 'ended'; readonly code: number | null; readonly message: string }
  | StorageFailed;

export interface DetachedTrainingOptions {
  readonly home: string;
  /** The folder of the model; what the process prints goes to its `process.log`. */
  readonly folder: string;
  /** The command line of the process. */
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Where relative paths of the command line begin. */
  readonly from: string;
  /** Gives up waiting; the process goes on. */
  readonly signal: AbortSignal;
}

const lookMs = 50;

/** Starts a training as a process of its own, and waits until it has written to its log. */
export async function startDetachedTraining(options: DetachedTrainingOptions): Promise<DetachedTraining> {
  const { home, folder, args, environment, from, signal } = options;
  const path = join(folder, processLogFile);
  let file: number;
  try {
    await makeFolder(folder);
    file = openSync(path, 'a+');
  } catch (error) {
    return storageFailure(error, path, 'write');
  }
  const before = fstatSync(file).size;
  const log = join(folder, logFile);
  const logged = sizeOf(log);
  const child = spawn(process.execPath, [join(packageRoot(), 'bin', 'proofdeck.cjs'), ...args], {
    detached: true,
    stdio: ['ignore', file, file],
    cwd: from,
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
  try {
    for (;;) {
      const isBegun = sizeOf(log) > logged && lockHolder(join(folder, lockFile))?.pid === child.pid;
      if (isBegun || signal.aborted || code === 0) return { kind: 'started', pid: child.pid ?? 0 };
      // The folder of a training that could not begin is gone by now; what it said is still in the open file.
      if (code !== undefined) return { kind: 'ended', code, message: textFrom(file, before) };
      await sleep(lookMs);
    }
  } finally {
    closeSync(file);
  }
}

/** The length of a file; 0 for one that is not there. */
function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

function textFrom(file: number, from: number): string {
  const bytes = Buffer.alloc(fstatSync(file).size - from);
  readSync(file, bytes, 0, bytes.length, from);
  return bytes.toString('utf8').trim();
}
