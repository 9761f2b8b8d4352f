import { describe, expect, onTestFinished, test } from 'vitest';
import { type FakeSglang, startFakeSglang } from './server.ts';
import type { Switches } from './switches.ts';

/* The fake itself, asked with plain fetch: what it answers is what the specification says of SGLang. */

interface Asked {
  readonly status: number;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: answers of every form are looked into
  readonly json: any;
}

async function open(switches: Partial<Switches> = {}) {
  const fake = await startFakeSglang(switches);
  onTestFinished(() => fake.close());
  const ask = async (path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Asked> => {
    const response = await fetch(
      fake.url + path,
      body === undefined
        ? { headers }
        : { method: 'POST', headers, body: typeof body === 'string' ? body : JSON.stringify(body) },
    );
    const text = await response.text();
    return { status: response.status, text, json: /^\s*[[{"n]/.test(text) ? JSON.parse(text) : null };
  };
  return { fake, ask };
}

const ends = (fake: FakeSglang) => fake.until(() => fake.core.running.size === 0);

describe('the shape of answers', () => {
  test.each([
    ['a text', 'a', 1, null],
    ['a text, n = 3', 'a', 3, ['intro h', 'simp', 'exact ⟨h.2, h.1⟩']],
    ['a list of one', ['a'], 1, ['intro h']],
    ['a list of two, n = 2', ['a', 'b'], 2, ['intro h', 'simp', 'intro h', 'simp']],
  ])('%s', async (_, text, n, texts) => {
    const { ask } = await open();
    const { json } = await ask('/generate', { text, sampling_params: { n }, model: 'ignored' });
    expect(texts === null ? json.text : json.map((one: { text: string }) => one.text)).toEqual(texts ?? 'intro h');
  });

  test('ids: the own one, one for each of a list, new ones for several samples, none twice', async () => {
    const { fake, ask } = await open();
    const ids = (json: { meta_info: { id: string } }[]) => json.map(({ meta_info: meta }) => meta.id);
    expect((await ask('/generate', { text: 'a', rid: 'r' })).json.meta_info.id).toBe('r');
    expect(ids((await ask('/generate', { text: ['a', 'b'], rid: 'r' })).json)).toEqual(['r_0', 'r_1']);
    expect(ids((await ask('/generate', { text: 'a', rid: 'r', sampling_params: { n: 2 } })).json)).not.toContain('r');
    expect(await ask('/generate', { text: ['a', 'b'], rid: ['r', 'r'] })).toMatchObject({
      status: 400,
      text: expect.stringContaining('Duplicate request ID'),
    });
    const held = Promise.withResolvers<void>();
    fake.set({ whileRunning: () => held.promise });
    const running = ask('/generate', { text: 'a', rid: 'r' });
    await fake.until(() => fake.core.running.has('r'));
    expect((await ask('/generate', { text: 'b', rid: 'r' })).status).toBe(400);
    held.resolve();
    expect((await running).status).toBe(200);
  });

  test('the end token is counted, and is not text; the default is 128 tokens; none asked for is one made', async () => {
    const { ask } = await open({ complete: () => 'x'.repeat(4 * 200) });
    const long = (await ask('/generate', { text: 'a' })).json;
    expect(long.meta_info).toMatchObject({ completion_tokens: 128, finish_reason: { type: 'length', length: 128 } });
    const none = (await ask('/generate', { text: 'a', sampling_params: { max_new_tokens: 0 } })).json;
    expect(none).toMatchObject({ text: 'xxxx', meta_info: { finish_reason: { type: 'length', length: 0 } } });
    const whole = (
      await ask('/generate', { text: 'a', sampling_params: { max_new_tokens: 300 }, return_logprob: true })
    ).json;
    expect(whole.meta_info).toMatchObject({ completion_tokens: 201, finish_reason: { type: 'stop', matched: 2 } });
    expect(whole.output_ids.at(-1)).toBe(2);
    expect(whole.meta_info.output_token_logprobs).toHaveLength(201);
  });

  test('stops at the first of its stop texts', async () => {
    const { ask } = await open({ complete: () => 'simp\n\nexact h```' });
    const stopped = (await ask('/generate', { text: 'a', sampling_params: { stop: ['```', '\n\n'] } })).json;
    expect(stopped).toMatchObject({ text: 'simp', meta_info: { finish_reason: { type: 'stop', matched: '\n\n' } } });
  });
});

describe('refusals', () => {
  test.each([
    ['a value out of its range', { text: 'a', sampling_params: { top_p: 0 } }, 400, 'top_p is out of range'],
    ['an unknown sampling key', { text: 'a', sampling_params: { nope: 1 } }, 500, 'Internal Server Error'],
    ['no text', { text: '' }, 400, 'cannot be empty'],
    ['a wrong type', { text: 5 }, 400, '"type":"Bad Request"'],
    ['broken JSON', '{"text":', 400, '"object":"error"'],
    [
      'an input that is too long',
      { text: 'x'.repeat(4 * 64) },
      400,
      "longer than the model's context length (64 tokens)",
    ],
    [
      'too many tokens in all',
      { text: 'x', sampling_params: { max_new_tokens: 64 } },
      400,
      'maximum context length of 64 tokens',
    ],
    [
      'one of a list too long',
      { text: ['a', 'x'.repeat(4 * 64)], sampling_params: { max_new_tokens: 8 } },
      400,
      'context length',
    ],
    [
      'hidden states without the flag',
      { text: 'a', sampling_params: { max_new_tokens: 8 }, return_hidden_states: true },
      400,
      '--enable-return-hidden-states',
    ],
    [
      'an adapter that is not there',
      { text: 'a', sampling_params: { max_new_tokens: 8 }, lora_path: 'x' },
      400,
      'not loaded',
    ],
  ])('%s', async (_, body, status, said) => {
    const { ask } = await open({ contextLength: 64 });
    expect(await ask('/generate', body)).toMatchObject({ status, text: expect.stringContaining(said) });
  });

  test('keys: 401 without, 403 without that of the administrator, none for health and metrics', async () => {
    const { ask } = await open({ apiKey: 'k', adminKey: 'a' });
    const key = (text: string) => ({ authorization: `Bearer ${text}` });
    expect(await ask('/model_info')).toMatchObject({ status: 401, text: '{"error":"Unauthorized"}' });
    expect((await ask('/model_info', undefined, key('k'))).status).toBe(200);
    expect((await ask('/model_info', undefined, { 'x-api-key': 'k' })).status).toBe(200);
    expect(await ask('/flush_cache', {}, key('k'))).toMatchObject({ status: 403, text: '{"error":"Forbidden"}' });
    expect((await ask('/flush_cache', {}, key('a'))).status).toBe(200);
    expect([(await ask('/health')).status, (await ask('/metrics')).status]).toEqual([200, 200]);
  });

  test('what the early server does not have', async () => {
    const { ask } = await open({ persona: 'early' });
    for (const path of ['/model_info', '/server_info', '/v1/loads']) expect((await ask(path)).status).toBe(404);
    expect(Object.keys((await ask('/get_model_info')).json)).toHaveLength(5);
    const late = await open();
    expect(Object.keys((await late.ask('/model_info')).json).length).toBeGreaterThan(5);
  });
});

test('the cache: the longest common beginning, all of it with several samples, nothing after a flush', async () => {
  const { fake, ask } = await open({ whileRunning: () => {} });
  const cached = async (text: string, n = 1) => {
    const { json } = await ask('/generate', { text, sampling_params: { n } });
    return (n === 1 ? json : json[0]).meta_info.cached_tokens;
  };
  expect(await cached('aaaabbbbcccc')).toBe(0);
  expect(await cached('aaaabbbbdddd')).toBe(2);
  expect(await cached('xxxxyyyyzzzz', 2)).toBe(2);
  const held = Promise.withResolvers<void>();
  fake.set({ whileRunning: () => held.promise });
  const busy = ask('/generate', { text: 'q' });
  await fake.until(() => fake.core.running.size === 1);
  expect(await ask('/flush_cache', {})).toMatchObject({ status: 400 });
  held.resolve();
  await busy;
  await ends(fake);
  expect((await ask('/flush_cache', {})).status).toBe(200);
  expect(await cached('aaaabbbbcccc')).toBe(0);
});

test('hidden states: a row for each token that is read anew, and for each step but the last', async () => {
  const { ask } = await open({ returnHiddenStates: true });
  const body = { text: 'aaaabbbbcccc', return_hidden_states: true };
  const first = (await ask('/generate', body)).json.meta_info;
  expect(first.hidden_states[0]).toHaveLength(3);
  expect(first.hidden_states).toHaveLength(1 + first.completion_tokens - 1);
  expect((await ask('/generate', body)).json.meta_info.hidden_states[0]).toHaveLength(1);
  expect((await ask('/generate', { ...body, return_hidden_states: 'last' })).json.meta_info.hidden_states).toHaveLength(
    4,
  );
});

test('streams whole texts or what is new, with an index for each of several', async () => {
  for (const incrementalStreaming of [false, true]) {
    const { ask } = await open({ incrementalStreaming, complete: (_, i) => (i === 0 ? 'aaaabbbb' : 'cccc') });
    const { text } = await ask('/generate', { text: 'q', stream: true, sampling_params: { n: 2 } });
    const events = text
      .split('\n\n')
      .filter((one) => one !== '')
      .map((one) => one.slice('data: '.length));
    expect(events.pop()).toBe('[DONE]');
    const chunks = events.map((one) => JSON.parse(one));
    expect(chunks.map((one) => [one.index, one.text])).toEqual(
      incrementalStreaming
        ? [
            [0, 'aaaa'],
            [1, 'cccc'],
            [0, 'bbbb'],
            [1, ''],
            [0, ''],
          ]
        : [
            [0, 'aaaa'],
            [1, 'cccc'],
            [0, 'aaaabbbb'],
            [1, 'cccc'],
            [0, 'aaaabbbb'],
          ],
    );
  }
});

test('aborts by id with what there is of the answer, and says 200 also for an id that nobody has', async () => {
  const { fake, ask } = await open({ whileRunning: () => new Promise(() => {}) });
  const running = ask('/generate', { text: 'a', rid: 'mine' });
  await fake.until(() => fake.core.running.has('mine'));
  expect((await ask('/abort_request', { rid: 'nobody' })).status).toBe(200);
  expect((await ask('/abort_request', { rid: 'mine' })).status).toBe(200);
  expect(await running).toMatchObject({
    status: 200,
    json: { text: 'intr', meta_info: { finish_reason: { type: 'abort' } } },
  });
});

test('a full queue is a 503, in the flat form', async () => {
  const held = Promise.withResolvers<void>();
  const { fake, ask } = await open({ maxRunning: 1, maxQueued: 1, whileRunning: () => held.promise });
  const first = ask('/generate', { text: 'a' });
  await fake.until(() => fake.core.running.size === 1);
  const second = ask('/generate', { text: 'b' });
  await fake.until(() => fake.core.waiting.length === 1);
  expect(await ask('/generate', { text: 'c' })).toMatchObject({
    status: 503,
    json: { object: 'error', code: 503, message: 'The request queue is full.' },
  });
  held.resolve();
  expect([(await first).status, (await second).status]).toEqual([200, 200]);
});

test('health: 503 at once while it starts, after its time limit when it is stuck', async () => {
  const { ask } = await open({ health: 'starting', healthLimitMs: 0 });
  expect(await ask('/health')).toMatchObject({ status: 503, text: '' });
  const stuck = await open({ health: 'stuck', healthLimitMs: 0 });
  expect((await stuck.ask('/health_generate')).status).toBe(503);
});

test('an embedding server that got as many requests as it bears answers no more, until it is restarted', async () => {
  const { fake, ask } = await open({ isEmbedding: true, freezeAtParallel: 2, healthLimitMs: 0 });
  expect((await ask('/encode', { text: ['a'] })).json).toHaveLength(1);
  const { embedding } = (await ask('/encode', { text: 'a' })).json;
  expect(Math.hypot(...embedding)).toBeCloseTo(1);
  fake.set({ whileRunning: () => fake.until(() => fake.core.frozen) });
  const asked = [ask('/encode', { text: 'b' }), ask('/encode', { text: 'c' })].map((one) => one.catch(() => 'lost'));
  await fake.until(() => fake.core.frozen);
  expect((await ask('/health')).status).toBe(503);
  await fake.kill();
  expect(await Promise.all(asked)).toEqual(['lost', 'lost']);
  await fake.start({ whileRunning: () => {} });
  expect((await ask('/encode', { text: 'b' })).status).toBe(200);
});

test('a request while memory is released hangs, or ends the server', async () => {
  const { fake, ask } = await open({ whileReleased: 'crash' });
  expect(await ask('/release_memory_occupation', {})).toMatchObject({ status: 200, text: 'null' });
  await expect(ask('/generate', { text: 'a' })).rejects.toThrow();
  await fake.start();
  expect((await ask('/generate', { text: 'a' })).status).toBe(200);
});
