import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, test, vi } from 'vitest';
import { ngramEncoder } from '../../src/value/encode/ngram/ngram.ts';
import { encoderMismatch, loadHead } from '../../src/value/head/load.ts';
import { openHeadScorer } from '../../src/value/head/scorer.ts';
import { writeLearnable } from '../fixtures/learnable-trajectories.ts';
import { runCli, startCli } from '../helpers/cli.ts';
import { temporaryFolder } from '../storage/temporary.ts';
import { madeRow, writeRows } from '../trajectory/made-rows.ts';

const small = ['--encoder', 'ngram:256', '--hidden', '32,16', '--batch-size', '16', '--threads', '1', '--lr', '0.003'];
const often = ['--set', 'value.checkpoint_every=20', '--set', 'value.validate_every=20', '--set', 'value.log_every=10'];
const modelOf = (home: string, name: string): string => join(home, 'models', 'ebm', name, 'model.onnx');

/** Starts a training and waits for the checkpoint of a step, or a later one. */
async function untilCheckpoint(home: string, args: readonly string[], step: number) {
  const child = startCli(home, args);
  const ended = new Promise<{ code: number | null; signal: string | null }>((resolve) =>
    child.on('close', (code, signal) => resolve({ code, signal })),
  );
  for await (const line of createInterface({ input: child.stdout })) {
    const event = JSON.parse(line) as { kind: string; step?: number };
    if (event.kind === 'checkpoint.saved' && (event.step ?? 0) >= step) break;
  }
  return { child, ended };
}

test('a training from files to a model; killed and gone on with, it gives the same file', async () => {
  const home = temporaryFolder();
  const rows = await writeLearnable(join(home, 'rows.parquet'));
  const train = (name: string): string[] => [
    ...['ebm', 'train', '--trajectories', rows, '--name', name, '--steps', '400', '--early-stop', '0'],
    ...small,
    ...often,
  ];
  const whole = await runCli(home, [...train('whole'), '--json']);
  expect(whole.code, whole.err).toBe(0);
  const document = JSON.parse(whole.out);
  expect(document).toMatchObject({
    schema: 'proofdeck.ebm-train/1',
    status: 'done',
    step: 400,
    model: { path: modelOf(home, 'whole') },
    validation: { final: true },
    warnings: expect.any(Array),
  });
  expect(document.validation.rank).toBeGreaterThan(0.9);

  const { child, ended } = await untilCheckpoint(home, [...train('killed'), '--jsonl'], 60);
  child.kill('SIGKILL');
  expect(await ended).toMatchObject({ signal: 'SIGKILL' });
  expect(existsSync(modelOf(home, 'killed'))).toBe(false);
  const early = await runCli(home, ['prove', '--statement', '1 = 1', '--value', 'killed']);
  expect(early.code).not.toBe(0);
  const again = await runCli(home, train('killed'));
  expect(again).toMatchObject({ code: 2, err: expect.stringContaining('--resume') });
  const resumed = await runCli(home, ['ebm', 'train', '--name', 'killed', '--resume', '--json']);
  expect(resumed.code, resumed.err).toBe(0);
  expect(JSON.parse(resumed.out)).toMatchObject({ status: 'done', resumed: 1 });
  expect(readFileSync(modelOf(home, 'killed')).equals(readFileSync(modelOf(home, 'whole')))).toBe(true);

  const head = await loadHead(modelOf(home, 'whole'));
  if (head.kind !== 'head') throw new Error(head.message);
  expect(head).toMatchObject({ inputWidth: 256, hash: document.model.hash, training: { seed: 0 } });
  expect(head.scale.energy?.std).toBeGreaterThan(0);
  expect(head.scale.logProb?.mean).toBeLessThan(0);
  expect(encoderMismatch(head, ngramEncoder(256, 'ngram:256').identity)).toBeNull();
  const scorer = await openHeadScorer(head, { threads: 1 });
  if (scorer.kind !== 'scorer') throw new Error(scorer.message);
  const energies = await scorer.scorer.energies(new Float32Array(512).fill(0.1), 2);
  await scorer.scorer.close();
  expect(energies).toMatchObject({ kind: 'energies' });
  if (energies.kind === 'energies') expect(energies.energies[0]).toBe(energies.energies[1]);
});

test('SIGTERM saves, and the training can be gone on with', async () => {
  const home = temporaryFolder();
  const rows = await writeLearnable(join(home, 'rows.parquet'));
  const args = [
    'ebm',
    'train',
    '--trajectories',
    rows,
    '--name',
    'm',
    '--steps',
    '5000',
    '--early-stop',
    '0',
    '--jsonl',
  ];
  const { child, ended } = await untilCheckpoint(home, [...args, ...small, ...often], 20);
  child.stdout.resume();
  // Twice, as it comes from `timeout`: to the group, and passed on by the launcher.
  child.kill('SIGTERM');
  child.kill('SIGTERM');
  expect(await ended).toEqual({ code: 143, signal: null });
  const log = readFileSync(join(home, 'models', 'ebm', 'm', 'events.jsonl'), 'utf8')
    .trim()
    .split('\n');
  const last = JSON.parse(log.at(-1) ?? '') as { kind: string; status: string; step: number };
  expect(last).toMatchObject({ kind: 'training.ended', status: 'stopped' });
  expect(existsSync(join(home, 'models', 'ebm', 'm', 'checkpoints', `step-${last.step}`, 'state.json'))).toBe(true);
  const other = await runCli(home, ['ebm', 'train', '--name', 'm', '--resume', '--lr', '0.1']);
  expect(other).toMatchObject({ code: 2, err: expect.stringContaining('--lr') });
});

test('a training whose reader goes away goes on to its model', async () => {
  const home = temporaryFolder();
  const rows = await writeLearnable(join(home, 'rows.parquet'));
  const args = ['ebm', 'train', '--trajectories', rows, '--name', 'm', '--steps', '60', '--jsonl', ...small, ...often];
  const child = startCli(home, args);
  const ended = new Promise((resolve) => child.on('exit', resolve));
  child.stdout.once('data', () => child.stdout.destroy());
  child.stderr.destroy();
  expect(await ended).toBe(0);
  expect(existsSync(modelOf(home, 'm'))).toBe(true);
});

test('what cannot be trained is said, and nothing is left behind', async () => {
  const home = temporaryFolder();
  const rows = await writeLearnable(join(home, 'rows.parquet'));
  const unproved = await writeRows(join(home, 'unproved.parquet'), [
    madeRow(),
    madeRow({ state_id: 1, state_pp: '⊢ q' }),
  ]);
  const cases: readonly [readonly string[], number, string][] = [
    [['--name', 'x'], 2, '--trajectories'],
    [['--trajectories', 'nothing.parquet'], 2, 'nothing.parquet'],
    [['--trajectories', rows, '--encoder', 'zebra', '--name', 'x'], 2, 'zebra'],
    [['--trajectories', unproved, '--name', 'x'], 1, 'none is proved'],
    [['--trajectories', unproved, '--name', '../x'], 2, 'letters, digits'],
    [['--trajectories', rows, '--device', 'cuda', '--name', 'x'], 5, 'onnxruntime-node-install=cuda12'],
    [['--trajectories', unproved, '--hard-ratio', '0.9', '--medium-ratio', '0.9', '--name', 'x'], 2, '--hard-ratio'],
    [['--resume', '--name', 'x'], 2, 'no training'],
  ];
  for (const [args, code, words] of cases) {
    const result = await runCli(home, ['ebm', 'train', ...args]);
    expect(result.code, result.err).toBe(code);
    expect(result.err).toContain(words);
    expect(existsSync(join(home, 'models', 'ebm', 'x'))).toBe(false);
  }
});

test('a training of its own process is begun, and says why it is not', async () => {
  const home = temporaryFolder();
  const rows = await writeLearnable(join(home, 'rows.parquet'));
  const args = ['ebm', 'train', '--trajectories', rows, '--name', 'd', '--steps', '40', '--detach', ...small, '--json'];
  const detached = await runCli(home, args);
  expect(detached.code, detached.err).toBe(0);
  const { pid, folder } = JSON.parse(detached.out) as { pid: number; folder: string };
  expect(pid).toBeGreaterThan(0);
  const log = join(folder, 'events.jsonl');
  await vi.waitFor(() => expect(readFileSync(log, 'utf8')).toContain('"training.ended"'), { timeout: 60_000 });
  expect(readFileSync(log, 'utf8')).toContain('"status":"done"');
  const refused = await runCli(home, [
    'ebm',
    'train',
    '--trajectories',
    rows,
    '--name',
    'e',
    '--encoder',
    'zebra',
    '--detach',
  ]);
  expect(refused).toMatchObject({ code: 2, err: expect.stringContaining('zebra') });
  expect(existsSync(join(home, 'models', 'ebm', 'e'))).toBe(false);
  await writeLearnable(rows, 8);
  const other = await runCli(home, ['ebm', 'train', '--name', 'd', '--resume', '--detach']);
  expect(other).toMatchObject({ code: 2, err: expect.stringContaining('is not what it began with') });
});
