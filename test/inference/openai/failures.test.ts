import { writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { ClientEvent } from '../../../src/inference/client-state.ts';
import { readKey, Secret } from '../../../src/inference/http/secret.ts';
import { FakeOpenAi } from '../../fakes/openai/server.ts';
import { ask, clientAt, fakeAndClient, samplesOf } from './client-of.ts';

const wrong = { kind: 'serverFailed' } as const;

test.each(['vllm', 'sglang', 'llama-server', 'tgi'] as const)('%s: a prompt that is too long', async (persona) => {
  const { client } = await fakeAndClient({ persona, contextLength: 100 });
  const failure = await client.generate(ask({ prompt: { kind: 'text', text: 'p '.repeat(300) } }));
  expect(failure).toMatchObject({ ...wrong, reason: 'tooLong', retriable: false, context: { limit: 100 } });
});

test('the server that is too busy is asked again, and what it said is told', async () => {
  const { fake, client } = await fakeAndClient({ persona: 'vllm' });
  const events: ClientEvent[] = [];
  client.watch((event) => events.push(event));
  fake.faults.push(
    { kind: 'status', status: 503, body: '{"error":{"message":"queue is full"}}' },
    { kind: 'status', status: 429, body: '' },
  );
  expect(samplesOf(await client.generate(ask()))).toHaveLength(1);
  expect(events).toMatchObject([
    { kind: 'retry', reason: 'overloaded', message: expect.stringContaining('queue is full') },
    { kind: 'retry', reason: 'overloaded' },
  ]);
  expect(client.statistics()).toMatchObject({ retries: 2, samples: 1 });
});

test('an answer that is no answer is a failure with a reason, and is not asked for again', async () => {
  const { fake, client } = await fakeAndClient({ persona: 'vllm' });
  const bodies = [
    ['<html><title>Sign in</title></html>', 'text/html', 'web page'],
    ['{"choices":[{"text":"si', 'application/json', 'broken JSON'],
    ['{"hello":1}', 'application/json', 'choices'],
    ['', 'application/json', 'nothing'],
  ] as const;
  for (const [body, contentType, said] of bodies) {
    fake.faults.push({ kind: 'body', body, contentType });
    expect(await client.generate(ask())).toMatchObject({
      ...wrong,
      reason: 'badAnswer',
      message: expect.stringContaining(said),
    });
  }
  fake.faults.push({ kind: 'body', body: '{"choices":[]}' });
  expect(await client.generate(ask())).toMatchObject({
    ...wrong,
    reason: 'badAnswer',
    message: expect.stringContaining('0 samples'),
  });
  expect(client.statistics().retries).toBe(0);
});

test('a stream that breaks off is a failure, whatever came before', async () => {
  for (const persona of ['vllm', 'ollama'] as const) {
    const { fake, client } = await fakeAndClient({ persona, say: () => 'simp only [h]' });
    await client.generate(ask());
    for (const [error, reason] of [
      ['CUDA out of memory', 'aborted'],
      [null, 'serverDown'],
    ] as const) {
      fake.faults.push({ kind: 'breakStream', after: 2, error });
      let told = '';
      const failure = await client.stream(ask(), ({ text }) => {
        told += text;
      });
      expect(failure).toMatchObject({ ...wrong, reason });
      if (error !== null) expect(failure).toMatchObject({ message: expect.stringContaining(error) });
      expect(told.length).toBeGreaterThan(0);
    }
  }
});

test('one of several requests for a prompt that fails for good is a sample that says so', async () => {
  const { fake, client } = await fakeAndClient({ persona: 'ollama', say: () => 'rfl' });
  await client.generate(ask());
  fake.faults.push({ kind: 'status', status: 500, body: '{"error":"model runner has crashed"}' });
  const samples = samplesOf(await client.generate(ask({ n: 3 })));
  expect(samples.map(({ text }) => text).toSorted()).toEqual(['', 'rfl', 'rfl']);
  expect(samples.find(({ text }) => text === '')).toMatchObject({
    finish: { kind: 'aborted', message: expect.stringContaining('model runner has crashed') },
    logProb: null,
  });
});

test('giving up closes the connection', async () => {
  const { fake, client } = await fakeAndClient({ persona: 'vllm' });
  await client.generate(ask());
  fake.faults.push({ kind: 'hang' });
  const end = new AbortController();
  const asked = client.generate(ask({ signal: end.signal }));
  await waitUntil(() => fake.seen.length === 2);
  end.abort();
  expect(await asked).toMatchObject({ ...wrong, reason: 'aborted', retriable: false });
  await waitUntil(() => fake.abandoned === 1);
});

test('a deadline is kept', async () => {
  const { fake, client } = await fakeAndClient({ persona: 'vllm' });
  await client.generate(ask());
  fake.faults.push({ kind: 'hang' });
  expect(await client.generate(ask({ deadlineMs: 50 }))).toMatchObject({ ...wrong, reason: 'timeout' });
});

test('a model that is not there, and the ones that are', async () => {
  const { client } = await fakeAndClient({ persona: 'vllm' }, { model: 'other' });
  expect(await client.identity()).toMatchObject({
    ...wrong,
    reason: 'badRequest',
    message: expect.stringMatching(/no model "other"; it has fake-prover/),
  });
});

test('an SGLang that was started for embeddings is refused by name', async () => {
  const { client } = await fakeAndClient({ persona: 'sglang', embeds: true });
  expect(await client.identity()).toMatchObject({
    ...wrong,
    reason: 'wrongMode',
    message: expect.stringMatching(/started with --is-embedding and cannot generate/),
  });
});

test('the key comes from a variable or a file, is sent, and is never told', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'proofdeck-key-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  writeFileSync(join(folder, 'key'), 'sesame-1\n');
  const fromFile = await readKey({ kind: 'file', path: join(folder, 'key') }, {});
  const fromVariable = await readKey({ kind: 'environment', variable: 'MY_KEY' }, { MY_KEY: 'sesame-1' });
  if (fromFile.kind !== 'key' || fromVariable.kind !== 'key') throw new Error('no key');
  for (const { key } of [fromFile, fromVariable]) {
    const { fake, client } = await fakeAndClient({ persona: 'vllm', key: 'sesame-1' }, { key });
    expect(samplesOf(await client.generate(ask()))).toHaveLength(1);
    expect(fake.seen[0]?.authorization).toBe('Bearer sesame-1');
  }
  const { client } = await fakeAndClient({ persona: 'vllm', key: 'sesame-1' }, { key: new Secret('sesame-2') });
  const refused = await client.identity();
  expect(refused).toMatchObject({ ...wrong, reason: 'unauthorised' });
  expect(JSON.stringify(refused)).not.toContain('sesame');
});

test('an address that is something else says what to do', async () => {
  const server = createServer((_, response) => response.end('<html>'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as { port: number };
  const client = await clientAt(`http://127.0.0.1:${port}`);
  expect(await client.identity()).toMatchObject({
    ...wrong,
    reason: 'badAnswer',
    message: expect.stringContaining('/v1/models'),
  });
});

test('a server that goes and comes back with another model is asked again who it is', async () => {
  const { fake, client } = await fakeAndClient({ persona: 'vllm', say: () => 'rfl' });
  const events: ClientEvent['kind'][] = [];
  client.watch(({ kind }) => events.push(kind));
  expect(await client.generate(ask())).toMatchObject({ model: 'fake-prover' });
  const port = Number(new URL(fake.url).port);
  await fake.close();
  const waiting = client.generate(ask());
  await waitUntil(() => events.includes('lost'));
  const second = await FakeOpenAi.start({ persona: 'vllm', model: 'fake-prover-2', port, say: () => 'omega' });
  onTestFinished(() => second.close());
  await waiting;
  expect(events).toContain('back');
  expect(await client.generate(ask())).toMatchObject({
    kind: 'samples',
    model: 'fake-prover-2',
    samples: [{ text: 'omega' }],
  });
  expect(events).toContain('modelChanged');
});

async function waitUntil(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await new Promise((resolve) => setImmediate(resolve));
}
