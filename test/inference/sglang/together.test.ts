import { expect, test } from 'vitest';
import { request as anyRequest, openClient, samplesOf } from './opened.ts';

/** Of one search, which gives all of them up together. */
const { signal } = new AbortController();
const request = (changes: Parameters<typeof anyRequest>[0]) => anyRequest({ signal, ...changes });

const promptOf = (i: number) => ({ kind: 'text', text: `state ${i} ⊢ p` }) as const;
const complete = (prompt: string, sample: number): string =>
  `${prompt.split(' ').slice(0, 2).join(' ')} sample ${sample}`;

test('questions that are asked at once go out in one request, and each gets its own samples', async () => {
  const { fake, client } = await openClient({ complete }, { logProbs: 'raw', together: true });
  const results = await Promise.all(
    [0, 1, 2].map((i) => client.generate(request({ prompt: promptOf(i), n: 2, seed: i, lane: 'a' }))),
  );
  expect(fake.count('/generate')).toBe(1);
  const body = fake.core.seen.find(({ path }) => path === '/generate')?.body;
  expect(body).toMatchObject({ text: [0, 1, 2].map((i) => promptOf(i).text) });
  expect(body?.sampling_params).toMatchObject([0, 1, 2].map((i) => ({ n: 2, sampling_seed: i })));
  expect(results.map((result) => samplesOf(result).map(({ text }) => text))).toEqual(
    [0, 1, 2].map((i) => [`state ${i} sample 0`, `state ${i} sample 1`]),
  );
  expect(client.statistics()).toMatchObject({ answered: 1, samples: 6 });
});

test('other searches have requests of their own, as one that gives up closes its connection', async () => {
  const { fake, client } = await openClient({ complete }, { logProbs: 'raw', together: true });
  await Promise.all(['a', 'b'].map((lane) => client.generate(request({ n: 2, lane }))));
  expect(fake.count('/generate')).toBe(2);
});

test('one question that does not fit costs the others nothing but a second request', async () => {
  const { fake, client } = await openClient({ complete, contextLength: 200 }, { logProbs: 'raw', together: true });
  const long = { kind: 'text', text: 'x'.repeat(2000) } as const;
  const [first, second] = await Promise.all([
    client.generate(request({ prompt: promptOf(0), n: 2 })),
    client.generate(request({ prompt: long, n: 2 })),
  ]);
  expect(samplesOf(first)).toHaveLength(2);
  expect(second).toMatchObject({ kind: 'serverFailed', reason: 'tooLong' });
  expect(fake.count('/generate')).toBe(3);
});

test('a server that refuses lists, or `n`, is asked one by one', async () => {
  const { fake, client } = await openClient({ complete, refusesLists: true }, { logProbs: 'raw', together: true });
  const ask = () => Promise.all([0, 1].map((i) => client.generate(request({ prompt: promptOf(i), n: 2 }))));
  for (const result of await ask()) expect(samplesOf(result)).toHaveLength(2);
  fake.set({ severalSamples: 'refused', refusesLists: false });
  for (const result of await ask()) expect(samplesOf(result)).toHaveLength(2);
});
