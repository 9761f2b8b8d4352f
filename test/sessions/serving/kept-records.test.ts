import { expect, test } from 'vitest';
import { releaseMemory } from '../../../sessions/serving/memory.ts';
import { resumeMemory } from '../../../sessions/serving/resume-memory.ts';
import { statusOfRecord, statusOfUrl } from '../../../sessions/serving/server-status.ts';
import {
  changeServer,
  forgetServer,
  keepServer,
  listServers,
  nameOfUrl,
  nameProblem,
  readServer,
} from '../../../sessions/serving/server-store.ts';
import { startServer } from '../../../sessions/serving/start-server.ts';
import { swapServers } from '../../../sessions/serving/swap-weights.ts';
import { findTargets } from '../../../sessions/serving/targets.ts';
import type { ServerRecord } from '../../../src/inference/serve/record.ts';
import { fakeServer, keysOf, makeServing } from './made-serving.ts';

const record = (name: string, url: string, paused: ServerRecord['paused'] = null): ServerRecord => ({
  ...{ version: 1, name, url, mode: 'generate', process: null, paused, released: null },
});

test('a swap that begins nothing leaves what is known of each server as it was', async () => {
  const made = await makeServing();
  const [a, gone] = [await fakeServer(), await fakeServer()];
  await gone.kill();
  const stuck = record('stuck', a.url, { since: 'yesterday', why: 'a swap of weights failed' });
  await keepServer(made.home, stuck);
  const targets = [
    { url: a.url, record: stuck },
    { url: gone.url, record: null },
  ];
  const wish = { path: '/models/2', version: '2' };
  expect(await swapServers(targets, wish, await keysOf(made), made.context)).toMatchObject({ swapped: false });
  expect(await readServer(made.home, 'stuck')).toEqual({ kind: 'server', record: stuck });
});

test('a server that somebody else started is kept under a name that is found again, and that no other one has', () => {
  expect(nameOfUrl('http://127.0.0.1:30000')).toBe('127.0.0.1-30000');
  const urls = [
    'http://[::1]:30000',
    'http://[::1]:30001',
    'http://generate',
    'https://gpu.example/a',
    'https://gpu.example/b',
    `http://${'x'.repeat(60)}.example:30000`,
  ];
  const names = urls.map(nameOfUrl);
  expect(names.map(nameProblem)).toEqual(urls.map(() => null));
  expect(new Set([...names, 'generate']).size).toBe(urls.length + 1);
});

test('a server that is forgotten while its weights are changed stays forgotten', async () => {
  const made = await makeServing();
  const a = await fakeServer();
  const known = record('a', a.url);
  await keepServer(made.home, known);
  const forgotten: Promise<void>[] = [];
  const context = {
    ...made.context,
    note: (message: string) => message.includes('reads') && forgotten.push(forgetServer(made.home, 'a')),
  };
  const targets = [{ url: a.url, record: known }];
  const wish = { path: '/models/2', version: '2' };
  expect(await swapServers(targets, wish, await keysOf(made), context)).toMatchObject({ swapped: true });
  expect(forgotten).toHaveLength(1);
  await Promise.all(forgotten);
  expect(await readServer(made.home, 'a')).toEqual({ kind: 'noServer' });
});

test('a server that is forgotten at the moment at which its record is changed is forgotten', async () => {
  const made = await makeServing();
  const known = record('a', 'http://127.0.0.1:1');
  await keepServer(made.home, known);
  const changed = changeServer(made.home, known, (kept) => ({ ...kept, paused: null }));
  await Promise.all([changed, forgetServer(made.home, 'a')]);
  expect(await readServer(made.home, 'a')).toEqual({ kind: 'noServer' });
});

test('memory of a server of which nothing is known comes back with its weights', async () => {
  const made = await makeServing();
  const fake = await fakeServer();
  const keys = await keysOf(made);
  const wish = { tags: ['kv_cache', 'weights'], drainMs: 0 } as const;
  await releaseMemory({ url: fake.url, record: null }, wish, keys, made.context);
  const known = await listServers(made.home);
  if (known.kind === 'servers') for (const { name } of known.records) await forgetServer(made.home, name);
  expect(await resumeMemory({ url: fake.url, record: null }, null, keys, made.context)).toMatchObject({ done: true });
  expect(fake.core.weightsLost).toBe(false);
});

test('a resume that fails half way is gone on with from there', async () => {
  const made = await makeServing();
  const fake = await fakeServer();
  const keys = await keysOf(made);
  const known = record('a', fake.url);
  await keepServer(made.home, known);
  const wish = { tags: ['kv_cache', 'weights'], drainMs: 0 } as const;
  expect(await releaseMemory({ url: fake.url, record: known }, wish, keys, made.context)).toMatchObject({ done: true });
  const target = async () => {
    const found = await findTargets({ names: ['a'], urls: [] }, 'generate', keys, made.context);
    if (found.kind !== 'targets' || found.targets[0] === undefined) throw new Error('not kept');
    return found.targets[0];
  };
  expect(
    await resumeMemory(await target(), { path: '/models/missing', version: '2' }, keys, made.context),
  ).toMatchObject({
    done: false,
    message: expect.stringContaining('without usable weights: "proofdeck llm serve resume --model"'),
  });
  expect(await resumeMemory(await target(), null, keys, made.context)).toMatchObject({
    done: true,
    message: 'takes requests again, with /models/1',
  });
  expect(fake.core.weightsLost).toBe(false);
  expect(fake.count('/resume_memory_occupation')).toBe(2);
});

test('a server of which it is not certain what it has goes on only with weights that are named', async () => {
  const made = await makeServing();
  const fake = await fakeServer();
  const keys = await keysOf(made);
  const stuck = record('stuck', fake.url, { since: 'yesterday', why: 'a swap of weights failed' });
  await keepServer(made.home, stuck);
  expect(await resumeMemory({ url: fake.url, record: stuck }, null, keys, made.context)).toMatchObject({
    done: false,
    message: expect.stringMatching(/a swap of weights failed.*--model/),
  });
  expect(fake.count('/continue_generation')).toBe(0);
  const weights = { path: '/models/2', version: '2' };
  expect(await resumeMemory({ url: fake.url, record: stuck }, weights, keys, made.context)).toMatchObject({
    done: true,
  });
  expect(fake.count('/continue_generation')).toBe(1);
});

test('a server that worked, lives and listens no more is not one that loads', async () => {
  const made = await makeServing();
  const begun = await startServer({ mode: 'generate', model: '/models/1' }, made.context);
  if (begun.kind !== 'started') throw new Error(begun.message);
  const deaf = { ...begun.record, url: `http://127.0.0.1:${made.ports[1]}` };
  const status = await statusOfRecord(deaf, await keysOf(made), made.context, { kind: 'noTool', message: '' });
  expect(status).toMatchObject({
    state: 'down',
    message: expect.stringMatching(/though its process lives: "proofdeck llm serve restart generate"/),
  });
});

test('two that change one server at once: one does, the other says who; it can be stopped all the while', async () => {
  const made = await makeServing();
  const fake = await fakeServer();
  const keys = await keysOf(made);
  const known = record('a', fake.url);
  await keepServer(made.home, known);
  const targets = [{ url: fake.url, record: known }];
  const swap = (version: string) => swapServers(targets, { path: `/models/${version}`, version }, keys, made.context);
  const both = await Promise.all([swap('2'), swap('3')]);
  expect(both.map(({ kind }) => kind).toSorted()).toEqual(['servingFailed', 'swap']);
  expect(both.find(({ kind }) => kind === 'servingFailed')).toMatchObject({
    message: expect.stringMatching(/is changing the weights or the memory of the server a; wait for it/),
  });
  const release = { tags: ['kv_cache', 'weights'], drainMs: 0 } as const;
  const twice = await Promise.all(
    [1, 2].map(() => releaseMemory({ url: fake.url, record: known }, release, keys, made.context)),
  );
  expect(twice.map(({ done }) => done).toSorted()).toEqual([false, true]);
});

test('a password in an address is shown nowhere and kept nowhere', async () => {
  const made = await makeServing();
  const fake = await fakeServer();
  const url = fake.url.replace('://', '://me:geheim@');
  const keys = await keysOf(made);
  const found = await findTargets({ names: [], urls: [url] }, 'generate', keys, made.context);
  if (found.kind !== 'targets' || found.targets[0] === undefined) throw new Error('not found');
  const [target] = found.targets;
  const wish = { tags: ['kv_cache', 'weights'], drainMs: 0 } as const;
  const said = [
    await statusOfUrl(url, keys, made.context),
    await swapServers([target], { path: '/models/2', version: '2' }, keys, made.context),
    await releaseMemory(target, wish, keys, made.context),
    await listServers(made.home),
    made.notes,
  ];
  expect(JSON.stringify(said)).not.toContain('geheim');
  const again = await findTargets({ names: [], urls: [url] }, 'generate', keys, made.context);
  if (again.kind !== 'targets' || again.targets[0] === undefined) throw new Error('not found');
  expect(again.targets[0].record?.released).not.toBeNull();
  expect(await resumeMemory(again.targets[0], null, keys, made.context)).toMatchObject({ done: true });
});
