import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { startFakeSglang } from '../fakes/sglang/server.ts';
import { openApp } from '../fixtures/app.ts';
import { runCli, startCli } from '../helpers/cli.ts';
import { openTestHost } from '../helpers/lean.ts';
import { temporaryFolder } from '../storage/temporary.ts';

/* A run of many theorems whose server dies in the middle of it and comes back: real processes, real Lean. */

beforeAll(async () => (await openTestHost()).close());

const count = 24;
const TEXTS = ['intro p q h', 'exact ⟨h.2.1, h.1⟩', 'omega', 'simp', 'constructor', 'rfl'];

test('the run waits, says so wherever it is looked at, goes on, and loses nothing', { timeout: 120_000 }, async () => {
  const home = temporaryFolder();
  const list = join(home, 'list.json');
  const theorems = Array.from({ length: count }, (_, i) => ({
    name: `swap_${i}`,
    statement: `∀ p q : Prop, p ∧ (q ∧ ${i} = ${i}) → q ∧ p`,
  }));
  writeFileSync(list, JSON.stringify({ theorems }));
  await using server = await startFakeSglang({
    model: 'fake/BFS-Prover-V2-7B',
    complete: (_prompt, sample) => TEXTS[sample % TEXTS.length] as string,
    generateMs: () => 60,
  });
  const run = [
    '--workers',
    '1',
    '--concurrency',
    '3',
    '--no-canaries',
    '--run',
    'adhoc/restart',
    '--num-candidates',
    '6',
  ];
  const provider = ['--provider', 'sglang', '--set', `sglang.url=${server.url}`, '--set', 'policy.patience=1'];
  const child = startCli(home, ['search', '--theorems', list, ...run, ...provider, '--json']);
  let err = '';
  let out = '';
  const waiting = new Set<() => void>();
  child.stderr.on('data', (piece: Buffer) => {
    err += piece.toString();
    for (const look of [...waiting]) look();
  });
  child.stdout.on('data', (piece: Buffer) => {
    out += piece.toString();
  });
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  const said = (pattern: RegExp): Promise<void> =>
    new Promise((resolve, reject) => {
      void ended.then(() => reject(new Error(`it ended before it said ${pattern}: ${err}`)));
      const look = () => {
        if (!pattern.test(err)) return;
        waiting.delete(look);
        resolve();
      };
      waiting.add(look);
      look();
    });

  await Promise.race([server.until(() => server.count('/generate') >= 10), said(/never said/)]);
  await server.kill();
  // The first to fail were mid-request: then the connection broke, and only later nobody listens.
  await said(/stalled since /);
  const watching = openApp(home, ['watch', 'adhoc/restart'], { columns: 150, rows: 40 });
  await watching.until('that the run waits', (screen) => screen.includes('the provider does not answer'));
  watching.send('M');
  await watching.until('the panel', (screen) => screen.includes('x down') && screen.includes(server.url));
  await watching.until('the requests of the run', (screen) => /run +in flight 0 .*waiting [1-3] /.test(screen));
  await server.start();
  await watching.until('the server again', (screen) => /\+ ready|» busy/.test(screen));
  await said(/there are answers again: the run goes on/);
  expect(await ended, err).toBe(0);

  const document = JSON.parse(out);
  expect(document).toMatchObject({ theorems: count, proved: count, errors: { start: 0, lean: 0, policy: 0 } });
  const log = readFileSync(join(home, 'runs', 'adhoc', 'restart', 'events.jsonl'), 'utf8');
  const jobs = [...log.matchAll(/"kind":"job\.ended"/g)];
  expect(jobs).toHaveLength(count);
  expect(await runCli(home, ['runs', 'verify', 'adhoc/restart'])).toMatchObject({ code: 0 });
});
