import { join } from 'node:path';
import { EmbeddingCache } from '../../src/value/encode/cache/embedding-cache.ts';
import type { EncoderIdentity } from '../../src/value/encode/identity.ts';
import { DEFAULT_NGRAM_WIDTH, ngramFeatures } from '../../src/value/encode/ngram/ngram.ts';
import { atMost, type Bench, type BenchOutcome, figure, timed } from './measurement.ts';
import { trajectoryRows } from './trajectory-rows.ts';

const states = 2000;
const quickStates = 100;
const wideVectors = 2000;
const quickWideVectors = 64;
const width = 4096;
const rounds = 7;
/** Vectors that are written together, as encoding does. */
const writtenTogether = 256;
/** Vectors of a batch that a training draws. */
const readTogether = 128;

/** What it costs to turn states into vectors without a model, and to keep vectors of a large one on disk. */
export const encodingBench: Bench = {
  name: 'encoding',
  about: `states to vectors with the built-in encoder; vectors of ${width} numbers written to the cache, and read back in any order`,
  async run({ quick, folder }): Promise<BenchOutcome> {
    const texts = [...new Set([...trajectoryRows(quick ? quickStates : states)].map(({ state_pp }) => state_pp))];
    const features = ngramFeatures(DEFAULT_NGRAM_WIDTH);
    const encoding: number[] = [];
    for (let round = -1; round < rounds; round++) {
      const ms = await timed(() => {
        for (const text of texts) features(text);
      });
      // The first round is compiled while it runs.
      if (round >= 0) encoding.push((ms * 1000) / texts.length);
    }
    const cache = await measureCache(folder, quick ? quickWideVectors : wideVectors);
    const chars = texts.reduce((sum, text) => sum + text.length, 0) / texts.length;
    return {
      kind: 'measured',
      figures: [
        figure('ngram', 'µs a state', encoding, atMost(200)),
        figure('cache: writing', 'vectors/s', cache.writing),
        figure('cache: opening', 'ms', cache.opening),
        figure('cache: reading, in any order', 'vectors/s', cache.reading),
      ],
      notes: [
        `states of ${Math.round(chars)} characters; ${cache.vectors} vectors of ${width} numbers (${(cache.vectors * width * 4) / 1e6} MB), from the page cache`,
      ],
    };
  },
};

async function measureCache(folder: string, vectors: number) {
  const identity: EncoderIdentity = { kind: 'imported', name: 'bench', width, source: 'bench' };
  const entries = Array.from({ length: vectors }, (_, i) => ({
    text: `⊢ state ${i}`,
    vector: Float32Array.from({ length: width }, (_, j) => Math.sin(i + j)),
  }));
  // Far apart, as a training draws them.
  const order = entries.map((_, i) => (i * 7919) % vectors);
  const [writing, opening, reading] = [[], [], []] as [number[], number[], number[]];
  for (let round = 0; round < rounds; round++) {
    const home = join(folder, `home-${round}`);
    const written = await opened(home, identity);
    const writeMs = await timed(async () => {
      for (let at = 0; at < vectors; at += writtenTogether)
        await written.write(entries.slice(at, at + writtenTogether));
    });
    await written.close();
    writing.push((vectors / writeMs) * 1000);
    let cache: EmbeddingCache | null = null;
    opening.push(
      await timed(async () => {
        cache = await opened(home, identity);
      }),
    );
    const read = cache as EmbeddingCache | null;
    const readMs = await timed(async () => {
      for (let at = 0; at < vectors; at += readTogether)
        await read?.read(order.slice(at, at + readTogether).map((i) => entries[i]?.text ?? ''));
    });
    reading.push((vectors / readMs) * 1000);
    await read?.close();
  }
  return { vectors, writing, opening, reading };
}

async function opened(home: string, identity: EncoderIdentity): Promise<EmbeddingCache> {
  const result = await EmbeddingCache.open(home, identity);
  if (result.kind !== 'cache') throw new Error(result.message);
  return result.cache;
}
