import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { openRun, type RunReader } from '../../sessions/runs/run-reader.ts';
import { rowsOfFile } from '../../src/trajectory/rows-of-file.ts';
import { installHead, madeUpHead } from '../fixtures/made-up-head.ts';
import { runCli } from '../helpers/cli.ts';
import { openTestHost } from '../helpers/lean.ts';
import { temporaryFolder } from '../storage/temporary.ts';

const theorems = [
  { name: 'swap', statement: '∀ p q : Prop, p ∧ q → q ∧ p' },
  { name: 'either', statement: '∀ p q : Prop, p ∨ q → q ∨ p' },
  { name: 'wrong', statement: '∀ n : Nat, n = n + 1' },
];

beforeAll(async () => (await openTestHost()).close());

async function reader(home: string): Promise<RunReader> {
  const opened = await openRun(home, 'last');
  if (opened.kind !== 'run') throw new Error(opened.message);
  return opened.run;
}

function list(): string {
  const path = join(temporaryFolder(), 'list.json');
  writeFileSync(path, JSON.stringify({ theorems }));
  return path;
}

const search = (file: string, ...more: readonly string[]): readonly string[] => [
  'search',
  ...['--theorems', file, '--workers', '1', '--max-nodes', '4', '--no-canaries', '--quiet', '--json'],
  ...more,
];

describe('prove --value', () => {
  test('scores every state, says so in the result, and the session replays without the model', async () => {
    const home = temporaryFolder();
    const folder = await installHead(home, 'tiny');
    const args = [
      'prove',
      '∀ p q r : Prop, (p ∨ q) ∧ r → (p ∧ r) ∨ (q ∧ r)',
      '--value',
      'tiny',
      '--json',
      '--workers',
      '1',
    ];
    const result = await runCli(home, args);
    expect(result).toMatchObject({ code: 0 });
    const document = JSON.parse(result.out);
    expect(document).toMatchObject({
      value: 'on',
      valueModel: {
        name: 'tiny',
        hash: expect.stringMatching(/^[0-9a-f]{64}$/),
        about: { encoder: { kind: 'ngram' } },
      },
      stats: { ebm: { ebm_score_calls: expect.any(Number), ebm_skipped_by_depth: 0, failed: 0 } },
    });
    expect(document.stats.ebm.scored).toBeGreaterThan(0);
    expect(document.stats.scales.energy.std).toBeGreaterThan(0);
    expect(result.out).not.toContain(folder);
    const log = readFileSync(join(home, 'sessions', document.session, 'events.jsonl'), 'utf8');
    for (const kind of ['values.scored', 'frontier.rescaled']) expect(log).toContain(`"kind":"${kind}"`);
    renameSync(folder, `${folder}.away`);
    expect(await runCli(home, ['replay', document.session, '--verify'])).toMatchObject({ code: 0 });
    const changed = log.replace(/"energy":(-?)0\./, '"energy":$11.');
    expect(changed).not.toBe(log);
    writeFileSync(join(home, 'sessions', document.session, 'events.jsonl'), changed);
    expect((await runCli(home, ['replay', document.session, '--verify'])).code).toBe(4);
  });

  test('without the model there is no search, and what is missing is said', async () => {
    const home = temporaryFolder();
    const missing = await runCli(home, ['prove', 'True', '--value', 'tiny']);
    expect(missing).toMatchObject({ code: 5, out: '' });
    expect(missing.err).toContain('the value model "tiny" cannot be found');
    const empty = await runCli(home, ['prove', 'True', '--value', '']);
    expect(empty).toMatchObject({ code: 2, out: '', err: expect.stringContaining('--value is empty') });
    const configured = await runCli(home, ['prove', 'True', '--set', 'value.model=tiny']);
    expect(configured.code).toBe(5);
    expect((await runCli(home, ['search', '--theorems', list(), '--value', 'tiny', '--quiet'])).code).toBe(5);
    const off = await runCli(home, ['prove', 'True', '--workers', '1']);
    expect(off.out).toMatch(/^value model off$/m);
  });
});

describe('a run with a value model', () => {
  test('records it, verifies, and puts energies into its trajectories; it is resumed with that model only', async () => {
    const home = temporaryFolder();
    const folder = await installHead(home, 'tiny');
    const file = list();
    const done = await runCli(home, search(file, '--value', 'tiny', '--set', 'search.ebm_min_depth=1'));
    expect(done).toMatchObject({ code: 0 });
    const document = JSON.parse(done.out);
    expect(document).toMatchObject({ value: 'on', valueModel: { name: 'tiny' }, ebm: { failed: 0 } });
    expect(document.ebm.ebm_skipped_by_depth).toBe(theorems.length);
    const run = await reader(home);
    expect(run.manifest.value).toMatchObject({ name: 'tiny', file: join(folder, 'model.onnx') });
    const rows = (
      await Promise.all(run.state.parts.map((part) => rowsOfFile(run.file(...part.file.split('/')))))
    ).flat();
    for (const row of rows) {
      const isScored = row.depth_from_root > 0 && row.state_pp !== '';
      expect(row.energy === null).toBe(!isScored);
      expect(row.ebm_score).toBe(row.energy === null ? 0 : -row.energy + 0);
    }
    expect(await runCli(home, ['runs', 'verify', 'last'])).toMatchObject({ code: 0 });

    await rewindRun(run);
    await installHead(home, 'tiny', madeUpHead({ seed: 5 }));
    const other = await runCli(home, ['resume', 'last', '--workers', '1', '--quiet']);
    expect(other.code).toBe(5);
    expect(other.err).toContain('was begun with the value model tiny');
    await installHead(home, 'moved');
    const resumed = await runCli(home, ['resume', 'last', '--value', 'moved', '--workers', '1', '--json', '--quiet']);
    expect(resumed).toMatchObject({ code: 0 });
    expect(JSON.parse(resumed.out)).toMatchObject({ value: 'on', valueModel: { name: 'tiny' } });
    const wish = await runCli(home, search(file, '--resume', 'must'));
    expect(wish.code).toBe(2);
  });
});

/** Takes the end of a run off its log, as if its process had been killed. */
async function rewindRun(run: RunReader): Promise<void> {
  const path = run.file('events.jsonl');
  const lines = readFileSync(path, 'utf8').trimEnd().split('\n');
  const isEnd = (line: string): boolean => /"kind":"(run\.ended|part\.written)"/.test(line);
  writeFileSync(path, `${lines.slice(0, lines.findIndex(isEnd)).join('\n')}\n`);
  renameSync(run.file('trajectories'), run.file('trajectories.away'));
}

describe('ebm score', () => {
  test('gives the energies that a search has', async () => {
    const home = temporaryFolder();
    await installHead(home, 'tiny');
    const statement = '∀ p q : Prop, p ∧ q → q ∧ p';
    const scored = await runCli(home, [
      'ebm',
      'score',
      '--value',
      'tiny',
      '--statement',
      statement,
      '--json',
      '--workers',
      '1',
    ]);
    expect(scored).toMatchObject({ code: 0 });
    const { results } = JSON.parse(scored.out);
    const proved = JSON.parse(
      (await runCli(home, ['prove', statement, '--value', 'tiny', '--json', '--workers', '1'])).out,
    );
    const log = readFileSync(join(home, 'sessions', proved.session, 'events.jsonl'), 'utf8');
    const [first] = /"scores":\[\{"node":0,"energy":[-\d.]+/.exec(log) ?? [];
    expect(first).toBe(`"scores":[{"node":0,"energy":${results[0].energy}`);
    const input = JSON.stringify(results[0].state);
    const again = await runCli(home, ['ebm', 'score', '-', '--value', 'tiny', '--jsonl'], { input });
    expect(JSON.parse(again.out)).toEqual(results[0]);
    expect((await runCli(home, ['ebm', 'score', '-', '--value', 'tiny'], { input: 'words' })).code).toBe(2);
    expect((await runCli(home, ['ebm', 'score', '--value', 'tiny'])).code).toBe(2);
  });

  test('says which states are scored without what the head looks at', async () => {
    const home = temporaryFolder();
    await installHead(home, 'goals', madeUpHead({ variant: 'goal' }));
    await installHead(home, 'steps', madeUpHead({ variant: 'tactic' }));
    const input = '{"state":"⊢ a","root":"⊢ r","tactic":"simp"}\n"⊢ b"';
    const ofGoals = await runCli(home, ['ebm', 'score', '-', '--value', 'goals'], { input });
    expect(ofGoals).toMatchObject({ code: 0, err: expect.stringContaining('1 of 2 states come without "root"') });
    const ofSteps = await runCli(home, ['ebm', 'score', '-', '--value', 'steps'], { input });
    expect(ofSteps).toMatchObject({ code: 0, err: expect.stringContaining('1 of 2 states come without "tactic"') });
  });
});
