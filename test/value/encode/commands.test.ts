import { copyFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { encode } from '@msgpack/msgpack';
import { expect, onTestFinished, test } from 'vitest';
import { EmbeddingCache } from '../../../src/value/encode/cache/embedding-cache.ts';
import { FakeOpenAi } from '../../fakes/openai/server.ts';
import { learnableRows } from '../../fixtures/learnable-trajectories.ts';
import { runCli, startCli } from '../../helpers/cli.ts';
import { temporaryFolder } from '../../storage/temporary.ts';
import { madeRow, madeSearch, writeRows } from '../../trajectory/made-rows.ts';

const searches = (n: number) => Array.from({ length: n }, (_, i) => madeSearch(`T${i}`, 3)).flat();

test('ebm encode: each state once, whatever it is asked for', async () => {
  const home = temporaryFolder();
  const path = await writeRows(join(home, 'a.parquet'), searches(10));
  const first = await runCli(home, ['ebm', 'encode', '--trajectories', path, '--json', '--quiet']);
  expect(first.code).toBe(0);
  expect(JSON.parse(first.out)).toMatchObject({
    schema: 'proofdeck.ebm-encode/1',
    encoder: { kind: 'ngram', width: 1024, fingerprint: expect.stringMatching(/^[0-9a-f]{64}$/) },
    ...{ rows: 50, finished: 10, states: 30, cached: 0, encoded: 30, failed: 0, complete: true, problem: null },
    cache: { states: 30, damaged: 0 },
  });
  const more = await writeRows(join(home, 'b.parquet'), searches(12));
  const words = ['ebm', 'encode', '--trajectories', path, more, '--tactics'];
  const second = await runCli(home, words);
  expect(second.out).toContain('30 had vectors, 10 encoded');
  expect(second.err).toContain('ngram');
});

test('ebm encode: what is wrong is said, with the exit code for it', async () => {
  const home = temporaryFolder();
  const path = await writeRows(join(home, 'a.parquet'), searches(2));
  const run = (...words: readonly string[]) => runCli(home, ['ebm', 'encode', '--quiet', ...words]);
  expect(await run('--trajectories', join(home, 'none.parquet'))).toMatchObject({ code: 2, out: '' });
  expect(await run('--trajectories', path, '--encoder', 'nobody')).toMatchObject({ code: 2, out: '' });
  const patience = ['--set', 'policy.patience=0'];
  const away = await run(
    '--trajectories',
    path,
    '--encoder',
    'openai',
    '--set',
    'openai.url=http://127.0.0.1:9',
    ...patience,
  );
  expect(away.code).toBe(5);
  expect(away.err).toContain('--set openai.url=');
  writeFileSync(join(home, 'cut.parquet'), 'PAR1 nothing');
  expect((await run('--trajectories', join(home, 'cut.parquet'))).code).toBe(4);
});

test('ebm encode: more than one state in a hundred without a vector is a failure', async () => {
  const fake = await FakeOpenAi.start({ persona: 'vllm', embeds: true, contextLength: 100 });
  onTestFinished(() => fake.close());
  const home = temporaryFolder();
  const long = madeRow({ search: 'long', state_pp: `${'h : p\n'.repeat(200)}⊢ q` });
  const path = await writeRows(join(home, 'a.parquet'), [...searches(10), long]);
  const words = ['ebm', 'encode', '--trajectories', path, '--encoder', 'openai', '--set', `openai.url=${fake.url}`];
  const { code, out, err } = await runCli(home, [...words, '--quiet', '--json']);
  expect(JSON.parse(out)).toMatchObject({
    states: 31,
    encoded: 30,
    failed: 1,
    failures: [{ message: expect.any(String) }],
  });
  expect(code).toBe(1);
  expect(err).toContain('1 of 31 states have no vector (more than 1 %)');
});

test('ebm import: what was read, what not, and the exit code', async () => {
  const home = temporaryFolder();
  const folder = join(home, 'theirs');
  mkdirSync(folder);
  expect(await runCli(home, ['ebm', 'import', folder])).toMatchObject({ code: 2, out: '' });
  copyFileSync(join(import.meta.dirname, 'fixtures', 'embeddings.parquet'), join(folder, 'embeddings.parquet'));
  writeFileSync(join(folder, 'final.mpk'), encode({ nothing: true }));
  const bad = await runCli(home, ['ebm', 'import', folder, '--json']);
  expect(bad.code).toBe(1);
  expect(bad.err).toContain('no record of Burn');
  expect(JSON.parse(bad.out)).toMatchObject({
    schema: 'proofdeck.ebm-import/1',
    name: 'theirs',
    parts: [{ status: 'absent' }, { status: 'unreadable' }, { status: 'read' }],
    embeddings: { rows: 40, zero: 1, added: 37 },
  });
  rmSync(join(folder, 'final.mpk'));
  const good = await runCli(home, ['ebm', 'import', folder]);
  expect(good.code).toBe(0);
  expect(good.out).toContain(
    '37 of 40 vectors of 8 numbers; left out: 1 of zeros, 1 of another length, 1 with what is no number',
  );
  // A model that was trained here keeps its log and checkpoints, so it keeps its head.
  const trained = join(home, 'models', 'ebm', 'mine');
  mkdirSync(trained, { recursive: true });
  writeFileSync(join(trained, 'manifest.json'), '{}');
  writeFileSync(join(folder, 'final.mpk'), encode({ nothing: true }));
  const refused = await runCli(home, ['ebm', 'import', folder, '--name', 'mine', '--force']);
  expect(refused).toMatchObject({ code: 2, err: expect.stringContaining('was trained here, and is not replaced') });
});

test('ebm encode: Ctrl-C while the server is waited for is no missing server', async () => {
  const home = temporaryFolder();
  const path = await writeRows(join(home, 'a.parquet'), searches(1));
  const nobody = ['--encoder', 'openai', '--set', 'openai.url=http://127.0.0.1:9', '--set', 'policy.patience=600'];
  const child = startCli(home, ['ebm', 'encode', '--trajectories', path, ...nobody]);
  let err = '';
  child.stderr.on('data', (chunk) => {
    err += String(chunk);
    if (err.includes('waiting up to') && !child.killed) child.kill('SIGINT');
  });
  expect(await new Promise((resolve) => child.on('close', resolve))).toBe(130);
});

test('a training on imported vectors finds them', async () => {
  const home = temporaryFolder();
  const rows = learnableRows(12);
  const path = await writeRows(join(home, 'a.parquet'), rows);
  const source = 'ab'.repeat(32);
  const opened = await EmbeddingCache.open(home, {
    kind: 'imported',
    name: 'imported:theirs@abababab',
    width: 8,
    source,
  });
  if (opened.kind !== 'cache') throw new Error(opened.message);
  const vectorOf = (text: string) => Float32Array.from({ length: 8 }, (_, i) => Math.sin(text.length + i));
  const texts = [...new Set(rows.map(({ state_pp }) => state_pp))].filter((text) => text !== '');
  await opened.cache.write(texts.map((text) => ({ text, vector: vectorOf(text) })));
  await opened.cache.close();
  const words = [
    '--encoder',
    'imported:theirs',
    '--hidden',
    '4',
    '--steps',
    '2',
    '--batch-size',
    '4',
    '--threads',
    '1',
  ];
  const trained = await runCli(home, ['ebm', 'train', '--trajectories', path, '--name', 'mine', ...words, '--json']);
  expect(trained.code, trained.err).toBe(0);
  const scored = await runCli(home, ['ebm', 'score', '-', '--value', 'mine'], { input: texts[0] ?? '' });
  expect(scored.code, scored.err).toBe(0);
  const searched = await runCli(home, ['prove', 'True', '--value', 'mine']);
  expect(searched).toMatchObject({ code: 5, out: '', err: expect.stringContaining('a search meets new states') });
});
