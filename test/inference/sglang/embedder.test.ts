import { expect, test } from 'vitest';
import type { EmbeddedText, EmbedResult } from '../../../src/inference/embedding.ts';
import { vectorOf } from '../../fakes/sglang/tokens.ts';
import { FakeClock } from '../http/fake-clock.ts';
import { openEmbedder } from './opened.ts';

const signal = new AbortController().signal;

function vectorsOf(result: EmbedResult): readonly EmbeddedText[] {
  if (result.kind === 'serverFailed') throw new Error(result.message);
  return result.vectors;
}

const expected = (text: string) => [...Float32Array.from(vectorOf(text, 8))];
const numbers = (one: EmbeddedText | undefined) => (one?.kind === 'vector' ? [...one.vector] : one?.failure.reason);

test('embeds in parts, in the order of the texts', async () => {
  const { fake, client } = await openEmbedder({}, { batch: 4 });
  const texts = Array.from({ length: 10 }, (_, i) => `⊢ goal ${i}`);
  const vectors = vectorsOf(await client.embed({ texts, signal }));
  expect(vectors.map(numbers)).toEqual(texts.map(expected));
  expect(
    fake.core.seen
      .filter(({ path }) => path === '/encode')
      .map(({ body }) => (body.text as string[]).length)
      .sort(),
  ).toEqual([2, 4, 4]);
  expect(await client.identity()).toMatchObject({
    model: 'fake/prover-7b',
    capabilities: { embeddings: true, completion: false },
  });
});

test('no texts are no request', async () => {
  const { fake, client } = await openEmbedder();
  expect(vectorsOf(await client.embed({ texts: [], signal }))).toEqual([]);
  expect(fake.count('/encode')).toBe(0);
});

test('goes over to /v1/embeddings where /encode is not forwarded', async () => {
  const { fake, client } = await openEmbedder();
  fake.fail('/encode', { kind: 'status', status: 404, body: '{"detail":"Not Found"}' });
  expect(vectorsOf(await client.embed({ texts: ['a', 'b'], signal })).map(numbers)).toEqual([
    expected('a'),
    expected('b'),
  ]);
  expect(vectorsOf(await client.embed({ texts: ['c'], signal })).map(numbers)).toEqual([expected('c')]);
  expect([fake.count('/encode'), fake.count('/v1/embeddings')]).toEqual([1, 2]);
});

test('one text that is refused does not take the others along', async () => {
  const { fake, client } = await openEmbedder();
  const vectors = vectorsOf(await client.embed({ texts: ['a', '', 'c'], signal }));
  expect(vectors.map(numbers)).toEqual([expected('a'), 'badRequest', expected('c')]);
  expect(fake.count('/encode')).toBe(4);
});

test('a vector of zeros is a failure', async () => {
  const { fake, client } = await openEmbedder();
  fake.fail('/encode', { kind: 'zeros' });
  const [vector] = vectorsOf(await client.embed({ texts: ['a'], signal }));
  expect(vector).toMatchObject({
    kind: 'failed',
    failure: { reason: 'badAnswer', message: expect.stringContaining('all zeros') },
  });
});

test('cuts a text that would not fit before it is sent, and says so', async () => {
  const { client } = await openEmbedder({ contextLength: 50, overlongEmbedding: 'crash' });
  const texts = ['short', `⊢ ${'∀ x, '.repeat(100)}`, 'a'.repeat(120)];
  const vectors = vectorsOf(await client.embed({ texts, signal }));
  expect(vectors).toMatchObject([{ truncated: false }, { truncated: true }, { truncated: false }]);
  const cut = vectors[1];
  expect(cut?.kind === 'vector' && cut.tokens).toBeGreaterThan(25);
});

test('a server that generates is not asked for vectors', async () => {
  const { fake, client } = await openEmbedder({ isEmbedding: false });
  expect(await client.embed({ texts: ['a'], signal })).toMatchObject({ reason: 'wrongMode' });
  expect(fake.count('/encode')).toBe(0);
});

test('a frozen encoder costs its deadline three times, then nothing is sent until it is back', async () => {
  const clock = new FakeClock();
  const { fake, client } = await openEmbedder(
    { freezeAtParallel: 1 },
    { batch: 1, clock, deadlineMs: 5000, maxInFlight: 4 },
  );
  await client.identity();
  const asked = client.embed({ texts: ['a', 'b', 'c', 'd', 'e', 'f'], signal });
  await fake.until(() => fake.core.running.size === 4);
  clock.advance(5000);
  expect(await asked).toMatchObject({ kind: 'serverFailed', reason: 'timeout' });
  expect(client.statistics().breaker.kind).toBe('open');
  await fake.until(() => fake.core.running.size === 0);
  const before = fake.count('/encode');
  const later = client.embed({ texts: ['g'], signal });
  await fake.kill();
  await fake.start({ freezeAtParallel: Number.POSITIVE_INFINITY });
  expect(fake.count('/encode')).toBe(before);
  clock.advance(1000);
  expect(vectorsOf(await later).map(numbers)).toEqual([expected('g')]);
  expect(client.statistics().breaker.kind).toBe('closed');
});
