import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { gpusNow, readKeys } from '../../../sessions/serving/context.ts';
import { frozenServerRestarter } from '../../../sessions/serving/restart-frozen.ts';
import { statusOfRecord } from '../../../sessions/serving/server-status.ts';
import { readServer } from '../../../sessions/serving/server-store.ts';
import { startServer } from '../../../sessions/serving/start-server.ts';
import { openSglangEmbedder } from '../../../src/inference/sglang/embedder.ts';
import { ServedEncoder } from '../../../src/value/encode/served/served-encoder.ts';
import type { LaunchSwitches } from '../../fakes/sglang/launch-server.ts';
import { addressOf } from '../../inference/address-of.ts';
import { makeServing } from './made-serving.ts';

async function frozenSoon(switches: LaunchSwitches) {
  const made = await makeServing();
  const context = made.with({ healthLimitMs: 0, freezeOnce: join(made.home, 'frozen'), ...switches });
  const begun = await startServer({ mode: 'embed', model: '/models/encoder' }, context);
  if (begun.kind !== 'started' || begun.record.process === null) throw new Error('not started');
  const address = addressOf(begun.record.url);
  const client = await openSglangEmbedder({ address, key: null, deadlineMs: 3000, patienceMs: 0, batch: 4 });
  onTestFinished(() => client.close());
  const encoder = new ServedEncoder({
    client,
    probes: [],
    restart: frozenServerRestarter(context),
    identity: {
      kind: 'sglang',
      name: 'encoder',
      width: 8,
      url: client.url,
      model: '/models/encoder',
      weightVersion: 'default',
      server: 'sglang',
      contextLength: 4096,
    },
  });
  return { made, context, encoder, pid: begun.record.process.identity.pid, url: begun.record.url };
}

const states = (n: number) => Array.from({ length: n }, (_, i) => `n : Nat\n⊢ n + ${i} = ${i} + n`);

test('an encoder that freezes is restarted, and encoding goes on', async () => {
  // The request for readiness is the first.
  const { made, encoder, pid } = await frozenSoon({ freezeAfter: 1 });
  const encoded = await encoder.encode(states(6), new AbortController().signal);
  expect(encoded).toMatchObject({ kind: 'vectors' });
  if (encoded.kind === 'vectors') expect(encoded.vectors.map(({ length }) => length)).toEqual([8, 8, 8, 8, 8, 8]);
  expect(made.notes.join('\n')).toMatch(/the server embed is frozen with its GPU idle: it is restarted/);
  const known = await readServer(made.home, 'embed');
  expect(known).toMatchObject({ kind: 'server', record: { mode: 'embed' } });
  if (known.kind === 'server') expect(known.record.process?.identity.pid).not.toBe(pid);
});

test('several that find it frozen together restart it once', async () => {
  const { made, context, encoder, url } = await frozenSoon({ freezeAfter: 1 });
  const signal = new AbortController().signal;
  const elsewhere = frozenServerRestarter(context);
  const frozen = { url, model: '/models/encoder', message: 'no answer' };
  const results = await Promise.all([encoder.encode(states(4), signal), encoder.encode(states(9).slice(4), signal)]);
  expect(results.map(({ kind }) => kind)).toEqual(['vectors', 'vectors']);
  expect(await elsewhere(frozen, signal)).toBe('restarted');
  expect(made.notes.filter((one) => one.includes('it is restarted'))).toHaveLength(1);
});

test('one whose GPU is at work, one that is paused and one that is not ours are left alone', async () => {
  const { made, context, encoder, pid, url } = await frozenSoon({ freezeAfter: 1 });
  made.busy(98);
  const signal = new AbortController().signal;
  expect(await encoder.encode(states(1), signal)).not.toMatchObject({ kind: 'vectors' });
  expect(made.notes.join('\n')).toMatch(/is left alone: .*its GPU is at work/);
  const known = await readServer(made.home, 'embed');
  if (known.kind !== 'server') throw new Error(known.kind);
  expect(known.record.process?.identity.pid).toBe(pid);
  const keys = await readKeys(context);
  if (keys.kind !== 'keys') throw new Error(keys.message);
  expect(await statusOfRecord(known.record, keys, context, await gpusNow(context))).toMatchObject({
    state: 'frozen',
    gpuUtilisation: 98,
  });
  const other = frozenServerRestarter(context);
  expect(await other({ url: url.replace('127.0.0.1', '127.0.0.2'), model: 'x', message: 'no answer' }, signal)).toBe(
    'left',
  );
  expect(made.notes.at(-1)).toMatch(/was not started from here/);
});
