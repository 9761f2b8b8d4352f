import { expect, onTestFinished, test } from 'vitest';
import type { EmbedResult } from '../../../src/inference/embedding.ts';
import { openOpenAiEmbedder } from '../../../src/inference/openai/embedder.ts';
import { fakeVector } from '../../fakes/openai/model.ts';
import type { PersonaName } from '../../fakes/openai/persona.ts';
import { FakeOpenAi } from '../../fakes/openai/server.ts';
import { addressOf } from '../address-of.ts';

async function start(persona: PersonaName, embeds = true, batch = 3) {
  const fake = await FakeOpenAi.start({ persona, embeds, contextLength: 50 });
  const embedder = await openOpenAiEmbedder({ address: addressOf(fake.url), key: null, batch, random: () => 0 });
  onTestFinished(async () => {
    await embedder.close();
    await fake.close();
  });
  const embed = (texts: readonly string[]) => embedder.embed({ texts, signal: new AbortController().signal });
  return { fake, embedder, embed };
}

const told = (result: EmbedResult) => {
  if (result.kind === 'serverFailed') throw new Error(result.message);
  return result.vectors.map((one) => (one.kind === 'vector' ? [...one.vector] : one.failure.reason));
};
const expected = (text: string) => [...Float32Array.from(fakeVector(text, 8))];

test.each(['vllm', 'llama-server', 'ollama', 'plain'] as const)(
  '%s: vectors in the order of their texts',
  async (persona) => {
    const { fake, embed } = await start(persona);
    const texts = ['p → p', 'q ∧ r', 'x = x', 'True', 'n < n + 1'];
    expect(told(await embed(texts))).toEqual(texts.map(expected));
    const asked = fake.seen.filter(({ path }) => path !== '/api/show').map(({ body }) => body.input);
    expect(asked).toEqual([texts.slice(0, 3), texts.slice(3)]);
  },
);

test('a text that is refused costs no other its vector', async () => {
  const { embed } = await start('vllm');
  const long = 'p '.repeat(100);
  expect(told(await embed(['a', long, 'b']))).toEqual([expected('a'), 'tooLong', expected('b')]);
});

test('there is never a vector of zeros, nor of another length, nor of what is no number', async () => {
  const { fake, embed } = await start('vllm', true, 1);
  const answers = [[0, 0, 0], [], [1, null]];
  for (const embedding of answers) {
    fake.faults.push({ kind: 'body', body: JSON.stringify({ data: [{ index: 0, embedding }] }) });
    expect(told(await embed(['a']))).toEqual(['badAnswer']);
  }
  expect(told(await embed(['a']))).toEqual([expected('a')]);
  fake.faults.push({ kind: 'body', body: JSON.stringify({ data: [{ index: 0, embedding: [1, 2] }] }) });
  expect(told(await embed(['b']))).toEqual(['badAnswer']);
});

test('too few vectors are not given to the wrong texts', async () => {
  const { fake, embed } = await start('vllm');
  fake.faults.push({ kind: 'body', body: JSON.stringify({ data: [{ index: 1, embedding: [1, 2] }] }) });
  // Asked for alone, each gets its own.
  expect(told(await embed(['a', 'b']))).toEqual([expected('a'), expected('b')]);
});

test('a server that generates says that it makes no vectors', async () => {
  const { embed } = await start('llama-server', false);
  expect(await embed(['a'])).toMatchObject({ kind: 'serverFailed', reason: 'wrongMode' });
});
