import { spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync, statSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { runFile, runFolder, runLockPath } from '../../src/run/folder.ts';
import { type StorageFailed, storageFailure } from '../../src/storage/failure.ts';
import { lockHolder } from '../../src/storage/lock.ts';
import { makeFolder } from '../../src/storage/make-folder.ts';
import { packageRoot } from '../../src/storage/paths.ts';

export type DetachedRun =
  | { readonly kind: 'started'; readonly id: string; readonly pid: number }
  /** It ended before the run had begun; `message` is what it said. */
  | { readonly kind: 'ended'; readonly code: number | null; readonly message: string }
  | StorageFailed;

export interface DetachedOptions {
  readonly home: string;
  /** The run that the command does; its folder is made if need be. */
  readonly id: string;
  /** The command line of the process, without `--detach`. */
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly folder: string;
  /** Gives up waiting; the process goes on. */
  readonly signal?: AbortSignal;
}

const lookMs = 50;

/** Starts a command that does a run as a process of its own, and waits until the run is in its hands. */
export async function startDetachedRun(options: DetachedOptions): Promise<DetachedRun> {
  const { home, id, args, environment, folder, signal } = options;
  const output = runFile(home, id, 'process.log');
  let file: number;
  try {
    await makeFolder(runFolder(home, id));
    file = openSync(output, 'a');
  } catch (error) {
    return storageFailure(error, output, 'write');
  }
  const before = statSync(output).size;
  const child = spawn(process.execPath, [join(packageRoot(), 'bin', 'proofdeck.cjs'), ...args], {
    detached: true,
    stdio: ['ignore', file, file],
    cwd: folder,
    env: { ...environment, PROOFDECK_HOME: home },
  });
  closeSync(file);
  const ended: { code: number | null | undefined } = { code: undefined };
  child.on('error', () => {
    ended.code = null;
  });
  child.on('exit', (code) => {
    ended.code = code;
  });
  child.unref();
  for (;;) {
    // Whoever resumes a run holds its lock before it has written a line.
    const isBegun =
      existsSync(runFile(home, id, 'events.jsonl')) && lockHolder(runLockPath(home, id))?.pid === child.pid;
    if (isBegun || signal?.aborted) return { kind: 'started', id, pid: child.pid ?? 0 };
    if (ended.code !== undefined) {
      const message = readFileSync(output).subarray(before).toString('utf8').trim();
      if (!existsSync(runFile(home, id, 'manifest.json')))
        await rm(runFolder(home, id), { recursive: true, force: true });
      // A very short run may be over already.
      return ended.code === 0
        ? { kind: 'started', id, pid: child.pid ?? 0 }
        : { kind: 'ended', code: ended.code, message };
    }
    await sleep(lookMs);
  }
}
