import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { CommandContext } from '../../commands/context.ts';
import { runCommand } from '../../commands/program.ts';
import { readServer } from '../../sessions/serving/server-store.ts';
import { liveness } from '../../src/storage/process-identity.ts';
import { startFakeSglang } from '../fakes/sglang/server.ts';
import { runCli } from '../helpers/cli.ts';
import { fakeCommand, type MadeServing, makeServing } from '../sessions/serving/made-serving.ts';

async function withConfiguration(more = ''): Promise<MadeServing> {
  const made = await makeServing();
  const [text, vectors] = made.ports;
  writeFileSync(
    join(made.home, 'config.toml'),
    `[serve]\ncommand = "${fakeCommand}"\n${more}\n[sglang]\nurl = "http://127.0.0.1:${text}"\nencode_url = "http://127.0.0.1:${vectors}"\n`,
  );
  return made;
}

async function proofdeck(
  made: MadeServing,
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
  {
    stop = new AbortController(),
    stopAt = null,
  }: { readonly stop?: AbortController; readonly stopAt?: RegExp | null } = {},
) {
  const out: string[] = [];
  const notes: string[] = [];
  const context: CommandContext = {
    out: (text) => out.push(text),
    note: (text) => {
      notes.push(text);
      if (stopAt?.test(text)) stop.abort('SIGINT');
    },
    environment: { ...made.environment, PROOFDECK_HOME: made.home, XDG_CONFIG_HOME: made.home, ...environment },
    folder: made.home,
    readInput: async () => '',
    confirm: async () => false,
    interactive: false,
    signal: stop.signal,
  };
  const code = await runCommand(['llm', 'serve', ...args], context);
  return { code, out: out.join('\n'), notes: notes.join('\n') };
}

const json = ({ out }: { readonly out: string }) => JSON.parse(out);

test('a server that the command line starts lives on, and later commands find it, change it and end it', async () => {
  const made = await withConfiguration();
  const started = await runCli(made.home, ['llm', 'serve', 'start', '/models/1', '--json'], {
    environment: made.environment,
  });
  expect(started.err).toMatch(/it answers its first request/);
  expect(JSON.parse(started.out)).toMatchObject({
    schema: 'proofdeck.llm-serve-start/1',
    state: 'ready',
    server: { name: 'generate', model: '/models/1', gpus: [0] },
  });
  expect(started.code).toBe(0);
  const status = await proofdeck(made, ['status', 'generate', '--json']);
  expect(json(status)).toMatchObject({
    schema: 'proofdeck.llm-serve-status/1',
    servers: [{ name: 'generate', state: 'ready', model: '/models/1', queued: 0 }],
    gpus: [{ index: 0, name: 'NVIDIA H100 80GB HBM3' }],
  });
  expect(status.code).toBe(0);
  const swapped = await proofdeck(made, ['swap', '/models/llm/iter_2', '--json']);
  expect(json(swapped)).toMatchObject({ swapped: true, weightVersion: 'iter_2', servers: [{ state: 'swapped' }] });
  const plain = await proofdeck(made, ['status', 'generate']);
  expect(plain.out).toMatch(/\+ generate {2}ready {2}text[\s\S]*model \/models\/llm\/iter_2, weights iter_2/);
  const failed = await proofdeck(made, ['swap', '/models/missing']);
  expect(failed).toMatchObject({
    code: 1,
    notes: expect.stringMatching(/no such folder|every server works with what it had before/),
  });
  const restarted = await proofdeck(made, ['restart', '--json']);
  expect(json(restarted).server.argv.join(' ')).toContain('--model-path /models/llm/iter_2 --weight-version iter_2');
  const stopped = await proofdeck(made, ['stop', '--json']);
  expect(json(stopped)).toMatchObject({ stopped: [{ name: 'generate', wasGone: false, forced: false }], failures: [] });
  // The address that the configuration names is looked at too, and nobody is there.
  expect(await proofdeck(made, ['status'])).toMatchObject({ code: 1, notes: expect.stringContaining('is not there') });
});

test('a dry run says what would be done, and where it is from', async () => {
  const made = await withConfiguration('mem_fraction = 0.7');
  const environment = {
    MODEL_PATH: '/models/7b',
    TP: '2',
    QUANTIZATION: 'fp8',
    EXTRA_ARGS: '--chunked-prefill-size "4096"',
    CUDA_DEVICE: '2,3',
  };
  const plan = await proofdeck(made, ['start', '--dry-run', '--dp', '2', '--json'], environment);
  expect(json(plan)).toMatchObject({
    schema: 'proofdeck.llm-serve-plan/1',
    url: `http://127.0.0.1:${made.ports[0]}`,
    variables: { CUDA_VISIBLE_DEVICES: '2,3' },
    chosen: expect.arrayContaining([
      { key: 'serve.tp', value: 2, origin: '$TP' },
      { key: 'serve.dp', value: 2, origin: '--dp' },
    ]),
  });
  expect(json(plan).argv.join(' ')).toContain(
    `--model-path /models/7b --host 127.0.0.1 --port ${made.ports[0]} --tp-size 2 --dp-size 2 --mem-fraction-static 0.7 --quantization fp8 --schedule-policy lpm`,
  );
  expect(json(plan).argv.slice(-2)).toEqual(['--chunked-prefill-size', '4096']);
  const embedding = await proofdeck(made, ['start', '/models/e', '--embedding', '--dry-run', '--quiet'], {
    ENCODE_DTYPE: 'bf16',
  });
  expect(embedding.out).toContain(`--port ${made.ports[1]}`);
  expect(embedding.out).toMatch(/--dtype bfloat16 --is-embedding --enable-metrics --disable-overlap-schedule$/);
  // Another machine's server is not started here.
  expect(await proofdeck(made, ['start', '/m', '--dry-run'], { SGLANG_URL: 'http://gpu7:30000' })).toMatchObject({
    code: 2,
    notes: expect.stringContaining('sglang.url is http://gpu7:30000, which is not this machine'),
  });
  expect(await proofdeck(made, ['start', '/m', '--extra-args', '--api-key geheim'])).toMatchObject({
    code: 2,
    notes: expect.not.stringContaining('geheim'),
  });
  expect(await proofdeck(made, ['start', '--dry-run'])).toMatchObject({
    code: 2,
    notes: expect.stringContaining('$MODEL_PATH'),
  });
});

test('what is not there is said, with the code for it', async () => {
  const made = await withConfiguration();
  expect(await proofdeck(made, ['stop'])).toMatchObject({ code: 0, notes: 'no server was started from here' });
  expect(await proofdeck(made, ['stop', 'nobody'])).toMatchObject({
    code: 2,
    notes: expect.stringContaining('"nobody"'),
  });
  expect(await proofdeck(made, ['restart'])).toMatchObject({ code: 2 });
  expect(await proofdeck(made, ['swap', '/m'])).toMatchObject({
    code: 5,
    notes: expect.stringContaining('nobody listens there'),
  });
  expect(await proofdeck(made, ['start', '/m', '--set', 'sglang.api_key_env=NO_SUCH_KEY'])).toMatchObject({
    code: 5,
    notes: expect.stringContaining('the variable NO_SUCH_KEY holds no key'),
  });
  for (const [url, why] of [
    ['ftp://gpu7', 'expected an address'],
    ['http://me:geheim@gpu7', 'must hold no user name, password'],
  ] as const)
    for (const words of [['status'], ['swap', '/m'], ['release']])
      expect(await proofdeck(made, [...words, '--url', url])).toMatchObject({
        code: 2,
        notes: expect.stringMatching(new RegExp(`^(?!.*geheim).*--url: .*${why}`, 's')),
      });
  const died = await proofdeck(made, ['start', '/m'], {
    FAKE_SGLANG: '{"diesSaying":"ModuleNotFoundError: No module named \'sglang\'"}',
  });
  expect(died).toMatchObject({ code: 1, notes: expect.stringContaining('pip install "sglang[all]"') });
  expect(await proofdeck(made, ['status', 'generate'])).toMatchObject({
    code: 1,
    notes: expect.stringContaining('generate has died'),
  });
});

test('a server of somebody else is looked at and changed by its address, and not stopped', async () => {
  const made = await withConfiguration();
  const fake = await startFakeSglang({ model: '/models/1' });
  onTestFinished(() => fake.close());
  expect(json(await proofdeck(made, ['status', '--url', fake.url, '--json']))).toMatchObject({
    servers: [{ name: null, url: fake.url, state: 'ready', model: '/models/1', pid: null }],
  });
  expect(await proofdeck(made, ['swap', '/models/2', '--url', fake.url, '--weight-version', '2'])).toMatchObject({
    code: 0,
    out: `${fake.url}: works with /models/2 (version 2)`,
  });
  expect((await proofdeck(made, ['swap', '/models/3', '--url', fake.url, '--restart'])).code).toBe(1);
  expect((await proofdeck(made, ['release', '--url', fake.url])).out).toContain('released kv_cache and weights');
  const released = await proofdeck(made, ['status']);
  expect(released).toMatchObject({ code: 1, out: expect.stringContaining('released') });
  const name = new URL(fake.url).host.replace(':', '-');
  expect(await proofdeck(made, ['stop', name])).toMatchObject({
    code: 1,
    notes: expect.stringMatching(/was not started from here.*server\.json/),
  });
  expect((await proofdeck(made, ['resume', '--url', fake.url])).code).toBe(0);
  // Nothing is left to be known of it.
  expect((await proofdeck(made, ['status', name])).code).toBe(2);
});

test('Ctrl-C while it is waited for leaves the server alone', async () => {
  const made = await withConfiguration();
  const child = spawn(process.execPath, ['commands/main.ts', 'llm', 'serve', 'start', '/m'], {
    env: { ...made.environment, PROOFDECK_HOME: made.home, FAKE_SGLANG: JSON.stringify({ loadMs: 600_000 }) },
  });
  let err = '';
  child.stderr.on('data', (chunk) => {
    err += String(chunk);
    if (err.includes('it loads the model') && !child.killed) child.kill('SIGINT');
  });
  expect(await new Promise((resolve) => child.on('close', resolve))).toBe(130);
  expect(err).toMatch(/not waited for any longer; process \d+ goes on/);
  const known = await readServer(made.home, 'generate');
  if (known.kind !== 'server' || known.record.process === null) throw new Error('not kept');
  expect(liveness(known.record.process.identity)).toBe('alive');
});

test('a command that is interrupted says so in its exit code, and a swap is taken back', async () => {
  const made = await withConfiguration();
  const fake = await startFakeSglang({ model: '/models/1', weightVersion: '1', memorySaver: true });
  onTestFinished(() => fake.close());
  const swap = ['swap', '/models/2', '--url', fake.url];
  expect(await proofdeck(made, swap, {}, { stopAt: /pauses generation/ })).toMatchObject({ code: 130 });
  expect(fake.core).toMatchObject({ paused: false, switches: { model: '/models/1' } });
  for (const args of [swap, ['release', '--url', fake.url], ['status', '--url', fake.url]]) {
    const stop = new AbortController();
    stop.abort('SIGTERM');
    expect(await proofdeck(made, args, {}, { stop })).toMatchObject({ code: 143 });
  }
});

test('the status of an address that is named twice is told once', async () => {
  const made = await withConfiguration();
  const fake = await startFakeSglang({ model: '/models/1' });
  onTestFinished(() => fake.close());
  const status = await proofdeck(made, ['status', '--url', fake.url, '--url', `${fake.url}/`, '--json']);
  expect(json(status).servers).toMatchObject([{ url: fake.url, state: 'ready' }]);
});
