import { existsSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { gpusNow, readKeys, type ServingContext } from '../../../sessions/serving/context.ts';
import { frozenServerRestarter } from '../../../sessions/serving/restart-frozen.ts';
import { restartServer } from '../../../sessions/serving/restart-server.ts';
import { statusOfRecord } from '../../../sessions/serving/server-status.ts';
import { keyFilePath, readServer } from '../../../sessions/serving/server-store.ts';
import { startServer } from '../../../sessions/serving/start-server.ts';
import { stopServer } from '../../../sessions/serving/stop-server.ts';
import { liveness } from '../../../src/storage/process-identity.ts';
import { type MadeServing, makeServing } from './made-serving.ts';

async function started(made: MadeServing, mode: 'generate' | 'embed', context = made.context) {
  const result = await startServer({ mode, model: '/models/prover' }, context);
  if (result.kind !== 'started' || result.record.process === null) throw new Error('not started');
  return { record: result.record, process: result.record.process };
}

test('one who gives up while memory is waited for starts nothing', async () => {
  const made = await makeServing();
  await started(made, 'generate');
  const giveUp = new AbortController();
  const context: ServingContext = {
    ...made.context,
    signal: giveUp.signal,
    note: (message) => message.startsWith('waiting for memory') && giveUp.abort(),
  };
  expect(await startServer({ mode: 'embed', model: '/m' }, context, { again: true })).toMatchObject({
    kind: 'servingFailed',
    reason: 'interrupted',
  });
  expect(await readServer(made.home, 'embed')).toEqual({ kind: 'noServer' });
});

test('no server of ours is ended for one that cannot start, as a stranger has its port', async () => {
  const made = await makeServing();
  const { process } = await started(made, 'generate');
  const stranger = createServer();
  await new Promise<void>((resolve) => stranger.listen(made.ports[1], '127.0.0.1', resolve));
  onTestFinished(() => void stranger.close());
  expect(await startServer({ mode: 'embed', model: '/m' }, made.context, { instead: true })).toMatchObject({
    reason: 'missing',
    message: expect.stringMatching(/port \d+ is taken by process \d+ .*, which was not started from here/),
  });
  expect(liveness(process.identity)).toBe('alive');
});

test('a restart that cannot succeed ends nothing; one that fails forgets nothing', async () => {
  const made = await makeServing();
  const { record, process } = await started(made, 'generate');
  const refused = await restartServer(record, made.context, { changes: { extra_args: '--api-key geheim' } });
  expect(refused).toMatchObject({ kind: 'servingFailed', reason: 'usage' });
  expect(liveness(process.identity)).toBe('alive');
  const failed = await restartServer(record, made.context, { changes: { command: '/nowhere/python3' } });
  expect(failed).toMatchObject({
    reason: 'missing',
    message: expect.stringMatching(/\/nowhere\/python3 cannot be started.*"proofdeck llm serve restart generate"/s),
  });
  expect(liveness(process.identity)).toBe('gone');
  const known = await readServer(made.home, 'generate');
  if (known.kind !== 'server') throw new Error(known.kind);
  expect(known.record.process?.settings).toEqual(process.settings);
  expect(await restartServer(known.record, made.context)).toMatchObject({ kind: 'started', state: 'ready' });
});

test('a name that leads out of the folder of servers makes no folder', async () => {
  const made = await makeServing();
  expect(await startServer({ mode: 'generate', model: '/m', name: '../../out' }, made.context)).toMatchObject({
    reason: 'usage',
    message: expect.stringContaining('cannot be the name of a server'),
  });
  expect(existsSync(join(made.home, '..', 'out'))).toBe(false);
});

test('the file with the keys goes when a server that nobody waited for is seen at work', async () => {
  const variables = { MY_KEY: 'geheim-1' };
  const made = await makeServing({ 'sglang.api_key_env': 'MY_KEY' }, variables);
  const wish = { mode: 'generate', model: '/m' } as const;
  const begun = await startServer(wish, made.context, { noWait: true });
  if (begun.kind !== 'started') throw new Error(begun.message);
  const keys = await readKeys(made.context);
  if (keys.kind !== 'keys') throw new Error(keys.message);
  expect(existsSync(keyFilePath(made.home, 'generate'))).toBe(true);
  let state = '';
  while (state !== 'ready')
    ({ state } = await statusOfRecord(begun.record, keys, made.context, await gpusNow(made.context)));
  expect(existsSync(keyFilePath(made.home, 'generate'))).toBe(false);
  // What is known of it by then is not undone by one who looked at it before.
  expect(await stopServer(begun.record, made.context)).toMatchObject({ kind: 'stopped' });
  expect(await readServer(made.home, 'generate')).toEqual({ kind: 'noServer' });
});

test('of several that wait for one restart, one who gives up keeps nobody waiting and nobody from it', async () => {
  const made = await makeServing();
  const loaded = join(made.home, 'loaded');
  const { record } = await started(made, 'embed');
  await restartServer(record, made.with({ loadsUntil: loaded }), { noWait: true });
  const loads = Promise.withResolvers<void>();
  const context = { ...made.context, note: (message: string) => message.includes('loads') && loads.resolve() };
  const restart = frozenServerRestarter(context);
  const frozen = { url: record.url, model: '/models/prover', message: 'no answer' };
  const [first, second] = [new AbortController(), new AbortController()];
  const results = [first.signal, second.signal, new AbortController().signal].map((signal) => restart(frozen, signal));
  await loads.promise;
  second.abort();
  expect(await results[1]).toBe('left');
  first.abort();
  expect(await results[0]).toBe('left');
  writeFileSync(loaded, '');
  expect(await results[2]).toBe('restarted');
});
