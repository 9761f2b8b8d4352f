import { expect, onTestFinished, test } from 'vitest';
import { ServerMonitor } from '../../../sessions/servers/monitor.ts';
import type { ServerTarget } from '../../../sessions/servers/server-watch.ts';
import type { ServerView } from '../../../sessions/servers/view.ts';
import type { GenerationClient } from '../../../src/inference/generation.ts';
import { Secret } from '../../../src/inference/http/secret.ts';
import type { ServerDeed } from '../../../src/inference/panel/face.ts';
import { openLooker } from '../../../src/inference/panel/open-looker.ts';
import { openSglang } from '../../../src/inference/sglang/client.ts';
import type { ProviderServer } from '../../../src/policy/provider.ts';
import { type FakeSglang, startFakeSglang } from '../../fakes/sglang/server.ts';
import type { Switches } from '../../fakes/sglang/switches.ts';
import { addressOf } from '../../inference/address-of.ts';
import { request } from '../../inference/sglang/opened.ts';

interface Watching {
  readonly fake: FakeSglang;
  readonly client: GenerationClient;
  readonly monitor: ServerMonitor;
  /** The view as soon as the test holds for it. */
  until(holds: (view: ServerView) => boolean): Promise<ServerView>;
}

interface Watched {
  readonly role?: ServerTarget['role'];
  readonly key?: Secret | null;
  readonly deed?: ServerDeed | null;
}

/** A monitor that looks at a fake every few milliseconds, with a client whose traffic it shows. */
async function watching(
  switches: Partial<Switches> = {},
  { role = 'tactics', key = null, deed = null }: Watched = {},
): Promise<Watching> {
  const fake = await startFakeSglang(switches);
  const address = addressOf(fake.url);
  const client = await openSglang({ address, key, random: () => 0, logProbs: 'raw', patienceMs: 60_000 });
  const server: ProviderServer = {
    profile: 'fake',
    url: client.url,
    statistics: () => client.statistics(),
    watch: (listener) => client.watch(listener),
  };
  const watchers = new Set<() => void>();
  const monitor = new ServerMonitor({
    targets: () => [{ profile: 'fake', kind: 'sglang', role, settings: { kind: 'sglang' } }],
    openLooker: async () => ({
      kind: 'looker',
      looker: await openLooker({ protocol: 'sglang', address, key, model: null }),
    }),
    connected: () => [server],
    deedAt: async () => deed,
    readGpus: async () => ({ kind: 'noTool', message: 'none' }),
    onChange: () => {
      for (const look of [...watchers]) look();
    },
    everyMs: 5,
  });
  onTestFinished(async () => {
    await monitor.close();
    await client.close();
    await fake.close();
  });
  monitor.attend('panel');
  const until = (holds: (view: ServerView) => boolean): Promise<ServerView> =>
    new Promise((resolve) => {
      const look = () => {
        const view = monitor.view()?.servers[0];
        if (view === undefined || !holds(view)) return;
        watchers.delete(look);
        resolve(view);
      };
      watchers.add(look);
      look();
    });
  return { fake, client, monitor, until };
}

test('a server that works is ready, with its model, its load and our own requests', async () => {
  const { client, until } = await watching();
  await client.generate(request());
  const view = await until(({ face, own }) => face === 'ready' && own?.answered === 1);
  expect(view).toMatchObject({
    message: null,
    source: 'metrics',
    identity: { model: 'fake/prover-7b', weightVersion: 'default', contextLength: 4096 },
    gauges: { running: 0, queued: 0 },
    own: { inFlight: 0, limit: 32, samples: 4, nextTryMs: null, awayMs: null },
    changed: null,
  });
});

test('work and a queue show', async () => {
  const gate = Promise.withResolvers<void>();
  const { client, until } = await watching({ whileRunning: () => gate.promise, maxRunning: 2 });
  const asked = Promise.all([client.generate(request({ n: 1 })), client.generate(request({ n: 1 }))]);
  expect(await until(({ face }) => face === 'busy')).toMatchObject({ message: null });
  const more = client.generate(request({ n: 1 }));
  expect(await until(({ face }) => face === 'queueing')).toMatchObject({
    gauges: { running: 2, queued: 1 },
    own: { inFlight: 3 },
  });
  gate.resolve();
  await Promise.all([asked, more]);
  await until(({ face }) => face === 'ready');
});

test('a server that reads its model is loading, then ready', async () => {
  const { fake, until } = await watching({ health: 'starting' });
  expect((await until(({ face }) => face === 'loading')).message).toMatch(/does not take requests yet/);
  fake.set({ health: 'ok' });
  await until(({ face }) => face === 'ready');
});

test('an older server that tells nothing but its health is loading too', async () => {
  const { until } = await watching({ persona: 'early', health: 'starting' });
  await until(({ face }) => face === 'loading');
});

test('a paused server is paused until it is told to continue', async () => {
  const { fake, until } = await watching();
  await until(({ face }) => face === 'ready');
  await fetch(`${fake.url}/pause_generation`, { method: 'POST', body: '{"mode":"retract"}' });
  expect((await until(({ face }) => face === 'paused')).message).toMatch(/llm serve status/);
  await fetch(`${fake.url}/continue_generation`, { method: 'POST', body: '{}' });
  await until(({ face }) => face === 'ready');
});

test('a server whose memory was released from here says so, and is not asked to make a token', async () => {
  const { fake, until } = await watching({}, { deed: { kind: 'released', message: 'since noon' } });
  expect(await until(({ face }) => face === 'released')).toMatchObject({ message: 'since noon' });
  await until(() => fake.count('/model_info') > 5);
  expect(fake.count('/health')).toBe(0);
});

test('too much to do: refusals of our requests show, and how many are let through', async () => {
  const gate = Promise.withResolvers<void>();
  const { client, until } = await watching({ whileRunning: () => gate.promise, maxRunning: 1, maxQueued: 0 });
  const asked = Promise.all(Array.from({ length: 4 }, () => client.generate(request({ n: 1 }))));
  const view = await until(({ face, own }) => face === 'overloaded' && (own?.limit ?? 32) < 32);
  expect(view.message).toMatch(/503/);
  gate.resolve();
  await asked;
});

test('a server that is gone is down; our requests wait, with the time of the next try; then it is back', async () => {
  const { fake, client, until } = await watching();
  await until(({ face }) => face === 'ready');
  await fake.kill();
  expect((await until(({ face }) => face === 'down')).message).toMatch(/refused|nobody listens/i);
  const asked = client.generate(request());
  await until(({ own }) => own?.breaker.kind === 'open' && own.nextTryMs !== null && own.nextTryMs > 0);
  await fake.start();
  expect((await asked).kind).toBe('samples');
  expect((await until(({ face }) => face === 'ready')).own).toMatchObject({ nextTryMs: null, awayMs: null });
});

test('other weights are noticed while it works', async () => {
  const { fake, until } = await watching();
  await until(({ face }) => face === 'ready');
  fake.set({ weightVersion: 'iter-3', model: '/models/iter_3' });
  const { changed, identity } = await until((view) => view.changed !== null);
  expect(changed).toMatchObject({ from: 'fake/prover-7b, weights default', to: '/models/iter_3, weights iter-3' });
  expect(identity?.model).toBe('/models/iter_3');
});

test('a server that embeds cannot make tactics, and the reverse', async () => {
  const embeds = await watching({ isEmbedding: true });
  expect((await embeds.until(({ face }) => face === 'wrong mode')).message).toMatch(/--is-embedding/);
  const generates = await watching({}, { role: 'vectors' });
  expect((await generates.until(({ face }) => face === 'wrong mode')).message).toMatch(/--is-embedding/);
});

test('a wrong key is said, and not shown', async () => {
  const { until } = await watching({ apiKey: 'right' }, { key: new Secret('wrong-key') });
  const view = await until(({ face }) => face === 'unauthorised');
  expect(view.message).toMatch(/401/);
  expect(JSON.stringify(view)).not.toContain('wrong-key');
});

test('answers that are not of the protocol are said to be', async () => {
  const { fake, until } = await watching({ persona: 'early' });
  fake.fail(
    '/get_model_info',
    ...Array.from({ length: 50 }, () => ({ kind: 'status', status: 200, body: '<html>' }) as const),
  );
  await until(({ face }) => face === 'bad answers');
  await until(({ face }) => face === 'ready');
});

test('nobody who looks, no question', async () => {
  const { fake, monitor, until } = await watching();
  await until(({ face }) => face === 'ready');
  monitor.attend('none');
  const asked = fake.core.seen.length;
  for (let turn = 0; turn < 200; turn++) await new Promise((resolve) => setImmediate(resolve));
  // What was out when the last one looked away may still have come in.
  expect(fake.core.seen.length - asked).toBeLessThanOrEqual(4);
});
