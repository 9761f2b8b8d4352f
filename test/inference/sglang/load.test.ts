import { expect, test } from 'vitest';
import type { GenerateResult } from '../../../src/inference/generation.ts';
import { hash } from '../../fakes/sglang/tokens.ts';
import { openClient, request } from './opened.ts';

/** A few milliseconds for a token, more for some requests than for others: the shape of a real server, faster. */
const generateMs = (tokens: number): number => 1 + (tokens % 7);
const said = (prompt: string, sample: number): string => `exact h${hash(`${prompt} ${sample}`) % 100_000}`;
const promptOf = (search: number, step: number): string => `search ${search} state ${step} ⊢ p`;

test('64 searches at once: none starves, no candidate is lost, the server has no more than it bears', async () => {
  const { fake, client } = await openClient(
    { complete: said, generateMs, maxRunning: 64, maxQueued: 64, overloadShare: 0.02 },
    { maxInFlight: 24, logProbs: 'raw' },
  );
  const searches = 64;
  const steps = 12;
  const finished: number[] = [];
  const results = await Promise.all(
    Array.from({ length: searches }, async (_, search) => {
      const answers: GenerateResult[] = [];
      for (let step = 0; step < steps; step++) {
        const text = promptOf(search, step);
        answers.push(
          await client.generate(request({ prompt: { kind: 'text', text }, n: 4, lane: `search ${search}` })),
        );
        finished.push(search);
      }
      return answers;
    }),
  );
  for (const [search, answers] of results.entries())
    for (const [step, answer] of answers.entries()) {
      const texts = answer.kind === 'samples' ? answer.samples.map(({ text }) => text) : answer.message;
      expect(texts).toEqual([0, 1, 2, 3].map((sample) => said(promptOf(search, step), sample)));
    }
  // When the first search has made all its steps, every other one has made some.
  const first = finished.findIndex(
    (search, at) => finished.slice(0, at + 1).filter((one) => one === search).length === steps,
  );
  expect(new Set(finished.slice(0, first + 1)).size).toBe(searches);
  const { answered, retries, samples, inFlight, queued } = client.statistics();
  expect({ answered, samples, inFlight, queued }).toEqual({ answered: 768, samples: 3072, inFlight: 0, queued: 0 });
  expect(retries).toBe(fake.count('/generate') - 768);
  expect(fake.core.mostRunning).toBeLessThanOrEqual(24 * 4);
});

test('a lane with a thousand requests does not hold up one with one', async () => {
  const { client } = await openClient({ complete: said, generateMs: () => 1 }, { maxInFlight: 4, logProbs: 'raw' });
  await client.identity();
  let many = 0;
  const flood = Array.from({ length: 1000 }, async (_, i) => {
    await client.generate(request({ prompt: { kind: 'text', text: promptOf(0, i) }, n: 1, lane: 'many' }));
    many++;
  });
  await client.generate(request({ n: 1, lane: 'one' }));
  expect(many).toBeLessThan(20);
  await Promise.all(flood);
  expect(client.statistics()).toMatchObject({ answered: 1001, inFlight: 0, queued: 0 });
});

test('memory stays flat over 3072 requests', async () => {
  const { fake, client } = await openClient({ complete: said }, { maxInFlight: 32, logProbs: 'raw' });
  // One signal for all, as a run has: what is hung on it has to be taken off again.
  const run = new AbortController();
  const ask = async (requests: number) => {
    await Promise.all(
      Array.from({ length: 64 }, async (_, search) => {
        for (let i = 0; i < requests / 64; i++)
          await client.generate(request({ n: 2, lane: `search ${search}`, signal: run.signal }));
      }),
    );
    fake.core.seen.length = 0;
    fake.core.cache = [];
    await collectGarbage();
    return process.memoryUsage().heapUsed;
  };
  await ask(512);
  const before = await ask(512);
  const after = await ask(2048);
  expect(client.statistics().answered).toBe(3072);
  // A kilobyte kept for each request would be 2 MB; it is some 0.1 MB in all.
  expect(after - before).toBeLessThan(1_000_000);
});

async function collectGarbage(): Promise<void> {
  const { setFlagsFromString } = await import('node:v8');
  const { runInNewContext } = await import('node:vm');
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  for (let i = 0; i < 3; i++) {
    await new Promise((resolve) => setImmediate(resolve));
    collect();
  }
}
