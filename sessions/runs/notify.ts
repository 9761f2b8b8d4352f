import { type ChildProcess, spawn } from 'node:child_process';

/** What a run tells its owner through a command of theirs. */
export interface Notice {
  readonly event: 'finished' | 'stopped' | 'failed' | 'stalled' | 'disk';
  readonly run: string;
  readonly message: string;
  readonly proved: number;
  readonly total: number;
}

const longestMs = 10_000;

/**
 * Runs the owner's shell command with the notice in its environment: PROOFDECK_EVENT, PROOFDECK_RUN, PROOFDECK_MESSAGE,
 * PROOFDECK_PROVED, PROOFDECK_TOTAL. Takes at most 10 s; resolves with why it failed, or null. When `leave` aborts, the
 * command is left to itself. It has a process group of its own: Ctrl-C is not meant for it.
 */
export async function notify(command: string, notice: Notice, leave?: AbortSignal): Promise<string | null> {
  const child = spawn(command, {
    shell: true,
    stdio: 'ignore',
    detached: true,
    env: {
      ...process.env,
      PROOFDECK_EVENT: notice.event,
      PROOFDECK_RUN: notice.run,
      PROOFDECK_MESSAGE: notice.message,
      PROOFDECK_PROVED: String(notice.proved),
      PROOFDECK_TOTAL: String(notice.total),
    },
  });
  const { promise, resolve } = Promise.withResolvers<string | null>();
  const timer = setTimeout(() => {
    killGroup(child);
    resolve(`it took longer than ${longestMs / 1000} s`);
  }, longestMs);
  const onLeave = (): void => {
    child.unref();
    resolve(null);
  };
  child.on('error', ({ message }) => resolve(message));
  child.on('exit', (code, signal) => resolve(code === 0 ? null : `it ended with ${signal ?? `exit code ${code}`}`));
  leave?.addEventListener('abort', onLeave);
  if (leave?.aborted) onLeave();
  const failure = await promise;
  clearTimeout(timer);
  leave?.removeEventListener('abort', onLeave);
  return failure === null ? null : `the command of --notify failed at "${notice.event}": ${failure}`;
}

function killGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It has ended in the meantime.
  }
}
