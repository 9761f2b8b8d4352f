import { expect, test } from 'vitest';
import type { ClientEvent } from '../../../src/inference/client-state.ts';
import { ownLogProb, tokenize } from '../../fakes/sglang/tokens.ts';
import { FakeClock } from '../http/fake-clock.ts';
import { openClient, request, samplesOf } from './opened.ts';

const sumOf = (text: string): number => tokenize(text).reduce((sum, token) => sum + ownLogProb(token), 0);

test('asks for all samples in one request, and says every parameter', async () => {
  const { fake, client } = await openClient();
  const result = await client.generate(request({ topK: 40, minP: 0.1, stopTokenIds: [7], seed: 3 }));
  expect(samplesOf(result).map(({ text }) => text)).toEqual(['intro h', 'simp', 'exact ⟨h.2, h.1⟩', 'omega']);
  expect(result).toMatchObject({ model: 'fake/prover-7b', weightVersion: 'default' });
  const { body } = fake.core.seen.at(-1)!;
  expect(body).toMatchObject({
    return_logprob: true,
    logprob_start_len: -1,
    stream: false,
    sampling_params: {
      n: 4,
      max_new_tokens: 64,
      temperature: 0.8,
      top_p: 0.95,
      top_k: 40,
      min_p: 0.1,
      stop_token_ids: [7],
      sampling_seed: 3,
    },
  });
  expect(client.statistics()).toMatchObject({ answered: 1, samples: 4, inFlight: 0, queued: 0, retries: 0 });
});

test('keeps end tokens and what comes after a stop text out of the log-prob', async () => {
  const said = 'exact ⟨h, k⟩\n\nmore';
  const { client } = await openClient({ originalLogProbs: true, complete: (_, i) => (i === 0 ? 'simp at h' : said) });
  const [ended, stopped] = samplesOf(await client.generate(request({ n: 2, stop: ['\n\n', '```'] })));
  expect(ended).toMatchObject({ text: 'simp at h', finish: { kind: 'stop', matched: 2 } });
  expect(ended!.logProb).toMatchObject({ tokens: 3, scaledBy: null, countsEnd: false });
  expect(ended!.logProb!.sum).toBeCloseTo(sumOf('simp at h'));
  expect(stopped).toMatchObject({ text: 'exact ⟨h, k⟩', finish: { kind: 'stop', matched: '\n\n' } });
  // "exac" "t " ⟨⟨ "h, k" ⟩⟩ are text; "\n\nmo" holds the stop text from its first sign on.
  expect(stopped!.logProb).toMatchObject({ tokens: 7 });
  expect(stopped!.logProb!.sum).toBeCloseTo(sumOf('exact ⟨h, k⟩'));
  expect(stopped!.completionTokens).toBe(8);
});

test.each([
  ['scaled', false, 0.5, 0.5],
  ['raw', true, 0.5, null],
  ['scaled', false, 1, null],
  ['scaled', false, 0, null],
] as const)(
  'finds out that log-probs are %s, and notes at temperature %s %s',
  async (scale, original, temperature, scaledBy) => {
    const { client } = await openClient({ originalLogProbs: original });
    const [sample] = samplesOf(await client.generate(request({ n: 1, temperature })));
    const identity = await client.identity();
    expect(identity).toMatchObject({ capabilities: { logProbs: scale } });
    expect(sample!.logProb!.scaledBy).toBe(scaledBy);
    expect(sample!.logProb!.sum).toBeCloseTo(sumOf('intro h') / (scaledBy ?? 1));
  },
);

test('says who answers, in both generations of the server', async () => {
  const late = await openClient({ contextLength: 8192 });
  expect(await late.client.identity()).toMatchObject({
    server: 'sglang',
    version: '0.5.20',
    model: 'fake/prover-7b',
    contextLength: 8192,
    weightVersion: 'default',
    capabilities: { n: true, chat: false, embeddings: false, weightSwap: true },
  });
  const early = await openClient({ persona: 'early' });
  expect(await early.client.identity()).toMatchObject({ server: 'sglang', version: '0.5.8' });
  expect(early.fake.count('/get_model_info')).toBe(1);
  samplesOf(await early.client.generate(request()));
});

test.each([
  ['refused', false, 'copies'],
  ['object', false, 'copies'],
  ['refused', true, 'single'],
] as const)(
  'falls back when several samples are %s (lists refused: %s)',
  async (severalSamples, refusesLists, form) => {
    const { fake, client } = await openClient({ severalSamples, refusesLists });
    await client.identity();
    const before = fake.count('/generate');
    expect(samplesOf(await client.generate(request())).length).toBe(4);
    const first = fake.count('/generate') - before;
    expect(samplesOf(await client.generate(request())).length).toBe(4);
    // The second time it asks at once in the form that was taken.
    const second = fake.count('/generate') - before - first;
    expect([first, second]).toEqual(form === 'copies' ? [2, 1] : [6, 4]);
  },
);

test('takes out a literal begin-of-sentence mark', async () => {
  const { fake, client } = await openClient();
  samplesOf(await client.generate(request({ prompt: { kind: 'text', text: '<｜begin▁of▁sentence｜><｜User｜>x' } })));
  expect(fake.core.seen.at(-1)!.body.text).toBe('<｜User｜>x');
});

test.each([
  ['what is new', { incrementalStreaming: true }],
  ['what is new, and nothing tells', { incrementalStreaming: true, tellsStreaming: false }],
  ['all so far', {}],
  ['all so far, and nothing tells', { tellsStreaming: false }],
  ['all text so far and new tokens, and nothing tells', { incrementalIds: true, tellsStreaming: false }],
])('streams each sample as it comes, in chunks of %s', async (_, switches) => {
  for (const said of [
    ['((((((((x ∧ y', 'have := ⟨h⟩\n   ```x'],
    ['simp', 'omega'],
    ['aaaaaaaaaaaa', 'aaaaaaaaaaaaaaaa'],
  ]) {
    const { client } = await openClient({ ...switches, complete: (_, i) => said[i] as string });
    const told = ['', ''];
    const result = await client.stream(request({ n: 2, stop: ['```'] }), ({ sample, text }) => {
      told[sample] += text;
    });
    const samples = samplesOf(result);
    const texts = said.map((one) => one.replace(/```.*/, ''));
    expect(samples.map(({ text }) => text)).toEqual(texts);
    expect(told).toEqual(texts);
    expect(samples.map(({ logProb }) => logProb!.sum)).toEqual(texts.map((one) => expect.closeTo(sumOf(one) / 0.8)));
  }
});

test('closing the socket is how a request is given up, and the server sees it', async () => {
  const { fake, client } = await openClient({ whileRunning: () => new Promise(() => {}) }, { logProbs: 'raw' });
  const giveUp = new AbortController();
  const asked = client.generate(request({ signal: giveUp.signal }));
  await fake.until(() => fake.core.running.size === 4);
  giveUp.abort();
  expect(await asked).toMatchObject({ kind: 'serverFailed', reason: 'aborted', retriable: false });
  await fake.until(() => fake.core.running.size === 0);
  expect(fake.core.aborted.map(({ why }) => why)).toEqual(Array.from({ length: 4 }, () => 'disconnect'));
});

test.each([
  [
    'a 503 of the scheduler',
    {
      kind: 'status',
      status: 503,
      body: '{"object":"error","message":"The request queue is full.","type":"503","param":null,"code":503}',
    },
  ],
  [
    'a scheduler abort as 500',
    {
      kind: 'status',
      status: 500,
      body: '{"object":"error","message":"Aborted","type":"503","param":null,"code":503}',
    },
  ],
  ['a reset', { kind: 'reset' }],
  ['an abort for lack of room', { kind: 'abort', message: 'The request queue is full.', status: 503 }],
] as const)('asks again after %s', async (_, fault) => {
  const { fake, client } = await openClient({}, { logProbs: 'raw' });
  const events: ClientEvent[] = [];
  client.watch((event) => events.push(event));
  fake.fail('/generate', fault);
  expect(samplesOf(await client.generate(request())).length).toBe(4);
  expect(events.map(({ kind }) => kind)).toEqual(['retry']);
  expect(client.statistics().retries).toBe(1);
});

test.each([
  [
    'a refusal',
    { kind: 'status', status: 400, body: '{"error":{"message":"temperature must be non-negative"}}' },
    'badRequest',
  ],
  ['an unhandled exception', { kind: 'status', status: 500, body: 'Internal Server Error' }, 'badAnswer'],
  ['a web page', { kind: 'html' }, 'badAnswer'],
  ['cut JSON', { kind: 'cutJson' }, 'badAnswer'],
  ['an abort by somebody', { kind: 'abort', message: 'Aborted' }, 'aborted'],
] as const)('does not ask again after %s', async (_, fault, reason) => {
  const { fake, client } = await openClient({}, { logProbs: 'raw' });
  fake.fail('/generate', fault, fault, fault);
  expect(await client.generate(request({ n: 1 }))).toMatchObject({ kind: 'serverFailed', reason });
  expect(fake.count('/generate')).toBe(1);
  expect(client.statistics()).toMatchObject({ retries: 0, failed: { [reason]: 1 } });
});

test('too few samples are none', async () => {
  const { fake, client } = await openClient({}, { logProbs: 'raw' });
  fake.fail('/generate', { kind: 'tooFew' }, { kind: 'tooFew' }, { kind: 'status', status: 400, body: '{}' });
  const failed = await client.generate(request());
  expect(failed).toMatchObject({
    reason: 'badAnswer',
    message: expect.stringContaining('3 samples, 4 were asked for'),
  });
});

test.each([10, 40])(
  'a prompt that does not fit (context of %i tokens) is told with its numbers',
  async (contextLength) => {
    const { client } = await openClient({ contextLength }, { logProbs: 'raw' });
    const failed = await client.generate(request());
    const tokens = tokenize('theorem x : p ∧ q → q ∧ p := by').length;
    expect(failed).toMatchObject({
      reason: 'tooLong',
      retriable: false,
      context: { tokens: contextLength === 10 ? tokens : tokens + 64, limit: contextLength },
    });
  },
);

test('an embedding server is not asked to generate', async () => {
  const { fake, client } = await openClient({ isEmbedding: true });
  const failed = await client.generate(request());
  expect(failed).toMatchObject({ reason: 'wrongMode', message: expect.stringContaining('--is-embedding') });
  expect(fake.count('/generate')).toBe(0);
});

test.each([
  ['errorChunk', 'badAnswer'],
  ['cutStream', 'serverDown'],
] as const)('a stream that ends in %s fails, and is not begun again', async (kind, reason) => {
  const { fake, client } = await openClient({}, { logProbs: 'raw' });
  fake.fail('/generate', { kind, afterChunks: 2 });
  let told = '';
  const failed = await client.stream(request({ n: 1 }), ({ text }) => {
    told += text;
  });
  expect(failed).toMatchObject({ kind: 'serverFailed', reason });
  expect(told).toBe('intro h');
  expect(fake.count('/generate')).toBe(1);
});

test('a stream that breaks before its first text is begun again', async () => {
  const { fake, client } = await openClient({}, { logProbs: 'raw' });
  fake.fail('/generate', { kind: 'cutStream', afterChunks: 0 });
  let told = '';
  await client.stream(request({ n: 1 }), ({ text }) => {
    told += text;
  });
  expect(told).toBe('intro h');
  expect(fake.count('/generate')).toBe(2);
});

test('waits for a server that is restarted, says so, and loses nothing', async () => {
  const clock = new FakeClock();
  const { fake, client } = await openClient({}, { logProbs: 'raw', clock });
  const events: ClientEvent[] = [];
  client.watch((event) => events.push(event));
  let hold = true;
  fake.set({ whileRunning: () => (hold ? new Promise(() => {}) : undefined) });
  const asked = Array.from({ length: 8 }, (_, i) => client.generate(request({ n: 2, lane: `search ${i}` })));
  await fake.until(() => fake.core.running.size === 16);
  const lost = new Promise<void>((resolve) => {
    client.watch(() => {
      const count = (wanted: ClientEvent['kind']) => events.filter(({ kind }) => kind === wanted).length;
      // One that fails only after the time has passed would count as a trial that failed.
      if (count('lost') === 1 && count('retry') === asked.length) resolve();
    });
  });
  await fake.kill();
  hold = false;
  await lost;
  expect(client.statistics().breaker.kind).toBe('open');
  await fake.start({ model: 'fake/prover-7b-v2', weightVersion: '2' });
  clock.advance(1000);
  const results = await Promise.all(asked);
  expect(results.map((one) => samplesOf(one).length)).toEqual(Array.from({ length: 8 }, () => 2));
  expect(results[0]).toMatchObject({ model: 'fake/prover-7b-v2', weightVersion: '2' });
  expect(events.filter(({ kind }) => kind === 'lost' || kind === 'back').map(({ kind }) => kind)).toEqual([
    'lost',
    'back',
  ]);
  expect(events).toContainEqual({ kind: 'modelChanged', model: 'fake/prover-7b-v2', weightVersion: '2' });
  expect(client.statistics()).toMatchObject({ inFlight: 0, queued: 0, breaker: { kind: 'closed' } });
});

test('notices a swap of weights by the answers', async () => {
  const { fake, client } = await openClient({}, { logProbs: 'raw' });
  const events: ClientEvent[] = [];
  client.watch((event) => events.push(event));
  samplesOf(await client.generate(request()));
  fake.set({ model: '/models/iteration-3', weightVersion: '3' });
  expect(await client.generate(request())).toMatchObject({ model: '/models/iteration-3', weightVersion: '3' });
  expect(events).toEqual([{ kind: 'modelChanged', model: '/models/iteration-3', weightVersion: '3' }]);
});

test('a chat is refused with what to do', async () => {
  const { client } = await openClient();
  const failed = await client.generate(
    request({ prompt: { kind: 'chat', messages: [{ role: 'user', content: 'x' }] } }),
  );
  expect(failed).toMatchObject({ reason: 'badRequest', message: expect.stringContaining('"openai"') });
});

test('a stream that falls silent is given up long before its deadline', async () => {
  const clock = new FakeClock();
  const { fake, client } = await openClient({}, { logProbs: 'raw', clock, baseMs: 5000, msPerToken: 1000 });
  fake.fail('/generate', { kind: 'hangStream', afterChunks: 2 });
  const silent = Promise.withResolvers<void>();
  let told = '';
  const asked = client.stream(request({ n: 1 }), ({ text }) => {
    told += text;
    if (told === 'intro h') silent.resolve();
  });
  await silent.promise;
  clock.advance(5000);
  expect(await asked).toMatchObject({
    reason: 'timeout',
    message: expect.stringContaining('nothing more within 5.0 s'),
  });
});

test('says how a server is: down, starting, ready, in doubt, unresponsive', async () => {
  const { fake, client } = await openClient({ health: 'starting', healthLimitMs: 0 }, { logProbs: 'raw' });
  expect(await client.health()).toMatchObject({ kind: 'starting' });
  fake.set({ health: 'ok' });
  expect(await client.health()).toMatchObject({ kind: 'ready' });
  fake.set({ health: 'stuck' });
  const kinds = [];
  for (let i = 0; i < 3; i++) kinds.push((await client.health()).kind);
  expect(kinds).toEqual(['suspect', 'suspect', 'unresponsive']);
  samplesOf(await client.generate(request()));
  expect(await client.health()).toMatchObject({ kind: 'suspect', failures: 1 });
  await fake.kill();
  // Connections that were kept open fail first, each in its own way.
  let last = await client.health();
  for (let i = 0; i < 5 && last.kind !== 'down'; i++) last = await client.health();
  expect(last).toMatchObject({ kind: 'down', message: expect.stringContaining('nobody listens there') });
});
