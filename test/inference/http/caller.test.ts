import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import type { ClientEvent } from '../../../src/inference/client-state.ts';
import { Caller, type CallerOptions } from '../../../src/inference/http/caller.ts';
import { Secret } from '../../../src/inference/http/secret.ts';
import { addressOf } from '../address-of.ts';
import { openCaller } from '../sglang/opened.ts';
import { FakeClock } from './fake-clock.ts';

const never = new AbortController().signal;
const text = { text: 'x', sampling_params: {} };

const post = (caller: Caller, changes: { lane?: string; signal?: AbortSignal; deadlineMs?: number } = {}) =>
  caller.call({
    lane: changes.lane,
    signal: changes.signal ?? never,
    send: (transport, signal) =>
      transport.send({
        method: 'POST',
        path: '/generate',
        body: text,
        deadlineMs: changes.deadlineMs ?? 30_000,
        signal,
      }),
  });

test('at its deadline a request is given up, and the socket with it', async () => {
  const clock = new FakeClock();
  const { fake, caller } = await openCaller({}, { clock });
  fake.fail('/generate', { kind: 'hang' });
  const events: ClientEvent[] = [];
  caller.watch((event) => events.push(event));
  const asked = post(caller, { deadlineMs: 5000 });
  await fake.until(() => fake.count('/generate') === 1);
  clock.advance(5000);
  expect(await asked).toMatchObject({
    reason: 'timeout',
    retriable: true,
    message: expect.stringContaining('no answer within 5.0 s'),
  });
  await fake.until(() => fake.core.aborted.length === 1);
  expect(fake.count('/generate')).toBe(1);
  expect(events).toMatchObject([{ kind: 'failed', reason: 'timeout' }]);
});

test('waits longer with each try of an overloaded server, and gives up when the patience ends', async () => {
  const clock = new FakeClock();
  const { fake, caller } = await openCaller({ overloadShare: 1 }, { clock, random: () => 0.5, patienceMs: 3000 });
  const waits: number[] = [];
  caller.watch((event) => {
    if (event.kind === 'retry') waits.push(event.waitMs);
  });
  const asked = post(caller);
  for (let i = 0; i < 5; i++) {
    await clock.untilPending(15_000);
    await new Promise<void>((resolve) => {
      const look = () => (caller.statistics().queued === 1 ? resolve() : setImmediate(look));
      look();
    });
    clock.advance(clock.pending[0] as number);
  }
  expect(await asked).toMatchObject({ reason: 'overloaded', status: 503 });
  expect(waits).toEqual([125, 250, 500, 1000, 2000]);
  expect(fake.count('/generate')).toBe(6);
  expect(caller.statistics()).toMatchObject({ retries: 5, failed: { overloaded: 1 }, inFlight: 0, queued: 0 });
});

test('a request that brings the server down each time is not sent for ever', async () => {
  const clock = new FakeClock();
  const { fake, caller } = await openCaller({}, { clock });
  fake.fail('/generate', ...Array.from({ length: 9 }, () => ({ kind: 'reset' }) as const));
  const asked = post(caller);
  let isOver = false;
  void asked.then(() => {
    isOver = true;
  });
  while (!isOver) {
    await new Promise((resolve) => setImmediate(resolve));
    if (caller.statistics().inFlight === 0) clock.advance(1000);
  }
  expect(await asked).toMatchObject({ reason: 'serverDown' });
  expect(fake.count('/generate')).toBe(4);
});

test('a request that has run for longer than the patience is repeated too', async () => {
  const clock = new FakeClock();
  const { fake, caller } = await openCaller({ whileRunning: () => new Promise(() => {}) }, { clock, patienceMs: 1000 });
  const asked = post(caller);
  await fake.until(() => fake.core.running.size === 1);
  clock.advance(20_000);
  const again = new Promise<void>((resolve) => caller.watch(() => resolve()));
  await fake.kill();
  await fake.start({ whileRunning: () => {} });
  await again;
  clock.advance(0);
  expect((await asked).kind).toBe('answer');
});

test('says when the server is lost and when it is back, with the time between', async () => {
  const clock = new FakeClock();
  const { fake, caller } = await openCaller({}, { clock });
  const events: ClientEvent[] = [];
  caller.watch((event) => events.push(event));
  await fake.kill();
  const asked = Array.from({ length: 3 }, () => post(caller));
  await new Promise<void>((resolve) => caller.watch(({ kind }) => (kind === 'lost' ? resolve() : undefined)));
  await fake.start();
  clock.advance(1000);
  for (const one of await Promise.all(asked)) expect(one.kind).toBe('answer');
  expect(events.filter(({ kind }) => kind !== 'retry')).toEqual([
    { kind: 'lost', message: expect.stringContaining('nobody listens there') },
    { kind: 'back', awayMs: 1000 },
  ]);
});

test('without patience a server that is gone is told at once', async () => {
  const { fake, caller } = await openCaller({}, { patienceMs: 0 });
  await fake.kill();
  const failures = [await post(caller), await post(caller), await post(caller), await post(caller)];
  expect(failures.map((one) => one.kind === 'serverFailed' && one.reason)).toEqual(
    Array.from({ length: 4 }, () => 'serverDown'),
  );
  expect(failures[3]).toMatchObject({
    message: expect.stringContaining('has not answered for'),
    retriable: true,
    reached: false,
  });
});

test('closing ends what is in flight and what waits', async () => {
  const { fake, caller } = await openCaller({ whileRunning: () => new Promise(() => {}) }, { maxInFlight: 1 });
  const asked = [post(caller), post(caller)];
  await fake.until(() => fake.core.running.size === 1);
  await caller.close();
  expect((await Promise.all(asked)).map((one) => one.kind === 'serverFailed' && one.reason)).toEqual([
    'aborted',
    'aborted',
  ]);
});

async function openServer(
  answer: Parameters<typeof createServer>[1],
  options: Partial<CallerOptions> = {},
): Promise<Caller> {
  const server = createServer(answer as never);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = addressOf(`127.0.0.1:${(server.address() as AddressInfo).port}/v`);
  const caller = await Caller.open({ address, key: null, random: () => 0, ...options });
  onTestFinished(async () => {
    await caller.close();
    server.closeAllConnections();
    server.close();
  });
  return caller;
}

test('keeps connections open, puts the prefix in front, and hides a key that the server repeats', async () => {
  const sockets = new Set<unknown>();
  const paths: string[] = [];
  const caller = await openServer(
    ((
      request: { socket: unknown; url: string; headers: { authorization: string } },
      response: { writeHead: (status: number) => { end: (text: string) => void } },
    ) => {
      sockets.add(request.socket);
      paths.push(request.url);
      const key = request.headers.authorization.slice('Bearer '.length);
      response.writeHead(401).end(JSON.stringify({ error: `the key ${key} is wrong` }));
    }) as never,
    { key: new Secret('sk-777') },
  );
  for (let i = 0; i < 3; i++) {
    expect(await post(caller)).toMatchObject({
      reason: 'unauthorised',
      message: expect.stringContaining('the key [key] is wrong'),
    });
    // The connection is free again a moment after its answer.
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(sockets.size).toBe(1);
  expect(paths).toEqual(['/v/generate', '/v/generate', '/v/generate']);
  const key = new Secret('of-the-administrator');
  const refused = await caller.transport.send({ method: 'POST', path: '/generate', deadlineMs: 30_000, key });
  expect(refused).toMatchObject({ message: expect.stringContaining('the key [key] is wrong') });
});
