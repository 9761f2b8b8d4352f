import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { packageRoot } from '../../src/storage/paths.ts';

const probeTimeoutMs = 60_000;

/** A Python with PyTorch: `$PROOFDECK_BENCH_PYTHON`, else `python3`; null where neither has it. */
export function findPyTorch(environment: Readonly<Record<string, string | undefined>>): string | null {
  const given = environment.PROOFDECK_BENCH_PYTHON;
  const candidates = given ? [given] : ['python3', '/usr/bin/python3'];
  const works = (python: string): boolean =>
    spawnSync(python, ['-c', 'import torch'], { timeout: probeTimeoutMs, stdio: 'ignore' }).status === 0;
  return candidates.find(works) ?? null;
}

/** The head of `scripts/bench_head.py` in a process of its own. */
export class PyTorchHead {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #lines: AsyncIterator<string>;
  /** Version, and the library that multiplies matrices; null where none was found. */
  readonly facts: { readonly torch: string; readonly matrices: string | null };

  private constructor(
    child: ChildProcessWithoutNullStreams,
    lines: AsyncIterator<string>,
    facts: PyTorchHead['facts'],
  ) {
    this.#child = child;
    this.#lines = lines;
    this.facts = facts;
  }

  /** Throws when the program ends early. */
  static async start(python: string, threads: number): Promise<PyTorchHead> {
    const child = spawn(python, [join(packageRoot(), 'scripts', 'bench_head.py'), String(threads)], {
      env: { ...process.env, OMP_NUM_THREADS: String(threads), OPENBLAS_NUM_THREADS: String(threads) },
    });
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    return new PyTorchHead(child, lines, JSON.parse(await lineOf(lines)) as PyTorchHead['facts']);
  }

  /** Milliseconds of each of so many forward passes, or training steps, in a row. */
  async times(what: 'forward' | 'step', count: number): Promise<readonly number[]> {
    this.#child.stdin.write(`${what} ${count}\n`);
    return JSON.parse(await lineOf(this.#lines)) as number[];
  }

  close(): void {
    this.#child.stdin.end();
    this.#child.kill();
  }
}

async function lineOf(lines: AsyncIterator<string>): Promise<string> {
  const { value, done } = await lines.next();
  if (done) throw new Error('scripts/bench_head.py ended early');
  return value;
}
