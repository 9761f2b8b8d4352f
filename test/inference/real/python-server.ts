import { execFileSync, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

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
export async function startPythonServer(
  python: string,
  args: readonly string[],
  speaksOn: 'stdout' | 'stderr' = 'stdout',
): Promise<PythonServer> {
  const child = spawn(python, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      said = (said + text).slice(-4000);
    });
  }
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const url = await Promise.race([addressIn(child[speaksOn]), ended.then(() => null)]);
  if (url === null) throw new Error(`the server ended before it served:\n${said}`);
  return {
    url,
    stop: async (signal = 'SIGKILL') => {
      child.kill(signal);
      await ended;
    },
  };
}

async function addressIn(input: Readable): Promise<string | null> {
  for await (const line of createInterface({ input })) {
    const url = /http:\/\/[\w.:]+/.exec(line)?.[0];
    if (url !== undefined) {
      input.resume();
      return url;
    }
  }
  return null;
}
