import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { runFile, runFolder, runLockPath, runLogPath } from '../../src/run/folder.ts';
import type { StorageFailed } from '../../src/storage/failure.ts';
import { lockHolder } from '../../src/storage/lock.ts';
import { startDetachedProcess } from '../detached-process.ts';

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

/** Starts a command that does a run as a process of its own, and waits until the run is in its hands. */
export async function startDetachedRun(options: DetachedOptions): Promise<DetachedRun> {
  const { home, id, args, environment, folder, signal } = options;
  const started = await startDetachedProcess({
    home,
    args,
    environment,
    folder,
    output: runFile(home, id, 'process.log'),
    // Whoever resumes a run holds its lock before it has written a line.
    isBegun: (pid) => existsSync(runLogPath(home, id)) && lockHolder(runLockPath(home, id))?.pid === pid,
    signal,
  });
  if (started.kind === 'storageFailed') return started;
  const { pid } = started;
  if (started.kind === 'begun') return { kind: 'started', id, pid };
  if (!existsSync(runFile(home, id, 'manifest.json'))) await rm(runFolder(home, id), { recursive: true, force: true });
  const { code, message } = started;
  // A very short run may be over already.
  return code === 0 ? { kind: 'started', id, pid } : { kind: 'ended', code, message };
}
