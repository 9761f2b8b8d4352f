import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { LeanUnavailable } from './lean.ts';
import type { Bench, BenchContext, BenchOutcome } from './measurement.ts';

export type BenchResult = { readonly name: string; readonly about: string; readonly seconds: number } & (
  | BenchOutcome
  /** It went wrong: a defect, or a machine without what every measurement needs. */
  | { readonly kind: 'failed'; readonly message: string }
);

/** Runs measurements one after the other, each in a folder of its own below `scratch`, which is left as it was. */
export async function runBenches(
  benches: readonly Bench[],
  context: Omit<BenchContext, 'folder'>,
  scratch: string,
  onResult: (result: BenchResult) => void,
): Promise<readonly BenchResult[]> {
  const results: BenchResult[] = [];
  for (const bench of benches) {
    if (context.signal.aborted) break;
    const result = await runBench(bench, context, scratch);
    results.push(result);
    onResult(result);
  }
  return results;
}

async function runBench(bench: Bench, context: Omit<BenchContext, 'folder'>, scratch: string): Promise<BenchResult> {
  const { name, about } = bench;
  const started = performance.now();
  const seconds = (): number => Math.round((performance.now() - started) / 100) / 10;
  await mkdir(scratch, { recursive: true });
  const folder = await mkdtemp(join(scratch, `bench-${name}-`));
  try {
    const outcome = await bench.run({ ...context, folder });
    return { name, about, seconds: seconds(), ...outcome };
  } catch (error) {
    if (error instanceof LeanUnavailable)
      return { name, about, seconds: seconds(), kind: 'skipped', reason: error.message };
    return {
      name,
      about,
      seconds: seconds(),
      kind: 'failed',
      message: error instanceof Error ? error.message : String(error),
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
