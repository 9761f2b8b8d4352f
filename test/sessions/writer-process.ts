import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

const script = fileURLToPath(new URL('./fixtures/writer.ts', import.meta.url));

/** A process that writes a session (`fixtures/writer.ts`), and what it has said so far. */
export class WriterProcess {
  readonly #child: ChildProcessByStdio<null, Readable, null>;
  #said = '';
  #wakers: (() => void)[] = [];

  constructor(home: string, session?: string) {
    const args = [script, home, ...(session === undefined ? [] : [session])];
    this.#child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    this.#child.stdout.on('data', (data: Buffer) => {
      this.#said += data.toString();
      for (const wake of this.#wakers.splice(0)) wake();
    });
    onTestFinished(() => void this.#child.kill('SIGKILL'));
  }

  /** Its whole lines so far. */
  get lines(): readonly string[] {
    return this.#said.split('\n').slice(0, -1);
  }

  /** Resolves when it has said so many lines. */
  async said(count: number): Promise<readonly string[]> {
    while (this.lines.length < count) await new Promise<void>((resolve) => this.#wakers.push(resolve));
    return this.lines;
  }

  /** Kills it in the middle of whatever it does, and returns all that it has said. */
  async kill(): Promise<readonly string[]> {
    this.#child.kill('SIGKILL');
    await once(this.#child.stdout, 'end');
    return this.lines;
  }

  async ended(): Promise<readonly string[]> {
    if (this.#child.exitCode === null) await once(this.#child, 'close');
    return this.lines;
  }
}
