import { expect, test } from 'vitest';
import { fakeLogProb } from '../../fakes/openai/model.ts';
import type { PersonaName } from '../../fakes/openai/persona.ts';
import { ask, fakeAndClient, samplesOf } from './client-of.ts';

const said = ['intro h', 'simp [h]', 'omega', 'exact ⟨h, h⟩', 'rfl'];
const say = (_prompt: string, sample: number) => said[sample % said.length] as string;
const sum = (texts: readonly string[]) => texts.reduce((total, text) => total + fakeLogProb(text), 0);
const every: readonly PersonaName[] = ['vllm', 'sglang', 'llama-server', 'ollama', 'tgi', 'transformers', 'plain'];
/** `transformers serve` lists what was downloaded, which need not be what it was started with. */
const named = (persona: PersonaName) => (persona === 'transformers' ? { model: 'tiny' } : {});

test.each([
  ['vllm', 'vllm', '0.33.0', 4096, 'raw', true],
  ['sglang', 'sglang', '0.33.0', 4096, 'scaled', true],
  ['llama-server', 'llama-server', '0.33.0', 4096, 'raw', true],
  ['ollama', 'ollama', '0.33.0', 4096, 'raw', false],
  ['tgi', 'tgi', '0.33.0', 4096, 'unknown', false],
  ['transformers', 'openai', null, null, 'unknown', true],
  ['plain', 'openai', null, null, 'unknown', true],
] as const)('a server like %s is found to be one', async (persona, server, version, contextLength, logProbs, n) => {
  const { client } = await fakeAndClient({ persona }, named(persona));
  const identity = await client.identity();
  expect(identity).toMatchObject({ kind: 'identity', server, version, contextLength, capabilities: { logProbs, n } });
});

test.each(every)('%s: as many samples as wanted, each another one, whatever it takes at once', async (persona) => {
  const { client } = await fakeAndClient({ persona, say }, named(persona));
  for (const n of [1, 3, 5]) {
    const samples = samplesOf(await client.generate(ask({ n, seed: 0 })));
    expect(samples.map(({ text }) => text)).toEqual(said.slice(0, n));
    expect(samples.every(({ finish }) => finish.kind === 'stop')).toBe(true);
  }
});

test.each(every)('%s: the same by streaming, piece by piece', async (persona) => {
  const { client } = await fakeAndClient({ persona, say }, named(persona));
  const whole = samplesOf(await client.generate(ask({ n: 5, seed: 0 })));
  const texts = ['', '', '', '', ''];
  const streamed = await client.stream(ask({ n: 5, seed: 0 }), ({ sample, text }) => {
    texts[sample] += text;
  });
  expect(texts).toEqual(said);
  const plain = (samples: readonly { readonly text: string; readonly logProb: unknown; readonly finish: unknown }[]) =>
    samples.map(({ text, logProb, finish }) => ({ text, logProb, finish }));
  expect(plain(samplesOf(streamed))).toEqual(plain(whole));
});

test.each(['vllm', 'sglang', 'llama-server', 'ollama', 'plain'] as const)(
  '%s: log-probs are those of the text, without the end token',
  async (persona) => {
    const { client } = await fakeAndClient({ persona, say });
    const [sample] = samplesOf(await client.generate(ask()));
    expect(sample?.logProb).toEqual({
      sum: sum(['intro', ' h']),
      tokens: 2,
      perToken: [fakeLogProb('intro'), fakeLogProb(' h')],
      scaledBy: null,
      countsEnd: false,
    });
  },
);

test('a sign of several tokens counts whole, whether the bytes are told or not', async () => {
  const wanted = ['exact', ' ', '⟨', 'h', ',', ' h', '⟩'];
  for (const persona of ['vllm', 'llama-server'] as const) {
    const { client } = await fakeAndClient({ persona, say: () => wanted.join('') });
    const [sample] = samplesOf(await client.generate(ask()));
    expect(sample?.logProb?.sum).toBeCloseTo(sum(wanted) - 4 * 0.125);
    expect(sample?.logProb?.tokens).toBe(11);
  }
});

test.each([
  ['vllm', null, sum(['simp', ' at', ' h'])],
  ['sglang', 0.5, sum(['simp', ' at', ' h']) / 0.5],
  ['llama-server', null, sum(['simp', ' at', ' h'])],
  ['ollama', null, sum(['simp', ' at', ' h'])],
  ['plain', 0.5, sum(['simp', ' at', ' h'])],
] as const)('%s: at a stop text the sample ends, and its log-prob too', async (persona, scaledBy, total) => {
  const { client } = await fakeAndClient({ persona, say: () => 'simp at h\nexact h' });
  const [sample] = samplesOf(await client.generate(ask({ stop: ['\n'], temperature: 0.5 })));
  expect(sample).toMatchObject({ text: 'simp at h', finish: { kind: 'stop' }, logProb: { sum: total, scaledBy } });
});

test('which stop text it was is told where the server tells', async () => {
  for (const [persona, matched] of [
    ['vllm', '\n'],
    ['sglang', '\n'],
    ['llama-server', null],
    ['ollama', null],
  ] as const) {
    const { client } = await fakeAndClient({ persona, say: () => 'simp\nrfl' });
    const [sample] = samplesOf(await client.generate(ask({ stop: ['\n'] })));
    expect(sample?.finish).toEqual({ kind: 'stop', matched });
  }
});

test('a sample that is not finished says so', async () => {
  for (const persona of every) {
    const { client } = await fakeAndClient({ persona, say: () => 'simp only [h, g, f]' }, named(persona));
    const [sample] = samplesOf(await client.generate(ask({ maxTokens: 3 })));
    expect(sample).toMatchObject({ text: 'simp only ', finish: { kind: 'length' } });
  }
});

test('where there are no log-probs there are none, and the server is known for it', async () => {
  const { client } = await fakeAndClient({ persona: 'transformers', say: () => 'simp only [h]' }, { model: 'tiny' });
  const samples = samplesOf(await client.generate(ask({ n: 2, maxTokens: 2 })));
  expect(samples.map(({ logProb }) => logProb)).toEqual([null, null]);
  expect(await client.identity()).toMatchObject({ capabilities: { logProbs: 'none', n: false } });
});

test('llama-server drops the log-probs of whole tokens at a stop text: then there are none rather than too few', async () => {
  const { client } = await fakeAndClient({ persona: 'llama-server', say: () => 'ring_nf done' });
  // " done" is one token; "g_nf done" would be one of two words that begins within a token.
  const [cut] = samplesOf(await client.generate(ask({ stop: ['g_nf'] })));
  expect(cut).toMatchObject({ text: 'rin', logProb: null });
});

test('an answer can be given its beginning, and the sample goes on after it', async () => {
  const prompt = { kind: 'chat', messages: [{ role: 'user', content: 'prove' }], prefill: 'example := by' } as const;
  for (const persona of ['vllm', 'sglang', 'llama-server', 'ollama'] as const) {
    const { fake, client } = await fakeAndClient({ persona, say: () => ' simp' });
    const [sample] = samplesOf(await client.generate(ask({ prompt })));
    expect(sample).toMatchObject({ text: ' simp', logProb: { sum: fakeLogProb(' simp') } });
    let streamed = '';
    await client.stream(ask({ prompt }), ({ text }) => {
      streamed += text;
    });
    expect(streamed).toBe(' simp');
    expect(fake.seen.at(-1)?.body.messages).toHaveLength(2);
    expect(fake.seen.at(-1)?.body.continue_final_message).toBe(
      persona === 'vllm' || persona === 'sglang' ? true : undefined,
    );
  }
  const { client } = await fakeAndClient({ persona: 'plain' });
  expect(await client.generate(ask({ prompt }))).toMatchObject({ kind: 'serverFailed', reason: 'badRequest' });
});

test('every sampling parameter is sent, so that no default of a server acts', async () => {
  const { fake, client } = await fakeAndClient({ persona: 'vllm', say });
  await client.generate(ask({ n: 2, temperature: 0.7, topP: 0.9, stop: ['```'], seed: 5, stopTokenIds: [7] }));
  expect(fake.seen.at(-1)).toMatchObject({
    path: '/v1/completions',
    body: {
      max_tokens: 64,
      temperature: 0.7,
      top_p: 0.9,
      top_k: 0,
      min_p: 0,
      n: 2,
      stop: ['```'],
      seed: 5,
      stop_token_ids: [7],
      logprobs: 1,
    },
  });
});

test('Ollama gets the prompt as it is, and the context that it needs', async () => {
  const { fake, client } = await fakeAndClient(
    { persona: 'ollama', contextLength: 131_072 },
    { contextLength: 16_384 },
  );
  await client.generate(ask());
  expect(fake.seen.at(-1)).toMatchObject({
    path: '/api/generate',
    body: {
      raw: true,
      stream: false,
      options: { num_ctx: 16_384, num_predict: 64, top_k: 0, min_p: 0, repeat_penalty: 1 },
    },
  });
  expect(await client.identity()).toMatchObject({ contextLength: 16_384 });
});

test('what a server refuses is left out from then on', async () => {
  const { fake, client } = await fakeAndClient({ persona: 'plain' });
  await client.generate(ask({ topK: 40, minP: 0.05 }));
  expect(fake.seen.map(({ body }) => 'top_k' in body)).toEqual([true, false]);
  await client.generate(ask({ topK: 40, minP: 0.05 }));
  expect(fake.seen).toHaveLength(3);
  expect(await client.identity()).toMatchObject({ capabilities: { topK: false, minP: false } });
});

test('no more samples are asked of llama-server at once than it has slots', async () => {
  const { fake, client } = await fakeAndClient({ persona: 'llama-server', say, slots: 4 });
  await client.generate(ask({ n: 10 }));
  expect(fake.seen.map(({ body }) => body.n ?? 1)).toEqual([4, 4, 2]);
});

test('several greedy samples are asked for one by one, and others are not for that', async () => {
  const { fake, client } = await fakeAndClient({ persona: 'vllm' });
  expect(samplesOf(await client.generate(ask({ n: 3, temperature: 0 })))).toHaveLength(3);
  expect(samplesOf(await client.generate(ask({ n: 3 })))).toHaveLength(3);
  expect(fake.seen.map(({ body }) => body.n ?? 1)).toEqual([1, 1, 1, 3]);
});

test('the tokens of a prompt are counted once for all its samples', async () => {
  const { client } = await fakeAndClient({ persona: 'vllm', say });
  const [sample] = samplesOf(await client.generate(ask({ n: 3 })));
  const { samples, promptTokens, answered } = client.statistics();
  expect({ samples, answered }).toEqual({ samples: 3, answered: 2 });
  expect(promptTokens).toBe(sample?.promptTokens);
});
