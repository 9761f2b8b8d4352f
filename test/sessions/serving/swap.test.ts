import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { releaseMemory } from '../../../sessions/serving/memory.ts';
import { resumeMemory } from '../../../sessions/serving/resume-memory.ts';
import { statusOfRecord, statusOfUrl } from '../../../sessions/serving/server-status.ts';
import { readServer } from '../../../sessions/serving/server-store.ts';
import { startServer } from '../../../sessions/serving/start-server.ts';
import { swapServers } from '../../../sessions/serving/swap-weights.ts';
import { findTargets } from '../../../sessions/serving/targets.ts';
import type { FakeSglang } from '../../fakes/sglang/server.ts';
import { fakeServer, keysOf, type MadeServing, makeServing } from './made-serving.ts';

/** A router in front of servers; it passes on nothing that an administrator asks. */
async function router(path: string, answer: unknown): Promise<string> {
  const server = createServer((request, response) => {
    const isIt = request.url === path;
    response.writeHead(isIt ? 200 : 404, { 'content-type': 'application/json' });
    response.end(JSON.stringify(isIt ? answer : { error: 'not found' }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function swap(made: MadeServing, urls: readonly string[], path = '/models/2') {
  const keys = await keysOf(made);
  const found = await findTargets({ names: [], urls }, 'generate', keys, made.context);
  if (found.kind !== 'targets') throw new Error(found.message);
  const result = await swapServers(found.targets, { path, version: '2' }, keys, made.context);
  if (result.kind !== 'swap') throw new Error(result.message);
  return result;
}

const paths = (fake: FakeSglang) => fake.core.seen.filter(({ method }) => method === 'POST').map(({ path }) => path);

test('behind a router every server is asked itself, and none goes on before all have the new weights', async () => {
  const made = await makeServing();
  const [a, b] = [await fakeServer(), await fakeServer()];
  const url = await router('/workers', { workers: [{ url: a.url, is_healthy: true }, { url: b.url }], total: 2 });
  // The second reads its weights only when the first has read them.
  const continued: string[] = [];
  const context = { ...made.context, note: (message: string) => void continued.push(message) };
  const result = await swap({ ...made, context }, [url]);
  expect(result).toMatchObject({
    swapped: true,
    outcomes: [
      { url: a.url, state: 'swapped' },
      { url: b.url, state: 'swapped' },
    ],
  });
  for (const fake of [a, b]) {
    expect(paths(fake)).toEqual(['/pause_generation', '/update_weights_from_disk', '/continue_generation']);
    expect(fake.core.switches).toMatchObject({ model: '/models/2', weightVersion: '2' });
    expect(fake.core.paused).toBe(false);
  }
  const steps = continued.map((one) => one.replace(/^\S+: /, ''));
  expect(steps).toEqual([
    'pauses generation',
    'pauses generation',
    'reads the new weights',
    'reads the new weights',
    'goes on',
    'goes on',
  ]);
});

test('an older router lists its servers by another route', async () => {
  const made = await makeServing();
  const a = await fakeServer({ persona: 'early' });
  const url = await router('/list_workers', { urls: [a.url] });
  expect(await swap(made, [url])).toMatchObject({ swapped: true, outcomes: [{ url: a.url }] });
});

test('a router that names no address is said to do so, and no more is asked', async () => {
  const made = await makeServing();
  const keys = await keysOf(made);
  for (const workers of [['grpc://gpu7:1'], [{ url: 'http://a b' }]]) {
    const url = await router('/workers', { workers });
    const message = expect.stringMatching(/\/workers names a server at .* which is no address/);
    expect(await findTargets({ names: [], urls: [url] }, 'generate', keys, made.context)).toMatchObject({ message });
    expect(await statusOfUrl(url, keys, made.context)).toMatchObject([{ state: 'strange' }]);
  }
});

test('one that refuses: those that were changed get their old weights again, and all go on with them', async () => {
  const made = await makeServing();
  const [a, b] = [await fakeServer(), await fakeServer()];
  b.fail('/update_weights_from_disk', {
    kind: 'status',
    status: 400,
    body: '{"success":false,"message":"no such folder"}',
  });
  const result = await swap(made, [a.url, b.url]);
  expect(result.swapped).toBe(false);
  expect(result.outcomes).toMatchObject([
    { url: a.url, state: 'kept', message: null, now: { model: '/models/1', weightVersion: '1' } },
    { url: b.url, state: 'kept', message: expect.stringContaining('no such folder') },
  ]);
  expect(paths(a)).toEqual([
    '/pause_generation',
    '/update_weights_from_disk',
    '/update_weights_from_disk',
    '/continue_generation',
  ]);
  for (const fake of [a, b]) {
    expect(fake.core.switches).toMatchObject({ model: '/models/1', weightVersion: '1' });
    expect(fake.core.paused).toBe(false);
  }
});

test('one whose old weights do not come back stays paused, and is told apart from those that work', async () => {
  const made = await makeServing();
  const [a, b] = [await fakeServer({ model: '/models/missing', weightVersion: '1' }), await fakeServer()];
  b.fail('/update_weights_from_disk', {
    kind: 'status',
    status: 400,
    body: '{"success":false,"message":"does not fit"}',
  });
  const result = await swap(made, [a.url, b.url]);
  expect(result.outcomes).toMatchObject([
    { url: a.url, state: 'leftPaused', message: expect.stringContaining('did not take its old weights again') },
    { url: b.url, state: 'kept' },
  ]);
  expect(a.core.paused).toBe(true);
  expect(b.core.paused).toBe(false);
});

test('one that cannot be reached: nothing is changed anywhere', async () => {
  const made = await makeServing();
  const a = await fakeServer();
  const gone = await fakeServer();
  const keys = await keysOf(made);
  await gone.kill();
  const targets = [a.url, gone.url].map((url) => ({ url, record: null }));
  const result = await swapServers(targets, { path: '/models/2', version: '2' }, keys, made.context);
  expect(result).toMatchObject({
    swapped: false,
    outcomes: [{ state: 'kept' }, { message: expect.stringContaining('nobody listens') }],
  });
  expect(paths(a)).toEqual([]);
});

test('a server that was started from here is swapped in place, and restarts with what it has', async () => {
  const made = await makeServing();
  const begun = await startServer({ mode: 'generate', model: '/models/1' }, made.context);
  if (begun.kind !== 'started') throw new Error(begun.message);
  const keys = await keysOf(made);
  const found = await findTargets({ names: [], urls: [] }, 'generate', keys, made.context);
  expect(found).toMatchObject({ targets: [{ record: { name: 'generate' } }] });
  if (found.kind !== 'targets') throw new Error(found.message);
  expect(await swapServers(found.targets, { path: '/models/2', version: '2' }, keys, made.context)).toMatchObject({
    swapped: true,
  });
  expect(await readServer(made.home, 'generate')).toMatchObject({
    record: {
      paused: null,
      process: { identity: begun.record.process?.identity, settings: { model_path: '/models/2', weight_version: '2' } },
    },
  });
});

test('releases memory around a training and takes it back with other weights', async () => {
  const made = await makeServing({ 'serve.memory_saver': true });
  const begun = await startServer({ mode: 'generate', model: '/models/1' }, made.context);
  if (begun.kind !== 'started') throw new Error(begun.message);
  const keys = await keysOf(made);
  const target = { url: begun.record.url, record: begun.record };
  const wish = { tags: ['kv_cache', 'weights'], drainMs: 1000 } as const;
  expect(await releaseMemory(target, wish, keys, made.context)).toMatchObject({
    done: true,
    message: 'released kv_cache and weights',
  });
  const read = async () => {
    const known = await readServer(made.home, 'generate');
    if (known.kind !== 'server') throw new Error(known.kind);
    return known.record;
  };
  // Health is not asked: that would be a request.
  expect(await statusOfRecord(await read(), keys, made.context, { kind: 'noTool', message: '' })).toMatchObject({
    state: 'released',
    model: '/models/1',
  });
  expect(await releaseMemory({ ...target, record: await read() }, wish, keys, made.context)).toMatchObject({
    done: false,
  });
  expect(
    await swapServers([{ ...target, record: await read() }], { path: '/m', version: '2' }, keys, made.context),
  ).toMatchObject({ kind: 'servingFailed', message: expect.stringContaining('is released') });
  const back = { ...target, record: await read() };
  expect(await resumeMemory(back, { path: '/models/2', version: '2' }, keys, made.context)).toMatchObject({
    done: true,
    message: 'takes requests again, with /models/2',
  });
  expect(await statusOfRecord(await read(), keys, made.context, { kind: 'noTool', message: '' })).toMatchObject({
    state: 'ready',
    model: '/models/2',
    weightVersion: '2',
  });
});

test('a server that cannot release memory goes on as before', async () => {
  const made = await makeServing();
  const fake = await fakeServer({ memorySaver: false });
  const wish = { tags: ['kv_cache', 'weights'], drainMs: 0 } as const;
  expect(await releaseMemory({ url: fake.url, record: null }, wish, await keysOf(made), made.context)).toMatchObject({
    done: false,
    message: expect.stringMatching(/--enable-memory-saver.*it goes on as before/),
  });
  expect(fake.core.paused).toBe(false);
});

test('memory of a server that somebody else started is released and taken back too', async () => {
  const made = await makeServing();
  const fake = await fakeServer({ memorySaver: true });
  const keys = await keysOf(made);
  const wish = { tags: ['kv_cache', 'weights'], drainMs: 0 } as const;
  expect(await releaseMemory({ url: fake.url, record: null }, wish, keys, made.context)).toMatchObject({ done: true });
  expect(fake.core.released.size).toBe(2);
  const found = await findTargets({ names: [], urls: [fake.url] }, 'generate', keys, made.context);
  if (found.kind !== 'targets' || found.targets[0] === undefined) throw new Error('not kept');
  expect(await resumeMemory(found.targets[0], null, keys, made.context)).toMatchObject({ done: true });
  expect(fake.core.released.size).toBe(0);
  expect(fake.core.weightsLost).toBe(false);
});

test('the status of a router is that of every server behind it', async () => {
  const made = await makeServing();
  const a = await fakeServer();
  const stuck = await fakeServer({ health: 'stuck', healthLimitMs: 0 });
  const url = await router('/workers', { workers: [a.url, stuck.url] });
  expect(await statusOfUrl(url, await keysOf(made), made.context)).toMatchObject([
    { state: 'router', workers: [a.url, stuck.url] },
    { url: a.url, state: 'ready', model: '/models/1' },
    { url: stuck.url, state: 'frozen' },
  ]);
  expect(stuck.count('/health')).toBe(3);
});
