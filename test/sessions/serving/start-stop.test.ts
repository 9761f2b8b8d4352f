import { spawn } from 'node:child_process';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { gpusNow, readKeys } from '../../../sessions/serving/context.ts';
import { planLaunch } from '../../../sessions/serving/plan.ts';
import { restartServer } from '../../../sessions/serving/restart-server.ts';
import { statusOfRecord } from '../../../sessions/serving/server-status.ts';
import { keepServer, keyFilePath, readServer, serverFolder } from '../../../sessions/serving/server-store.ts';
import { startServer } from '../../../sessions/serving/start-server.ts';
import { stopServer } from '../../../sessions/serving/stop-server.ts';
import { configFrom } from '../../../src/config/schema.ts';
import { familyOf } from '../../../src/inference/serve/process-group.ts';
import { identityOf, liveness } from '../../../src/storage/process-identity.ts';
import { argumentsOf, type MadeServing, makeServing } from './made-serving.ts';

const GiB = 1024 ** 3;

async function started(made: MadeServing, context = made.context) {
  const result = await startServer({ mode: 'generate', model: '/models/prover' }, context);
  if (result.kind !== 'started') throw new Error(result.message);
  const { process } = result.record;
  if (process === null) throw new Error('no process');
  return { ...result, process };
}

async function statusOf(made: MadeServing, name = 'generate') {
  const known = await readServer(made.home, name);
  if (known.kind !== 'server') throw new Error(known.kind);
  const keys = await readKeys(made.context);
  if (keys.kind !== 'keys') throw new Error(keys.message);
  return statusOfRecord(known.record, keys, made.context, await gpusNow(made.context));
}

test.each([
  ['HTTP://LOCALHOST:31000', 'http://127.0.0.1:31000'],
  ['127.0.0.1:31000', 'http://127.0.0.1:31000'],
])('with %s as the address of clients a server listens at %s', async (url, listens) => {
  const { context } = await makeServing({ 'sglang.url': url });
  expect(planLaunch({ mode: 'generate', model: '/models/1' }, context, false)).toMatchObject({ url: listens });
});

test('starts a server, waits until it works, and finds it again; stops it with its memory given back', async () => {
  const made = await makeServing();
  const loaded = join(made.home, 'loaded');
  const { state, record, process } = await started(made, {
    ...made.with({ loadsUntil: loaded }),
    note: (message) => {
      made.context.note(message);
      if (message.includes('loads the model')) writeFileSync(loaded, '');
    },
  });
  expect(state).toBe('ready');
  expect(made.notes.join('\n')).toMatch(/it starts[\s\S]*it loads the model[\s\S]*it answers its first request/);
  const family = familyOf(process.identity);
  expect(family.length).toBe(2);
  expect(await statusOf(made)).toMatchObject({
    state: 'ready',
    mode: 'generate',
    model: '/models/prover',
    weightVersion: 'default',
    pid: process.identity.pid,
    gpus: [0],
    gpuMemoryBytes: 64 * GiB,
    running: 0,
  });
  // The same again changes nothing.
  expect(await startServer({ mode: 'generate', model: '/models/prover' }, made.context)).toMatchObject({
    state: 'already',
  });
  expect(await startServer({ mode: 'generate', model: '/models/other' }, made.context)).toMatchObject({
    kind: 'servingFailed',
    message: expect.stringContaining('runs already, with /models/prover'),
  });
  const stopped = await stopServer(record, made.context);
  expect(stopped).toMatchObject({ kind: 'stopped', forced: false, warning: null });
  if (stopped.kind === 'stopped')
    expect(stopped.memory).toEqual([{ gpu: 0, beforeBytes: 64.5 * GiB, afterBytes: 0.5 * GiB }]);
  for (const pid of family) expect(liveness(identityOf(pid))).toBe('gone');
  expect(await readServer(made.home, 'generate')).toEqual({ kind: 'noServer' });
});

test('a server that does not end when it is asked is forced, with all below it', async () => {
  const made = await makeServing();
  const { record, process } = await started(made, made.with({ ignoresTerm: true }));
  const family = familyOf(process.identity);
  expect(await stopServer(record, made.context, 100)).toMatchObject({ kind: 'stopped', forced: true, warning: null });
  for (const pid of family) expect(liveness(identityOf(pid))).toBe('gone');
});

test('a server that dies while it loads: its exit code, its last words, and what to do', async () => {
  const made = await makeServing();
  const failed = await startServer(
    { mode: 'generate', model: '/models/prover' },
    made.with({ diesSaying: 'torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.00 GiB' }),
  );
  expect(failed).toMatchObject({ kind: 'servingFailed', reason: 'failed' });
  if (failed.kind === 'servingFailed')
    expect(failed.message).toMatch(/with exit code 1[\s\S]*Tried to allocate[\s\S]*what to do: .*serve\.mem_fraction/);
  expect(await statusOf(made)).toMatchObject({
    state: 'died',
    pid: null,
    lastLines: expect.arrayContaining([expect.stringContaining('OutOfMemoryError')]),
  });
  // Its record is in nobody's way.
  expect((await started(made)).state).toBe('ready');
});

test('names who holds the port', async () => {
  const made = await makeServing();
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(made.ports[0], '127.0.0.1', resolve));
  onTestFinished(() => void other.close());
  expect(await startServer({ mode: 'generate', model: '/m' }, made.context)).toMatchObject({
    kind: 'servingFailed',
    reason: 'missing',
    message: expect.stringMatching(new RegExp(`port ${made.ports[0]} is taken by process ${process.pid} \\(`)),
  });
});

test('a program that is not there, and a model that nobody named', async () => {
  const made = await makeServing({ 'serve.command': '/nowhere/python3 -m sglang.launch_server' });
  expect(await startServer({ mode: 'generate', model: '/m' }, made.context)).toMatchObject({
    reason: 'missing',
    message: expect.stringContaining('/nowhere/python3 cannot be started'),
  });
  expect(await startServer({ mode: 'generate' }, made.context)).toMatchObject({
    reason: 'usage',
    message: expect.stringContaining('$MODEL_PATH'),
  });
});

test('a process that only has the number of a server is never touched', async () => {
  const made = await makeServing();
  const { record, process } = await started(made);
  await stopServer(record, made.context);
  const stranger = spawn('sleep', ['600'], { detached: true, stdio: 'ignore' });
  onTestFinished(() => void stranger.kill('SIGKILL'));
  const own = identityOf(stranger.pid ?? 0);
  // As after a reboot of a machine that gave the number anew.
  const recycled = { ...own, startTicks: (own.startTicks ?? 0) - 1 };
  await keepServer(made.home, { ...record, process: { ...process, identity: recycled } });
  expect(await stopServer(record, made.context)).toMatchObject({ kind: 'stopped', wasGone: true });
  expect(liveness(own)).toBe('alive');
  await keepServer(made.home, { ...record, process: { ...process, identity: { ...own, host: 'elsewhere' } } });
  expect(await stopServer(record, made.context)).toMatchObject({
    kind: 'servingFailed',
    message: expect.stringContaining('runs on elsewhere'),
  });
  expect(await statusOf(made)).toMatchObject({
    state: 'elsewhere',
    message: 'it was started on elsewhere: look there',
  });
  expect(await startServer({ mode: 'generate', model: '/models/prover' }, made.context)).toMatchObject({
    message: expect.stringContaining('was started on elsewhere'),
  });
  await keepServer(made.home, { ...record, process: null });
  expect(await stopServer(record, made.context)).toMatchObject({
    message: expect.stringContaining('was not started from here'),
  });
  expect(liveness(own)).toBe('alive');
});

test('a key is in no argument, no record, no log and no message', async () => {
  const made = await makeServing(
    { 'sglang.api_key_env': 'MY_KEY', 'serve.admin_key_env': 'MY_ADMIN_KEY' },
    { MY_KEY: 'geheim-1', MY_ADMIN_KEY: 'geheim-2' },
  );
  const { record, process } = await started(made);
  const { pid } = process.identity;
  expect(argumentsOf(pid)).not.toMatch(/geheim/);
  const log = readFileSync(join(serverFolder(made.home, 'generate'), process.log), 'utf8');
  expect(log).toContain('api_key="********"');
  expect(log + JSON.stringify(record) + made.notes.join('\n')).not.toMatch(/geheim/);
  expect(statSync(join(serverFolder(made.home, 'generate'), process.log)).mode & 0o077).toBe(0);
  expect(existsSync(keyFilePath(made.home, 'generate'))).toBe(false);
  expect((await statusOf(made)).state).toBe('ready');
  const without = { ...made, context: { ...made.context, config: configFrom(new Map()) } };
  expect((await statusOf(without)).state).toBe('unauthorised');
});

test('one GPU: what is in the way is named, and stopped when that is wanted', async () => {
  const made = await makeServing();
  const { process } = await started(made);
  const [, below] = familyOf(process.identity);
  const wish = { mode: 'embed', model: '/models/encoder' } as const;
  const refused = await startServer(wish, made.context);
  expect(refused).toMatchObject({ kind: 'servingFailed', reason: 'missing' });
  if (refused.kind === 'servingFailed')
    expect(refused.message).toMatch(
      new RegExp(
        `GPU 0 \\(NVIDIA H100 80GB HBM3\\) has 64.5 GiB of 80.0 GiB in use by process ${below} .*that is the server generate: --instead`,
      ),
    );
  expect(await startServer(wish, made.context, { instead: true })).toMatchObject({ kind: 'started', state: 'ready' });
  expect(await readServer(made.home, 'generate')).toEqual({ kind: 'noServer' });
  expect(await statusOf(made, 'embed')).toMatchObject({ state: 'ready', mode: 'embed', model: '/models/encoder' });
  const back = await startServer({ mode: 'generate', model: '/models/prover' }, made.context, { instead: true });
  expect(back).toMatchObject({ kind: 'started', record: { mode: 'generate' } });
});

test('a server that still loads has not taken its memory yet, and is in the way all the same', async () => {
  const made = await makeServing();
  const loading = made.with({ loadMs: 600_000, memoryMiB: 100 });
  await startServer({ mode: 'generate', model: '/models/prover' }, loading, { noWait: true });
  expect(await startServer({ mode: 'embed', model: '/models/encoder' }, made.context)).toMatchObject({
    reason: 'missing',
    message: expect.stringMatching(
      /the server generate \(process \d+\) takes 80 % of the same GPU, and 80 % more are needed/,
    ),
  });
  const sharing = { ...made.context.config.serve, mem_fraction: 0.2, port: made.ports[1] };
  expect(await startServer({ mode: 'embed', model: '/models/encoder', settings: sharing }, made.context)).toMatchObject(
    { kind: 'started' },
  );
  expect(await readServer(made.home, 'generate')).toMatchObject({ kind: 'server' });
});

test('a restart keeps what the server was started with, but for the changes', async () => {
  const made = await makeServing({ 'serve.extra_args': '--chunked-prefill-size 4096' });
  const { record, process } = await started(made);
  const plain = { ...made.context, config: { ...made.context.config, serve: configFrom(new Map()).serve } };
  const again = await restartServer(record, plain, { model: '/models/iter_2', changes: { max_running: 64 } });
  if (again.kind !== 'started') throw new Error(again.message);
  expect(again.record.process?.identity.pid).not.toBe(process.identity.pid);
  const argv = again.record.process?.argv.join(' ');
  expect(argv).toContain('--model-path /models/iter_2');
  expect(argv).toContain('--max-running-requests 64');
  expect(argv).toContain('--chunked-prefill-size 4096');
});

test('without waiting it loads on; one who waits no longer leaves it alone', async () => {
  const made = await makeServing();
  const loading = await startServer({ mode: 'generate', model: '/m' }, made.with({ loadMs: 600_000 }), {
    noWait: true,
  });
  expect(loading).toMatchObject({ state: 'loading' });
  expect(await statusOf(made)).toMatchObject({ state: 'loading', message: expect.stringContaining('reads its model') });
  const giveUp = new AbortController();
  const second = startServer(
    { mode: 'embed', model: '/m' },
    {
      ...made.with({ loadMs: 600_000, memoryMiB: 10 }),
      signal: giveUp.signal,
      note: (message) => message.includes('loads') && giveUp.abort(),
    },
    { instead: true },
  );
  expect(await second).toMatchObject({ kind: 'servingFailed', reason: 'interrupted' });
  expect(await statusOf(made, 'embed')).toMatchObject({ state: 'loading' });
});

test('two that start the same server at once: one does, the other says who', async () => {
  const made = await makeServing();
  const wish = { mode: 'generate', model: '/models/prover' } as const;
  const results = await Promise.all([startServer(wish, made.context), startServer(wish, made.context)]);
  expect(results.map(({ kind }) => kind).toSorted()).toEqual(['servingFailed', 'started']);
  expect(results.find(({ kind }) => kind === 'servingFailed')).toMatchObject({
    message: expect.stringMatching(/^process \d+ on .* is starting or stopping the server generate/),
  });
});

test('what a dead server left behind is seen, and ended before the next start', async () => {
  const made = await makeServing();
  const { process } = await started(made, made.with({ orphans: true }));
  const [, below] = familyOf(process.identity);
  globalThis.process.kill(process.identity.pid, 'SIGKILL');
  while (liveness(process.identity) !== 'gone') await new Promise(setImmediate);
  expect(await statusOf(made)).toMatchObject({
    state: 'died',
    message: expect.stringContaining(`of those below it ${below} live on`),
  });
  expect((await started(made)).state).toBe('ready');
  expect(made.notes.join('\n')).toContain('what was left of it: the server generate is stopped');
  expect(liveness(identityOf(below ?? 0))).toBe('gone');
});

test('a server that still loads can be stopped while somebody waits for it, and waited for by several', async () => {
  const made = await makeServing();
  const loaded = join(made.home, 'loaded');
  const context = made.with({ loadsUntil: loaded });
  const wish = { mode: 'generate', model: '/models/prover' } as const;
  const loads = Promise.withResolvers<void>();
  const waiting = startServer(wish, { ...context, note: (message) => message.includes('loads') && loads.resolve() });
  await loads.promise;
  const known = await readServer(made.home, 'generate');
  if (known.kind !== 'server') throw new Error(known.kind);
  expect(await stopServer(known.record, made.context)).toMatchObject({ kind: 'stopped', wasGone: false });
  expect(await waiting).toMatchObject({
    kind: 'servingFailed',
    message: expect.stringContaining('the server generate ended'),
  });
  const again = Promise.withResolvers<void>();
  const first = startServer(wish, { ...context, note: (message) => message.includes('loads') && again.resolve() });
  await again.promise;
  const second = startServer(wish, {
    ...context,
    note: (message) => message.includes('loads') && writeFileSync(loaded, ''),
  });
  expect(await Promise.all([first, second])).toMatchObject([{ state: 'ready' }, { state: 'already' }]);
});
