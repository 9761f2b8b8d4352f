import { expect, onTestFinished, test } from 'vitest';
import { openLeanCopilot } from '../../../src/inference/leancopilot/client.ts';
import { openLeanCopilotEncoder } from '../../../src/inference/leancopilot/encoder.ts';
import { FakeLeanCopilot } from '../../fakes/openai/leancopilot.ts';
import { addressOf } from '../address-of.ts';
import { ask, samplesOf } from '../openai/client-of.ts';

const models = {
  reprover: [
    ['intro h', 0.5],
    ['rw [<a>Nat.add_comm</a>]', 0.25],
    ['simp [h] at *', 0.125],
    ['omega', 0],
  ],
} as const;

async function start(model: string | undefined = 'reprover') {
  const fake = await FakeLeanCopilot.start({ models });
  const options = { address: addressOf(fake.url), key: null, model, random: () => 0 };
  const client = await openLeanCopilot(options);
  const encoder = await openLeanCopilotEncoder(options);
  onTestFinished(async () => {
    await client.close();
    await encoder.close();
    await fake.close();
  });
  return { fake, client, encoder };
}

test('the outputs are samples, best first, with the log of their scores and without the marks of premises', async () => {
  const { fake, client } = await start();
  const samples = samplesOf(await client.generate(ask({ n: 8 })));
  expect(samples.map(({ text }) => text)).toEqual(['intro h', 'rw [Nat.add_comm]', 'simp [h] at *', 'omega']);
  // A probability that is too small to be written has no logarithm.
  expect(samples.map(({ logProb }) => logProb?.sum ?? null)).toEqual([
    Math.log(0.5),
    Math.log(0.25),
    Math.log(0.125),
    null,
  ]);
  expect(samples[0]).toMatchObject({
    finish: { kind: 'stop', matched: null },
    logProb: { scaledBy: null, countsEnd: true },
  });
  expect(fake.seen[0]?.body).toMatchObject({ name: 'reprover', prefix: '', input: '[GOAL]p → p[PROOFSTEP]' });
  expect(samplesOf(await client.generate(ask({ n: 2 })))).toHaveLength(2);
});

test('at a stop text an output is cut, and its score is no longer its own', async () => {
  const { client } = await start();
  const samples = samplesOf(await client.generate(ask({ n: 3, stop: [' at', ' ['] })));
  expect(samples.map(({ text, logProb, finish }) => [text, logProb === null, finish])).toEqual([
    ['intro h', false, { kind: 'stop', matched: null }],
    ['rw', true, { kind: 'stop', matched: ' [' }],
    ['simp', true, { kind: 'stop', matched: ' [' }],
  ]);
});

test('a stream tells every output once', async () => {
  const { client } = await start();
  const told: string[] = [];
  await client.stream(ask({ n: 2 }), ({ sample, text }) => told.push(`${sample} ${text}`));
  expect(told).toEqual(['0 intro h', '1 rw [Nat.add_comm]']);
});

test('what it can do is known, and that it is there', async () => {
  const { client } = await start();
  expect(await client.identity()).toMatchObject({
    server: 'leancopilot',
    model: 'reprover',
    capabilities: { logProbs: 'raw', seed: false, stream: false, completion: true, chat: false, embeddings: false },
  });
  expect(await client.health()).toMatchObject({ kind: 'ready' });
  const prompt = { kind: 'chat', messages: [] } as const;
  expect(await client.generate(ask({ prompt }))).toMatchObject({
    reason: 'badRequest',
    message: expect.stringContaining('takes a text and no chat'),
  });
});

test('without a name for the model nothing is asked, as the server does not tell any', async () => {
  const { fake } = await start();
  const client = await openLeanCopilot({ address: addressOf(fake.url), key: null });
  onTestFinished(() => client.close());
  expect(await client.generate(ask())).toMatchObject({
    kind: 'serverFailed',
    reason: 'badRequest',
    message: expect.stringContaining('name the one to use'),
  });
  expect(fake.seen).toEqual([]);
});

test('a model that is not there is a failure with the name of the server', async () => {
  const { client, fake } = await start('other');
  expect(await client.generate(ask())).toMatchObject({
    kind: 'serverFailed',
    reason: 'badAnswer',
    message: expect.stringContaining(fake.url),
  });
});

test('texts become vectors, one by one and in their order', async () => {
  const { encoder, fake } = await start();
  const texts = ['p → p', 'q', 'p → p'];
  const result = await encoder.embed({ texts, signal: new AbortController().signal });
  if (result.kind !== 'vectors') throw new Error(result.message);
  const [first, second, third] = result.vectors.map((one) => (one.kind === 'vector' ? [...one.vector] : null));
  expect(first).toEqual(third);
  expect(first).not.toEqual(second);
  expect(first).toHaveLength(8);
  expect(fake.seen.map(({ body }) => body.input).toSorted()).toEqual(texts.toSorted());
});
