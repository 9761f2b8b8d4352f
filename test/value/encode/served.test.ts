import { expect, onTestFinished, test } from 'vitest';
import { configFrom } from '../../../src/config/schema.ts';
import type { ClientEvent } from '../../../src/inference/client-state.ts';
import type { EmbeddingClient, EmbedRequest, EmbedResult } from '../../../src/inference/embedding.ts';
import { openCachedEncoder } from '../../../src/value/encode/cached-encoder.ts';
import type { StateEncoder } from '../../../src/value/encode/encoder.ts';
import { encoderFingerprint, type ServedIdentity } from '../../../src/value/encode/identity.ts';
import { type EncoderSource, openEncoder } from '../../../src/value/encode/open.ts';
import { probeServer } from '../../../src/value/encode/served/probe-server.ts';
import { ServedEncoder } from '../../../src/value/encode/served/served-encoder.ts';
import { FakeOpenAi } from '../../fakes/openai/server.ts';
import { startFakeSglang } from '../../fakes/sglang/server.ts';
import type { Switches } from '../../fakes/sglang/switches.ts';
import { temporaryFolder } from '../../storage/temporary.ts';

const { signal } = new AbortController();

function sourceFor(values: Readonly<Record<string, unknown>>, more: Partial<EncoderSource> = {}): EncoderSource {
  const settings = configFrom(new Map(Object.entries({ 'policy.patience': 0, ...values })));
  return {
    settings,
    profiles: new Map([
      ['sglang', { kind: 'sglang' }],
      ['openai', { kind: 'openai' }],
      ['heuristic', { kind: 'heuristic' }],
    ]),
    environment: {},
    home: temporaryFolder(),
    note: () => {},
    signal,
    ...more,
  };
}

async function sglang(switches: Partial<Switches> = {}) {
  const fake = await startFakeSglang({ isEmbedding: true, ...switches });
  onTestFinished(() => fake.close());
  const opened = await openEncoder('sglang', sourceFor({ 'sglang.encode_url': fake.url }));
  if (opened.kind !== 'encoder') throw new Error(opened.message);
  onTestFinished(() => opened.encoder.close());
  return { fake, encoder: opened.encoder };
}

async function eachOf(encoder: StateEncoder, texts: readonly string[]) {
  const result = await encoder.encodeEach(texts, signal);
  if (result.kind === 'encodeFailed') throw new Error(result.message);
  return result.texts.map((one) => (one.kind === 'vector' ? one.vector.length : one.message));
}

test('an SGLang that embeds: who it is, vectors of its width, and no vector for a finished proof', async () => {
  const { fake, encoder } = await sglang();
  expect(encoder.identity).toEqual({
    kind: 'sglang',
    name: 'sglang',
    width: 8,
    url: fake.url,
    model: 'fake/prover-7b',
    weightVersion: 'default',
    server: 'sglang',
    contextLength: 4096,
  });
  expect(await eachOf(encoder, ['⊢ p', '', '⊢ q'])).toEqual([8, 'a finished proof has no text to encode', 8]);
  expect(await encoder.encode(['⊢ p', ''], signal)).toMatchObject({ kind: 'encodeFailed', reason: 'text' });
});

test('in batches of one, texts are sent one at a time', async () => {
  let running = 0;
  let most = 0;
  const whileRunning = async () => {
    most = Math.max(most, ++running);
    await new Promise((resolve) => setImmediate(resolve));
    running--;
  };
  const fake = await startFakeSglang({ isEmbedding: true, whileRunning });
  onTestFinished(() => fake.close());
  const opened = await openEncoder('sglang', sourceFor({ 'sglang.encode_url': fake.url }, { batch: 1 }));
  if (opened.kind !== 'encoder') throw new Error(opened.message);
  onTestFinished(() => opened.encoder.close());
  await eachOf(
    opened.encoder,
    Array.from({ length: 20 }, (_, i) => `⊢ ${i} = ${i}`),
  );
  expect(most).toBe(1);
});

test('a server with OpenAI routes', async () => {
  const fake = await FakeOpenAi.start({ persona: 'vllm', embeds: true });
  onTestFinished(() => fake.close());
  const opened = await openEncoder('openai', sourceFor({ 'openai.url': fake.url }));
  if (opened.kind !== 'encoder') throw new Error(opened.message);
  onTestFinished(() => opened.encoder.close());
  expect(opened.encoder.identity).toMatchObject({ kind: 'openai', server: 'vllm', width: 8 });
  expect(await eachOf(opened.encoder, ['⊢ p', '⊢ q'])).toEqual([8, 8]);
});

test('the address is no part of what an encoder is; model, weights, width and server are', async () => {
  const { identity } = (await sglang()).encoder;
  const other = (await sglang()).encoder.identity;
  expect(other).not.toEqual(identity);
  expect(encoderFingerprint(other)).toBe(encoderFingerprint(identity));
  const changed = [{ model: 'x' }, { weightVersion: '2' }, { width: 9 }, { server: 'vllm' }, { contextLength: 9 }];
  const prints = changed.map((change) => encoderFingerprint({ ...identity, ...change } as typeof identity));
  expect(new Set([encoderFingerprint(identity), ...prints]).size).toBe(changed.length + 1);
});

test('a state that is too long fails rather than losing its target; the others have their vectors', async () => {
  const { encoder } = await sglang({ contextLength: 100, overlongEmbedding: 'crash' });
  expect(await eachOf(encoder, ['⊢ p', `${'h : 0 < n\n'.repeat(100)}⊢ q`])).toEqual([
    8,
    expect.stringContaining('longer than the 100 tokens'),
  ]);
});

test('zeros are refused, and asked for one by one', async () => {
  const { fake, encoder } = await sglang();
  fake.fail('/encode', { kind: 'zeros' });
  const each = await eachOf(encoder, ['⊢ p']);
  expect(each).toEqual([expect.stringContaining('all zeros')]);
});

test('other weights at the same address: everything fails until it is opened anew', async () => {
  const { fake, encoder } = await sglang();
  fake.set({ weightVersion: 'step-2' });
  for (let i = 0; i < 2; i++)
    expect(await encoder.encodeEach(['⊢ p'], signal)).toMatchObject({
      kind: 'encodeFailed',
      reason: 'modelChanged',
      retriable: false,
      message: expect.stringContaining('(weights step-2) now'),
    });
});

test('a server that was away and comes back with the same name is asked for vectors that are known', async () => {
  const listeners: (() => void)[] = [];
  let vector = true_;
  const watch = (listener: (event: ClientEvent) => void) => {
    listeners.push(() => listener({ kind: 'back', awayMs: 5 }));
    return () => {};
  };
  const client: EmbeddingClient = { ...madeUp((text) => vector(text)), watch };
  const identity = {
    kind: 'openai',
    name: 'openai',
    width: 16,
    url: 'u',
    model: 'made-up',
    weightVersion: null,
    server: 'vllm',
    contextLength: null,
  } as const;
  const probes = [{ text: 'p', vector: Float32Array.from(true_('p')) }];
  const encoder = new ServedEncoder({ identity, client, probes });
  expect(await eachOf(encoder, ['⊢ p'])).toEqual([16]);
  listeners[0]?.();
  expect(await eachOf(encoder, ['⊢ p'])).toEqual([16]);
  vector = (text) => true_(`${text}, of other weights`);
  expect(await eachOf(encoder, ['⊢ p'])).toEqual([16]);
  listeners[0]?.();
  for (let i = 0; i < 2; i++)
    expect(await encoder.encodeEach(['⊢ p'], signal)).toMatchObject({
      reason: 'modelChanged',
      message: expect.stringContaining('was away'),
    });
});

test('a server that goes away while it is asked for known vectors is asked again', async () => {
  let back = (): void => {};
  let vector = true_;
  const asked: (readonly string[])[] = [];
  const { embed, ...rest } = madeUp((text) => vector(text));
  const client: EmbeddingClient = {
    ...rest,
    watch: (listener) => {
      back = () => listener({ kind: 'back', awayMs: 5 });
      return () => {};
    },
    embed: async (request) => {
      const answer = await embed(request);
      asked.push(request.texts);
      // Another server comes in the place of the one that has just answered rightly.
      if (asked.length === 2) {
        vector = (text) => true_(`${text}, of other weights`);
        back();
      }
      return answer;
    },
  };
  const probes = [{ text: 'p', vector: Float32Array.from(true_('p')) }];
  const { identity } = (await sglang()).encoder;
  const encoder = new ServedEncoder({
    identity: { ...identity, width: 16, model: 'made-up', weightVersion: null } as ServedIdentity,
    client,
    probes,
  });
  back();
  expect(await eachOf(encoder, ['⊢ p'])).toEqual([16]);
  expect(await encoder.encodeEach(['⊢ q'], signal)).toMatchObject({ reason: 'modelChanged' });
});

test('a frozen server is started anew by who can, and the request is repeated', async () => {
  const fake = await startFakeSglang({ isEmbedding: true });
  onTestFinished(() => fake.close());
  const asked: string[] = [];
  const source = sourceFor(
    { 'sglang.encode_url': fake.url },
    {
      restart: async ({ model }) => {
        asked.push(model);
        await fake.start();
        return 'restarted';
      },
    },
  );
  const opened = await openEncoder('sglang', source);
  if (opened.kind !== 'encoder') throw new Error(opened.message);
  onTestFinished(() => opened.encoder.close());
  await fake.kill();
  expect(await eachOf(opened.encoder, ['⊢ p'])).toEqual([8]);
  expect(asked).toEqual(['fake/prover-7b']);
});

test('without a server, in the wrong mode and by a wrong name: which, and what to do', async () => {
  const generating = await startFakeSglang({ isEmbedding: false });
  onTestFinished(() => generating.close());
  const at = (url: string) => sourceFor({ 'sglang.encode_url': url });
  expect(await openEncoder('sglang', at(generating.url))).toMatchObject({
    kind: 'encoderUnavailable',
    message: expect.stringContaining('--is-embedding'),
  });
  expect(await openEncoder('sglang', at('http://127.0.0.1:9'))).toMatchObject({
    kind: 'encoderUnavailable',
    message: expect.stringContaining('--set sglang.encode_url='),
  });
  for (const name of ['heuristic', 'nobody', 'ngram:12', 'ngram:x'])
    expect((await openEncoder(name, sourceFor({}))).kind).toBe('unknownEncoder');
  expect((await openEncoder('imported:none', sourceFor({}))).kind).toBe('encoderUnavailable');
});

/** A client whose vectors a test makes up. */
function madeUp(vector: (text: string, place: number, texts: readonly string[]) => readonly number[]): EmbeddingClient {
  const embed = async ({ texts }: EmbedRequest): Promise<EmbedResult> => ({
    kind: 'vectors',
    model: 'made-up',
    weightVersion: null,
    vectors: texts.map((text, i) => ({
      kind: 'vector',
      vector: Float32Array.from(vector(text, i, texts)),
      tokens: null,
      truncated: false,
    })),
  });
  const unused = () => {
    throw new Error('not asked for');
  };
  const rest = { identity: unused, health: unused, statistics: unused, watch: unused, close: async () => {} };
  return { url: 'http://made-up', embed, ...rest };
}

const true_ = (text: string): readonly number[] =>
  Array.from({ length: 16 }, (_, i) => Math.sin(text.length * 7 + i * i));

test.each([
  [
    'only the first of a batch is true',
    (text, i, all) => true_(i === 0 ? text : (all[0] as string)),
    'another vector in a batch',
  ],
  [
    'the batch is filled up and its mean taken',
    (text, _, all) => true_(text).map((one) => one / all.length),
    'length × 0.200',
  ],
  ['one vector for all', () => true_('x'), 'this is no encoder of texts'],
] as const satisfies readonly (readonly [string, Parameters<typeof madeUp>[0], string])[])(
  'a server is refused when %s',
  async (_, vector, message) => {
    expect(await probeServer(madeUp(vector), signal)).toMatchObject({
      kind: 'unfit',
      message: expect.stringContaining(message),
    });
  },
);

test('a little noise, as of 16-bit numbers, is no reason', async () => {
  const noisy = madeUp((text, i, all) => true_(text).map((one, j) => one + 0.001 * Math.sin(i + j + all.length)));
  expect((await probeServer(noisy, signal)).kind).toBe('probed');
});

test('the cache of a server whose numbers changed under the same name is refused', async () => {
  const home = temporaryFolder();
  const identity = {
    kind: 'sglang',
    name: 'sglang',
    width: 16,
    url: 'u',
    model: 'm',
    weightVersion: null,
    server: 'sglang',
    contextLength: null,
  } as const;
  const encoderOf = (vector: (text: string) => readonly number[]): StateEncoder => ({
    identity,
    probes: ['a', 'bb'].map((text) => ({ text, vector: Float32Array.from(vector(text)) })),
    encode: async (texts) => ({ kind: 'vectors', vectors: texts.map((text) => Float32Array.from(vector(text))) }),
    encodeEach: async (texts) => ({
      kind: 'encoded',
      texts: texts.map((text) => ({ kind: 'vector', vector: Float32Array.from(vector(text)) })),
    }),
    close: async () => {},
  });
  const first = await openCachedEncoder(encoderOf(true_), { home });
  if (first.kind !== 'cached') throw new Error(first.message);
  await first.encoder.close();
  const again = await openCachedEncoder(encoderOf(true_), { home });
  if (again.kind !== 'cached') throw new Error(again.message);
  await again.encoder.close();
  const bent = encoderOf((text) => true_(text).map((one, i) => one + 0.3 * Math.cos(3 * i)));
  expect(await openCachedEncoder(bent, { home })).toMatchObject({
    kind: 'cacheMismatch',
    message: expect.stringContaining('changed under the same name'),
  });
  const unit = encoderOf((text) => true_(text).map((one) => one / 3));
  expect(await openCachedEncoder(unit, { home })).toMatchObject({
    kind: 'cacheMismatch',
    message: expect.stringContaining('(cosine 1.000, length × 0.333)'),
  });
});
