import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { openRun } from '../../../sessions/runs/run-reader.ts';
import { type RunVerification, verifyRun } from '../../../sessions/runs/verify-run.ts';
import { runFolder } from '../../../src/run/folder.ts';
import { conductMadeUpRun } from '../../fixtures/made-up-run.ts';
import { theoremsNamed } from '../../fixtures/runs.ts';
import { temporaryFolder } from '../../storage/temporary.ts';

const theorems = theoremsNamed(['alpha', 'beta', 'gamma', 'delta', 'epsilon']);
let home: string;
let folder: string;

beforeEach(async () => {
  home = temporaryFolder();
  const manifest = await conductMadeUpRun(home, theorems, { attempts: 2, noisy: 1.2 });
  folder = runFolder(home, manifest.id);
});

async function verified(): Promise<RunVerification> {
  const opened = await openRun(home, 'last');
  if (opened.kind !== 'run') throw new Error(opened.message);
  return verifyRun(opened.run);
}

/** Changes a file as somebody would who wants other results; the change must hit something. */
function change(name: string, from: string | RegExp, to: string): void {
  const path = join(folder, name);
  const before = readFileSync(path, 'utf8');
  const after = before.replace(from, to);
  expect(after).not.toBe(before);
  writeFileSync(path, after);
}

const about = ({ differences }: RunVerification): string =>
  differences.map((one) => `${one.about}: ${one.message}`).join('\n');

test('a run that nobody touched fits together', async () => {
  const result = await verified();
  expect(result.differences).toEqual([]);
  expect(result).toMatchObject({ searches: 15, unwritten: 0 });
  expect(result.parts).toBeGreaterThan(3);
  expect(result.rows).toBeGreaterThan(30);
});

test('a run of nested budgets fits together, and how a search stood at the smaller ones is checked', async () => {
  home = temporaryFolder();
  const manifest = await conductMadeUpRun(home, theorems, { budgets: [2, 4, 20] });
  folder = runFolder(home, manifest.id);
  expect((await verified()).differences).toEqual([]);
  change('events.jsonl', /("atBudget":\[\{"maxNodes":2,"nodes":)/, '$19');
  expect(about(await verified())).toMatch(/the run's log says atBudget .*"maxNodes":2/);
});

describe('every change shows, and is named', () => {
  test('a log-prob in the log of a search', async () => {
    change('theorems/beta/1.jsonl', /"logProb":-(\d)/, '"logProb":-1$1');
    expect(about(await verified())).toMatch(/^beta, attempt 1: .*(differs|checksum)/);
  });

  test('an outcome in the log of the run', async () => {
    change('events.jsonl', /("job":"t2\.2","outcome":.*?"expansions":)(\d+)/, '$10');
    expect(about(await verified())).toMatch(/gamma, attempt 2: the run's log says expansions 0, the search gives \d+/);
  });

  test('what nested budgets are read off', async () => {
    change('events.jsonl', /"proof":(\[[^\]]+\]),"expansions":/, '"proof":$1,"provedAt":1,"expansions":');
    expect(about(await verified())).toMatch(/the run's log says provedAt 1, the search gives/);
  });

  test('why a proof was refused', async () => {
    change('events.jsonl', /"accepted":true,/, '"accepted":true,"refused":"it was wrong",');
    expect(about(await verified())).toMatch(/the run's log says refused "it was wrong", the search gives null/);
  });

  test('an error that never was', async () => {
    const error = JSON.stringify({ stage: 'lean', category: 'workerLost', message: 'gone' });
    change('events.jsonl', /"accepted":false,/, `"accepted":false,"error":${error},`);
    expect(about(await verified())).toMatch(/the run's log says error .*workerLost.*, the search gives null/);
  });

  test('a theorem made proved', async () => {
    change('events.jsonl', /"accepted":false/, '"accepted":true');
    expect(about(await verified())).toMatch(/accepted true, the search gives false/);
  });

  test('the result document', async () => {
    change('results.json', /"proved": \d+/, '"proved": 99');
    expect(about(await verified())).toMatch(/^results.json: says proved 99, the log gives \d/);
  });

  test('the theorems', async () => {
    change('theorems.json', '0 = 0', '0 = 1');
    expect(about(await verified())).toMatch(/^theorems.json: has sha256/);
  });

  test('a part that was cut, or is gone', async () => {
    const [first = '', second = ''] = readdirSync(join(folder, 'trajectories')).filter((name) =>
      name.startsWith('part'),
    );
    const path = join(folder, 'trajectories', first);
    writeFileSync(path, readFileSync(path).subarray(0, 900));
    writeFileSync(join(folder, 'trajectories', second), '');
    const text = about(await verified());
    expect(text).toMatch(new RegExp(`trajectories/${first}: .*cannot be read`));
    expect(text).toMatch(new RegExp(`trajectories/${second}: .*cannot be read`));
  });

  test('a part in the place of another', async () => {
    const [first = '', second = ''] = readdirSync(join(folder, 'trajectories')).filter((name) =>
      name.startsWith('part'),
    );
    writeFileSync(join(folder, 'trajectories', first), readFileSync(join(folder, 'trajectories', second)));
    expect(about(await verified())).toMatch(new RegExp(`trajectories/${first}: `));
  });

  test('the log of a search that is gone', async () => {
    writeFileSync(join(folder, 'theorems', 'delta', '1.jsonl'), '');
    expect(about(await verified())).toMatch(/^delta, attempt 1: .*holds nothing/);
  });

  test('a search that was moved to another theorem', async () => {
    writeFileSync(
      join(folder, 'theorems', 'delta', '1.jsonl'),
      readFileSync(join(folder, 'theorems', 'alpha', '1.jsonl')),
    );
    expect(about(await verified())).toMatch(/delta, attempt 1: .*alpha/);
  });
});
