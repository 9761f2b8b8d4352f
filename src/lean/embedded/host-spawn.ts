import { type ChildProcess, spawn } from 'node:child_process';
import type { HostTask, ToHost } from './host-protocol.ts';
import { HOST_SCRIPT } from './scripts.ts';

/** Of our environment a host process sees these only: no tokens, no options for Node. */
const ENVIRONMENT = ['PATH', 'LANG', 'LC_ALL', 'TZ', 'TMPDIR'] as const;
const STDERR_KEPT = 4000;

export interface HostChild {
  readonly process: ChildProcess;
  send(message: ToHost): void;
  /** The last that it wrote to its error stream. */
  stderr(): string;
}

/** Starts a host process in a process group of its own and gives it its task. It ends when our end of its channel closes. */
export function spawnHost(task: HostTask): HostChild {
  const environment = Object.fromEntries(
    ENVIRONMENT.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])),
  );
  const child = spawn(process.execPath, ['--expose-gc', ...permissions(task), HOST_SCRIPT], {
    // Ctrl-C in the terminal is for the screen; what happens to Lean then is decided there.
    detached: true,
    cwd: '/',
    env: { ...environment, NODE_ENV: 'production' },
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    serialization: 'json',
  });
  let stderr = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr = (stderr + text).slice(-STDERR_KEPT);
  });
  const send = (message: ToHost): void => {
    // A failed send means that the process is going; its `exit` tells what that costs.
    if (child.connected) child.send(message, () => {});
  };
  send({ type: 'task', task });
  return { process: child, send, stderr: () => stderr.trim() };
}

/** Lean code reaches nothing but an in-memory file system; should it ever break out, it still gets no network, no processes and no files to write. */
function permissions(task: HostTask): string[] {
  const flags = ['--permission', '--allow-fs-read=*', '--allow-worker'];
  return task.mode === 'prepare' ? [...flags, `--allow-fs-write=${task.folder}`] : flags;
}
