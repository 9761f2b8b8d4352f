import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { StorageFailed } from '../../src/storage/failure.ts';
import { lockHolder } from '../../src/storage/lock.ts';
import { startDetachedProcess } from '../detached-process.ts';
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

/** Starts a training as a process of its own, and waits until it has written to its log. */
export async function startDetachedTraining(options: DetachedTrainingOptions): Promise<DetachedTraining> {
  const { home, folder, args, environment, from, signal } = options;
  const log = join(folder, logFile);
  const logged = sizeOf(log);
  const started = await startDetachedProcess({
    home,
    args,
    environment,
    folder: from,
    output: join(folder, processLogFile),
    isBegun: (pid) => sizeOf(log) > logged && lockHolder(join(folder, lockFile))?.pid === pid,
    signal,
  });
  if (started.kind === 'storageFailed') return started;
  if (started.kind === 'begun' || started.code === 0) return { kind: 'started', pid: started.pid };
  return { kind: 'ended', code: started.code, message: started.message };
}

/** The length of a file; 0 for one that is not there. */
function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
