import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import type { Core } from '../../fakes/sglang/core.ts';
import { type FakeSglang, startFakeSglang } from '../../fakes/sglang/server.ts';
import { runCli, startCli } from '../../helpers/cli.ts';
import { openTestHost } from '../../helpers/lean.ts';
import { temporaryFolder } from '../../storage/temporary.ts';

const SWAP = '∀ p q : Prop, p ∧ q → q ∧ p';
const MODEL = 'fake/BFS-Prover-V2-7B';
const TEXTS = ['intro p q h', 'exact ⟨h.2, h.1⟩', 'omega', 'simp', 'I think so', 'constructor'];
const complete = (_: string, sample: number): string => TEXTS[sample % TEXTS.length] as string;

const atServer = (url: string): readonly string[] => [
  '--workers',
  '1',
  '--provider',
  'sglang',
  '--set',
  `sglang.url=${url}`,
  '--num-candidates',
  '6',
];

interface Event {
  readonly kind: string;
  readonly [key: string]: unknown;
}

function eventsOf(home: string, session: string): readonly Event[] {
  const text = readFileSync(join(home, 'sessions', session, 'events.jsonl'), 'utf8');
  return text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Event);
}

/** Everything that was written below a folder. */
function allText(folder: string): string {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return files.map((file) => readFileSync(join(file.parentPath, file.name), 'latin1')).join('\n');
}

// The first start may have to prepare the image; no test should be charged for that.
beforeAll(async () => (await openTestHost()).close());

test('a model on a server proves, and the session has its scores, its weights and what was thrown away', async () => {
  const home = temporaryFolder();
  await using server = await startFakeSglang({ model: MODEL, weightVersion: '12', complete });
  const result = await runCli(home, ['prove', SWAP, ...atServer(server.url), '--json']);
  expect(result, result.err).toMatchObject({ code: 0 });
  const document = JSON.parse(result.out);
  expect(document).toMatchObject({ status: 'proved', provider: 'sglang', proof: ['intro p q h', 'exact ⟨h.2, h.1⟩'] });
  expect(document.stats.byProvider).toMatchObject([{ provider: 'sglang', onProof: 2 }]);
  expect(document.stats.candidates.unusable).toBe(document.stats.expansions);
  const events = eventsOf(home, document.session);
  expect(events.find(({ kind }) => kind === 'search.opened')).toMatchObject({
    provider: { identities: [{ url: server.url, model: MODEL, weightVersion: '12', prompt: 'bfs-prover' }] },
  });
  expect(events.find(({ kind }) => kind === 'candidates.proposed')).toMatchObject({
    candidates: expect.arrayContaining([
      expect.objectContaining({ tactic: 'simp', origin: 'sglang', weights: '12', score: expect.anything() }),
    ]),
    dropped: [{ raw: 'I think so', origin: 'sglang' }],
  });
  expect(await runCli(home, ['replay', document.session, '--verify'])).toMatchObject({ code: 0 });
  // The session plays the provider as well: the same search, without a server.
  const again = ['--provider', 'script', '--set', `script.file=${document.session}`];
  const played = await runCli(home, ['prove', SWAP, '--workers', '1', '--num-candidates', '6', ...again, '--json']);
  expect(JSON.parse(played.out)).toMatchObject({ status: 'proved', proof: document.proof });
});

test('what --record wrote is played back, and a mixture tells whose candidates they were', async () => {
  const home = temporaryFolder();
  const file = join(home, 'recorded.jsonl');
  const members = '[{ provider = "sglang", quota = 6 }, { provider = "heuristic", quota = 2 }]';
  writeFileSync(join(home, 'models.toml'), `[both]\nkind = "mixture"\nmembers = ${members}\n`);
  await using server = await startFakeSglang({ model: MODEL, complete });
  const options = ['--workers', '1', '--num-candidates', '8', '--json'];
  const asked = ['--provider', 'both', '--set', `sglang.url=${server.url}`, '--record', file];
  const live = JSON.parse((await runCli(home, ['prove', SWAP, ...options, ...asked])).out);
  expect(live.status).toBe('proved');
  expect(live.stats.byProvider.map(({ provider }: { provider: string }) => provider).toSorted()).toEqual([
    'heuristic',
    'sglang',
  ]);
  const script = ['--provider', 'script', '--set', `script.file=${file}`];
  const played = JSON.parse((await runCli(home, ['prove', SWAP, ...options, ...script])).out);
  expect(played).toMatchObject({ proof: live.proof, stats: { byProvider: live.stats.byProvider } });
});

test('a server that dies in the middle is waited for, and nothing is lost', async () => {
  const home = temporaryFolder();
  // The second state is asked for when the server is about to die.
  let release = (): void => {};
  const dead = new Promise<void>((resolve) => {
    release = resolve;
  });
  const asked = (core: Core): number =>
    core.seen.filter(({ body }) => (body.sampling_params as { n?: number } | undefined)?.n === 6).length;
  await using server: FakeSglang & AsyncDisposable = await startFakeSglang({
    model: MODEL,
    complete,
    whileRunning: () => (asked(server.core) > 1 ? dead : undefined),
  });
  const proving = startCli(home, [
    ...['prove', SWAP, ...atServer(server.url), '--json', '--set', 'policy.patience=0.2', '--timeout', '60'],
  ]);
  const read = { out: '', err: '' };
  proving.stdout.on('data', (text) => {
    read.out += text;
  });
  const waits = new Promise<void>((resolve) => {
    proving.stderr.on('data', (text) => {
      read.err += text;
      if (read.err.includes('the search waits until the provider sglang answers')) resolve();
    });
  });
  const ended = new Promise<number | null>((resolve) => proving.on('close', (code) => resolve(code)));
  await Promise.race([server.until(() => asked(server.core) === 2), ended]);
  await server.kill();
  release();
  await Promise.race([waits, ended]);
  await server.start({ whileRunning: () => {} });
  expect(await ended, read.err).toBe(0);
  expect(read.err).toContain('gave no usable answer, asking again');
  expect(read.err).toContain('answers again: the search goes on');
  const document = JSON.parse(read.out);
  expect(document).toMatchObject({ status: 'proved' });
  const events = eventsOf(home, document.session);
  const failed = events.filter(({ kind }) => kind === 'provider.failed');
  expect(failed).not.toHaveLength(0);
  for (const one of failed) expect(one).toMatchObject({ retriable: true });
  // Each state was answered once in each round, however often it was asked.
  const answered = events
    .filter(({ kind }) => kind === 'candidates.proposed')
    .map(({ node, round }) => `${node} ${round}`);
  expect(new Set(answered).size).toBe(answered.length);
  expect(await runCli(home, ['replay', document.session, '--verify'])).toMatchObject({ code: 0 });
});

test('a server that is not there, asks for a key, or has a model of no known format ends the command with what to do', async () => {
  const home = temporaryFolder();
  await using server = await startFakeSglang({ model: 'fake/nobody', apiKey: 'sk-secret-4711', complete });
  const environment = { MY_KEY: 'sk-secret-4711' };
  const prove = (...more: readonly string[]) =>
    runCli(home, ['prove', SWAP, ...atServer(server.url), '--set', 'policy.patience=0.1', ...more], { environment });
  const key = ['--set', 'sglang.api_key_env=MY_KEY'];
  expect(await prove()).toMatchObject({ code: 5, err: expect.stringMatching(/401|key/) });
  expect(await prove(...key)).toMatchObject({
    code: 2,
    err: expect.stringMatching(/cannot tell from the name "fake\/nobody".*policy\.prompt/s),
  });
  expect(await prove(...key, '--set', 'policy.base=who/knows')).toMatchObject({
    code: 2,
    err: expect.stringContaining('"who/knows"'),
  });
  expect(await prove(...key, '--set', 'policy.prompt=bfs')).toMatchObject({
    code: 2,
    err: expect.stringContaining('bfs-prover'),
  });
  const found = await prove(...key, '--set', 'policy.base=ByteDance-Seed/BFS-Prover-V2-7B', '--json');
  expect(found, found.err).toMatchObject({ code: 0 });
  const file = join(home, 'theorems.json');
  writeFileSync(file, JSON.stringify({ theorems: [{ name: 'swap', statement: SWAP }] }));
  const run = ['search', '--theorems', file, ...atServer(server.url), ...key, '--set', 'policy.prompt=bfs-prover'];
  const many = await runCli(home, [...run, '--run', 'one', '--no-canaries'], { environment });
  expect(many, many.err).toMatchObject({ code: 0 });
  const manifest = JSON.parse(readFileSync(join(home, 'runs', 'adhoc', 'one', 'manifest.json'), 'utf8'));
  expect(manifest.provider).toMatchObject({
    url: server.url,
    identities: [{ model: 'fake/nobody', prompt: 'bfs-prover' }],
  });
  // The key stands nowhere.
  expect(allText(home)).not.toContain('sk-secret');
  expect(allText(home)).toContain('MY_KEY');
  for (const { out, err } of [found, many]) expect(out + err).not.toContain('sk-secret');
  await server.kill();
  expect(await prove(...key)).toMatchObject({
    code: 5,
    err: expect.stringMatching(/nobody listens there.*sglang\.url=/s),
  });
});

test('a person reads why no tactic came out of the answers, and where the server of a profile is named', async () => {
  const home = temporaryFolder();
  await using server = await startFakeSglang({ model: MODEL, complete, contextLength: 20 });
  const tooLong = await runCli(home, ['prove', SWAP, ...atServer(server.url), '--max-nodes', '1']);
  expect(tooLong.out).toMatch(/1 answer of the model that no tactic came out of: \S/);
  writeFileSync(join(home, 'models.toml'), '[gone]\nkind = "sglang"\nurl = "http://127.0.0.1:9"\n');
  const gone = await runCli(home, ['prove', SWAP, '--provider', 'gone', '--set', 'policy.patience=0.1']);
  expect(gone).toMatchObject({ code: 5, err: expect.stringMatching(/with url in the profile "gone"/) });
});
