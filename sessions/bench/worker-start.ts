import { join } from 'node:path';
import { askInfo, openHost, startProver } from './lean.ts';
import { atMost, type Bench, type BenchContext, figure } from './measurement.ts';

const warmStarts = 7;

/** From nothing at all to the first answer: the image is made anew. */
export const coldStartBench: Bench = {
  name: 'cold-start',
  about: 'embedded Lean from an empty cache folder to its first answer, image preparation included',
  async run(context) {
    if (context.quick) return { kind: 'skipped', reason: 'half a minute of preparation: run without --quick' };
    const ms = await startOnce({ ...context, cacheRoot: join(context.folder, 'cache') });
    return { kind: 'measured', figures: [figure('cold start', 's', [ms / 1000], atMost(40))] };
  },
};

/** From a prepared image to the first answer. */
export const warmStartBench: Bench = {
  name: 'warm-start',
  about: 'a new host process with the prepared image, to its first answer',
  async run(context) {
    // The image may have to be prepared first, and the disk cache be filled.
    await startOnce(context);
    const times: number[] = [];
    for (let i = 0; i < (context.quick ? 1 : warmStarts); i++) times.push(await startOnce(context));
    return { kind: 'measured', figures: [figure('warm start', 'ms', times, atMost(1000))] };
  },
};

async function startOnce(context: BenchContext): Promise<number> {
  const start = performance.now();
  const host = await openHost(context);
  try {
    const { client } = await startProver(host);
    await askInfo(client);
    return performance.now() - start;
  } finally {
    await host.close();
  }
}
