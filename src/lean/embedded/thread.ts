/** Entry of a worker thread: prepares the package, builds the image, or serves requests from it. */
import { inspect } from 'node:util';
import { parentPort, workerData } from 'node:worker_threads';
import { buildImage, ProgramRefused } from './build-image.ts';
import type { GlueRuntime } from './glue.ts';
import { DamagedImage } from './image.ts';
import { preparePackage } from './prepare.ts';
import { serve } from './serve.ts';
import type { FatalCategory, FromThread, ThreadTask } from './thread-messages.ts';

/** Long enough for what Lean says of our program; a stack trace of its interpreter is cut. */
const REASON_LENGTH = { build: 4000, serve: 300 } as const;
const STACK_LINES = 4;

if (!parentPort) throw new Error('this file runs as a worker thread only');
const port = parentPort;
const task = workerData as ThreadTask;
let abortReason: string | undefined;

function fail(error: unknown, runtime?: GlueRuntime): void {
  const reason = abortReason ?? describe(error, runtime);
  const code = error instanceof Error && 'code' in error ? String(error.code) : undefined;
  const message: FromThread = {
    type: 'fatal',
    category: categorize(error, reason),
    reason: reason.slice(0, task.mode === 'serve' ? REASON_LENGTH.serve : REASON_LENGTH.build),
    ...(code && { code }),
  };
  port.postMessage(message);
  process.exit(1);
}

/** A C++ exception arrives as its address. */
function describe(error: unknown, runtime: GlueRuntime | undefined): string {
  if (typeof error === 'number' && runtime) return runtime.getExceptionMessage(error).join(': ');
  if (error instanceof ProgramRefused || error instanceof DamagedImage) return error.message;
  const text = error instanceof Error ? (error.stack ?? error.message) : inspect(error);
  return text.split('\n').slice(0, STACK_LINES).join(' | ');
}

function categorize(error: unknown, reason: string): FatalCategory {
  if (error instanceof ProgramRefused) return 'lean';
  const isGone = error instanceof Error && 'code' in error && error.code === 'ENOENT';
  if (error instanceof DamagedImage || (isGone && task.mode === 'serve')) return 'damaged';
  if (/out of memory|could not allocate|allocation failed|bad_alloc/i.test(reason)) return 'outOfMemory';
  if (task.mode === 'prepare' && !(error instanceof Error && 'code' in error)) return 'incompatible';
  return 'crashed';
}

try {
  if (task.mode === 'serve') {
    await serve(task, port, fail, (reason) => {
      abortReason = `abort: ${reason}`;
    });
  } else {
    if (task.mode === 'prepare') preparePackage(task.packageFolder, task.folder);
    else await buildImage(task, (message) => port.postMessage(message));
    port.postMessage({ type: 'done' } satisfies FromThread);
    process.exit(0);
  }
} catch (error) {
  fail(error);
}
