import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { CommandContext } from '../../commands/context.ts';
import { runCommand } from '../../commands/program.ts';
import { encodeRunEvent, type RunEvent } from '../../src/run/events.ts';
import { evalDocument } from '../../src/run/results.ts';
import { provedOutcome, SampleRun, sampleManifest, sampleOutcome, theoremsOf } from '../run/sample-run.ts';
import { temporaryFolder } from '../storage/temporary.ts';

/** A folder with the results of two evaluations of six theorems at two budgets, and one of the reference. */
function folderWithResults(): string {
  const folder = temporaryFolder();
  const write = (name: string, proved: readonly number[], revision = 'aaaa'): void => {
    const corpus = { reference: 'list.json', theorems: 6, sha256: 'x', revision, preamble: [] };
    const run = new SampleRun(
      sampleManifest({ id: `adhoc/${name}`, budgets: [5, 10], corpus }),
      theoremsOf(6, ['a', 'b']),
    );
    for (let i = 0; i < 6; i++)
      run.search(`t${i}.1`, proved.includes(i) ? provedOutcome({ expansions: i + 3 }) : sampleOutcome());
    writeFileSync(join(folder, `${name}.json`), JSON.stringify(evalDocument(run.manifest, run.state)));
  };
  write('old', [0, 1]);
  write('new', [1, 2, 3, 4]);
  write('other', [1], 'bbbb');
  const per_theorem = Array.from({ length: 6 }, (_, i) => ({
    name: `t${i}`,
    proved: i < 3,
    nodes_used: 4,
    time_secs: 2,
  }));
  const reference = {
    iteration: 0,
    timestamp: 'x',
    llm_path: 'url',
    ebm_path: null,
    benchmark: 'list.json',
    total_theorems: 6,
  };
  const flat = { max_nodes: 10, solved: 3, total: 6, rate: 0.5, avg_nodes: 4, avg_time_secs: 2, median_time_secs: 2 };
  writeFileSync(join(folder, 'iter_0.json'), JSON.stringify({ ...reference, ...flat, per_theorem }));
  return folder;
}

/** A run on disk of which one theorem of two has been searched. */
function writeRun(home: string, name: string): void {
  const manifest = sampleManifest({ id: `adhoc/${name}` });
  const folder = join(home, 'runs', 'adhoc', name);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'manifest.json'), JSON.stringify(manifest));
  writeFileSync(join(folder, 'theorems.json'), JSON.stringify({ theorems: theoremsOf(2) }));
  const events: readonly RunEvent[] = [
    { kind: 'run.opened', id: manifest.id, createdAt: manifest.createdAt, format: 1, program: '0' },
    { kind: 'run.ready', toolchain: 'Lean 4.28.0', workers: 1, concurrency: 1 },
    { kind: 'job.started', job: 't0.1' },
    { kind: 'job.ended', job: 't0.1', outcome: provedOutcome() },
  ];
  const lines = events.map((event, i) => encodeRunEvent({ seq: i + 1, t: i * 100, event }));
  writeFileSync(join(folder, 'events.jsonl'), `${lines.join('\n')}\n`);
}

async function compare(folder: string, ...args: readonly string[]) {
  const out: string[] = [];
  const err: string[] = [];
  const context: CommandContext = {
    out: (text) => out.push(text),
    note: (text) => err.push(text),
    environment: {},
    folder,
    readInput: async () => '',
    confirm: async () => false,
    interactive: false,
    signal: new AbortController().signal,
  };
  const code = await runCommand(['compare', ...args, '--home', folder], context);
  return { code, out: out.join('\n'), err: err.join('\n') };
}

describe('two evaluations', () => {
  test('as a table: rates at each budget, differences, significance, settings that differ, a chart', async () => {
    const folder = folderWithResults();
    const { code, out, err } = await compare(folder, 'old.json', 'new.json');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(/^old \(baseline\) +10 +2 of 6 +33\.3 % /m);
    expect(out).toMatch(/^new +10 +4 of 6 +66\.7 % +30\.0 to 90\.3 +\+33\.3 pp +0\.625 +McNemar, 6 pairs, b=1 c=3/m);
    expect(out).toMatch(/^new +5 +2 of 6 /m);
    expect(out).toMatch(/^new +any +4 of 6 +66\.7 % +30\.0 to 90\.3 +\+33\.3 pp$/m);
    expect(out).toMatch(/^a +1 of 3, 33\.3 % +2 of 3, 66\.7 % \(\+33\.3 pp\)$/m);
    expect(out).toContain('Rates at 10 nodes');
    expect(out).not.toContain('Settings that differ');
    expect(out).not.toContain('search.seed');
  });

  test('--theorems names what was won and lost, --all shows every setting', async () => {
    const folder = folderWithResults();
    const { out } = await compare(folder, 'old.json', 'new.json', '--theorems', '--all');
    expect(out).toContain('new won 3 at 10 nodes\n  t2\n  t3\n  t4');
    expect(out).toContain('new lost 1 at 10 nodes\n  t0');
    expect(out).toMatch(/^search\.seed +0 +0$/m);
  });

  test('what a result file says cannot act on the terminal', async () => {
    const folder = folderWithResults();
    const document = JSON.parse(readFileSync(join(folder, 'old.json'), 'utf8'));
    const act = '\u001B]0;T\u0007\u001B[2J\u202E';
    const { corpus, configuration } = document;
    const hostile = {
      ...document,
      toolchain: `Lean ${act}4`,
      corpus: { ...corpus, reference: `${act}list`, revision: `${act}r` },
      configuration: { ...configuration, [`a${act}key`]: `v${act}` },
    };
    writeFileSync(join(folder, `hostile.json`), JSON.stringify(hostile));
    writeFileSync(join(folder, 'other.json'), JSON.stringify({ schema: `x${act}` }));
    for (const format of ['table', 'md', 'csv']) {
      const { out, err } = await compare(folder, 'hostile.json', 'new.json', '--all', '--format', format);
      expect(`${out}${err}`).not.toMatch(/[\u001B\u0007\u202E]/);
      expect(out).toContain('hostile');
    }
    const refused = await compare(folder, 'other.json');
    expect(refused.err).toContain('is a x document');
    expect(refused.err).not.toMatch(/[\u001B\u0007\u202E]/);
  });

  test('the rate by any budget is there too where only one budget is common', async () => {
    const folder = folderWithResults();
    const { out } = await compare(folder, 'iter_0.json', 'new.json');
    expect(out).toMatch(/^new +10 +4 of 6 /m);
    expect(out).not.toMatch(/^new +5 /m);
    expect(out).toMatch(/^new +any +4 of 6 /m);
  });

  test('as JSON', async () => {
    const folder = folderWithResults();
    const { out } = await compare(folder, '--results', 'old.json', 'new.json', '--json');
    const document = JSON.parse(out);
    expect(document).toMatchObject({ schema: 'proofdeck.compare/1', budgets: [5, 10], baseline: 0, warnings: [] });
    expect(document.results[1].budgets[1]).toMatchObject({
      solved: 4,
      total: 6,
      versus: { test: 'paired', pairs: 6, b: 1, c: 3, won: ['t2', 't3', 't4'], lost: ['t0'] },
    });
  });

  test('as CSV and as Markdown', async () => {
    const folder = folderWithResults();
    const csv = (await compare(folder, 'old.json', 'new.json', '--format', 'csv')).out.split('\n');
    expect(csv).toHaveLength(7);
    expect(csv[6]).toMatch(/^new,false,any,4,6,0\.66\d*,0\.29999\d*,0\.9032\d*,33\.3333\d*,{9}$/);
    expect(csv[5]).toMatch(
      /^new,false,10,4,6,0\.6666666666666666,0\.29999\d*,0\.9032\d*,33\.3333\d*,0\.62\d*,paired,6,1,3,/,
    );
    const { out } = await compare(folder, 'old.json', 'new.json', '--format', 'md', '--precision', '2');
    expect(out).toContain('| new | 10 | 4 of 6 | 66.67 % | 30.00 to 90.32 | +33.33 pp |');
  });

  test('another baseline and other labels', async () => {
    const folder = folderWithResults();
    const { out } = await compare(
      folder,
      'old.json',
      'new.json',
      '--label',
      'raw',
      '--label',
      'tuned',
      '--baseline',
      'tuned',
    );
    expect(out).toMatch(/^raw +10 .* -33\.3 pp/m);
    expect(out).toMatch(/^tuned \(baseline\)/m);
    expect((await compare(folder, 'old.json', 'new.json', '--baseline', '2')).out).toMatch(/^new \(baseline\)/m);
  });
});

test('a file of the reference beside one of ours: the common budget, and what differs is said', async () => {
  const folder = folderWithResults();
  const { code, out } = await compare(folder, 'iter_0.json', 'new.json', 'other.json');
  expect(code).toBe(0);
  expect(out).toMatch(/^iteration 0 \(baseline\) +10 +3 of 6/m);
  expect(out).toMatch(/^! different benchmarks, or revisions of one: .*new aaaa; other bbbb/m);
  expect(out).toMatch(/^! proofs verified to different levels: iteration 0 does not say; new V3/m);
});

test('runs by their ids, finished or not', async () => {
  const folder = folderWithResults();
  writeRun(folder, '20261120-120000-aaaa');
  const { code, out } = await compare(folder, 'new.json', 'last', '20261120');
  expect(code).toBe(0);
  expect(out).toMatch(/^20261120-120000-aaaa +10 +1 of 1 +100\.0 %/m);
  expect(out).toContain('20261120-120000-aaaa (2)');
  expect(out).toContain('! 20261120-120000-aaaa is not complete: 1 of 2 theorems searched');
});

describe('what cannot be compared', () => {
  test.each([
    [[], 'nothing to compare'],
    [['missing.json'], 'no result file missing.json'],
    [['broken.json'], 'broken.json is no result: not JSON'],
    [['old.json', '--baseline', '3'], 'the baseline "3" is none of the results'],
    [['old.json', '--label', 'a', '--label', 'b'], '2 labels for 1 results'],
    [['old.json', '--precision', '99'], 'at most 10 digits'],
  ])('%j is a usage error', async (args, message) => {
    const folder = folderWithResults();
    writeFileSync(join(folder, 'broken.json'), '{');
    const { code, out, err } = await compare(folder, ...args);
    expect(code).toBe(2);
    expect(err).toContain(message);
    expect(out).toBe('');
  });
});
