import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/** A Python that can import all of these: the one that is named, else the system's; null when neither can. */
export function pythonWith(...modules: readonly string[]): string | null {
  for (const python of [process.env.PROOFDECK_TEST_PYTHON, 'python3']) {
    if (python === undefined) continue;
    try {
      execFileSync(python, ['-c', `import ${modules.join(', ')}`], { stdio: 'ignore' });
      return python;
    } catch {}
  }
  return null;
}

export interface PythonServer {
  readonly url: string;
  /** Ends it, and waits until it is gone. */
  stop(signal?: NodeJS.Signals): Promise<void>;
}

/** Starts a program that serves, and waits until it prints its address. */
export async function startPythonServer(python: string, args: readonly string[]): Promise<PythonServer> {
  const child = spawn(python, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors = (errors + text).slice(-4000);
  });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const url = await Promise.race([addressIn(child), ended.then(() => null)]);
  if (url === null) throw new Error(`the server ended before it served:\n${errors}`);
  return {
    url,
    stop: async (signal = 'SIGKILL') => {
      child.kill(signal);
      await ended;
    },
  };
}

async function addressIn(child: ChildProcess): Promise<string | null> {
  if (child.stdout === null) return null;
  for await (const line of createInterface({ input: child.stdout })) {
    const url = /http:\/\/\S+/.exec(line)?.[0];
    if (url !== undefined) {
      child.stdout.resume();
      return url;
    }
  }
  return null;
}
