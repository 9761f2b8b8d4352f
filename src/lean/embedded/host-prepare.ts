import { setPriority } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { StartFailureCategory } from '../transport.ts';
import type { FromHost, HostTask } from './host-protocol.ts';
import { writeManifest } from './manifest.ts';
import { THREAD_LIMITS, THREAD_SCRIPT } from './scripts.ts';
import type { FromThread, ThreadTask } from './thread-messages.ts';

const NICENESS = 5;
/** Once no module has been opened for this long, Lean is past its imports. */
const IMPORTS_QUIET_MS = 700;

/** Fills the folder of `task` with the prepared package and the image, in two threads one after the other, and reports on it. Never rejects. */
export async function runPreparation(
  task: Extract<HostTask, { mode: 'prepare' }>,
  send: (message: FromHost) => void,
): Promise<void> {
  // The screen is usable meanwhile, and comes first; threads inherit this.
  setPriority(NICENESS);
  send({ type: 'phase', phase: 'prepare' });
  const { packageFolder, folder, key, program } = task;
  const started = performance.now();
  const failure =
    (await runThread({ mode: 'prepare', packageFolder, folder }, send)) ??
    (await runThread({ mode: 'build', packageFolder, folder, program }, send));
  // Here, where hashing 580 MB holds up no screen.
  send(failure ?? describeEntry(folder, key, Math.round(performance.now() - started)));
}

function describeEntry(folder: string, key: string, buildMs: number): FromHost {
  try {
    writeManifest(folder, key, buildMs);
    return { type: 'prepared' };
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return {
      type: 'prepareFailed',
      category: categorize({ category: 'crashed', ...(code && { code }) }),
      detail: message,
    };
  }
}

type Failure = Extract<FromHost, { type: 'prepareFailed' }>;

function runThread(task: ThreadTask, send: (message: FromHost) => void): Promise<Failure | undefined> {
  const worker = new Worker(THREAD_SCRIPT, { workerData: task, resourceLimits: THREAD_LIMITS });
  let isDone = false;
  let failure: Failure | undefined;
  let quiet: NodeJS.Timeout | undefined;
  if (task.mode === 'build') send({ type: 'phase', phase: 'boot' });
  worker.on('message', (message: FromThread) => {
    if (message.type === 'done') isDone = true;
    else if (message.type === 'phase') {
      clearTimeout(quiet);
      send({ type: 'phase', phase: message.phase });
    } else if (message.type === 'imported') {
      clearTimeout(quiet);
      send({ type: 'phase', phase: 'import', done: message.done / message.total });
      quiet = setTimeout(() => send({ type: 'phase', phase: 'elaborate' }), IMPORTS_QUIET_MS);
    } else if (message.type === 'fatal') {
      failure ??= { type: 'prepareFailed', category: categorize(message), detail: message.reason };
    }
  });
  worker.on('error', (error: Error) => {
    failure ??= { type: 'prepareFailed', category: 'crashed', detail: error.message };
  });
  return new Promise((resolve) => {
    worker.on('exit', (code) => {
      clearTimeout(quiet);
      resolve(
        isDone
          ? undefined
          : (failure ?? { type: 'prepareFailed', category: 'crashed', detail: `the thread ended with code ${code}` }),
      );
    });
  });
}

function categorize(message: Pick<Extract<FromThread, { type: 'fatal' }>, 'category' | 'code'>): StartFailureCategory {
  if (message.code === 'ENOSPC' || message.code === 'EDQUOT') return 'noSpace';
  if (message.code === 'EACCES' || message.code === 'EPERM' || message.code === 'EROFS') return 'unwritable';
  return message.code === 'ENOENT' ? 'missing' : message.category;
}
