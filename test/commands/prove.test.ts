import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { runCli, startCli } from '../helpers/cli.ts';
import { openTestHost } from '../helpers/lean.ts';
import { temporaryFolder } from '../storage/temporary.ts';
import { tinyDisk } from '../storage/tiny-disk.ts';

const SWAP = '∀ p q : Prop, p ∧ q → q ∧ p';

/** The document of design section 5, with nothing missing. */
const documentSchema = z.object({
  schema: z.literal('proofdeck.prove/1'),
  session: z.string(),
  statement: z.string(),
  status: z.literal('proved'),
  verdict: z.object({
    level: z.literal('V3'),
    axioms: z.array(z.string()),
    axiomsBehindLibrary: z.enum(['assumed', 'listed']),
    statementMatches: z.literal(true),
    toolchain: z.string().startsWith('Lean 4.28'),
    checks: z.array(z.string()).min(3),
  }),
  proof: z.array(z.string()).min(1),
  script: z.string().startsWith('theorem '),
  stats: z.object({
    expansions: z.int().min(1),
    nodes: z.int().min(2),
    depth: z.int().min(1),
    candidates: z.record(z.string(), z.int()),
    candidatesPerExpansion: z.object({ min: z.number(), avg: z.number(), max: z.number() }),
    timeMs: z.record(z.string(), z.number()),
  }),
  worker: z.object({ kind: z.literal('embedded'), toolchain: z.string() }),
  provider: z.literal('heuristic'),
  strategy: z.literal('best-first'),
  seed: z.literal(7),
});

// The first start may have to prepare the image; no test should be charged for that.
beforeAll(async () => (await openTestHost()).close());

describe('prove', () => {
  test('finds a proof, has it verified at V3, and records a session that verifies', async () => {
    const home = temporaryFolder();
    const result = await runCli(home, ['prove', SWAP, '--json', '--seed', '7', '--workers', '1']);
    expect(result).toMatchObject({ code: 0 });
    const document = documentSchema.parse(JSON.parse(result.out));
    const counts = ['proposed', 'unique', 'tried', 'applied', 'failed', 'timedOut', 'duplicateText', 'duplicateState'];
    expect(Object.keys(document.stats.candidates)).toEqual(expect.arrayContaining(counts));
    expect(await runCli(home, ['replay', document.session, '--verify'])).toMatchObject({ code: 0 });
    // The proof is one that a reader can check again.
    const file = join(home, 'again.lean');
    writeFileSync(file, document.script);
    expect(await runCli(home, ['check', file, '--level', 'V3'])).toMatchObject({ code: 0 });
  });

  test('--jsonl is the log, byte for byte', async () => {
    const home = temporaryFolder();
    const result = await runCli(home, ['prove', SWAP, '--jsonl', '--workers', '1']);
    expect(result.code).toBe(0);
    const [id] = readdirSync(join(home, 'sessions'));
    expect(result.out).toBe(readFileSync(join(home, 'sessions', id as string, 'events.jsonl'), 'utf8'));
  });

  test.each([
    [['prove', 'nonsense x'], 2, /does not elaborate.*nonsense/s],
    [['prove', ''], 2, /empty/],
    [['prove', 'True', '--value', 'ebm'], 5, /value model "ebm" cannot be found/],
    [['prove', '(p : Prop) → p ∧'], 2, /does not elaborate/],
    [['prove', '1 + 1'], 2, /does not elaborate/],
    [['prove'], 2, /nothing to prove/],
    [['prove', '--theorem', 'No.such.theorem'], 2, /No\.such\.theorem/],
    [['prove', '--theorem', 'no name «'], 2, /no name/],
    [['prove', '--file', 'no-such.lean'], 2, /no-such\.lean/],
    [['prove', '--corpus', 'no_such'], 2, /no_such.*core_panel/],
    [['prove', '--corpus', 'core_panel', '--theorem', 'nobody'], 2, /nobody/],
    [['prove', 'True', '--workers', '0'], 2, /workers/],
    [['prove', 'True', '--timeout', 'soon'], 2, /timeout/],
    [['prove', 'True', '--set', 'search.max_nods=3'], 2, /max_nodes/],
    [['prove', 'True', '--imports', 'Mathlib'], 2, /Mathlib/],
    [['prove', 'True', '--provider', 'oracle'], 2, /oracle.*heuristic/s],
    [['prove', 'True', '--session', 'nothing-like-it'], 2, /no sessions/],
    [['prove', 'True', '--lean', 'lean', '--lean-path', '/no/such/lake'], 5, /lake/],
    [['prove', 'True', '--block', 'nonsense'], 2, /nonsense.*simplify/],
    [['--home', '/nowhere', 'prove', 'True'], 2, /--home.*behind/],
    [['prove', 'True', '∧', 'False'], 2, /too many arguments/],
    [['check', 'a.lean', 'b.lean'], 2, /too many arguments/],
    [['prof', 'True'], 2, /prof.*prove/s],
    [[], 2, /needs a terminal/],
  ])('%j exits with %i and says why', async (args, code, message) => {
    const result = await runCli(temporaryFolder(), args);
    expect({ code: result.code, err: result.err }).toEqual({ code, err: expect.stringMatching(message) });
    // Help may go to standard output when nothing was asked for; nothing else does.
    if (args.length > 0) expect(result.out).toBe('');
  });

  test('a false statement is not proved, and the exit code says so', async () => {
    const result = await runCli(temporaryFolder(), [
      'prove',
      '∀ n : Nat, n = n + 1',
      '--max-nodes',
      '2',
      '--json',
      '--workers',
      '1',
    ]);
    expect(result.code).toBe(1);
    expect(JSON.parse(result.out)).toMatchObject({
      status: expect.stringMatching(/budget|exhausted/),
      proof: null,
      script: null,
    });
  });

  test('a proof that uses the theorem itself does not count', async () => {
    const args = [
      'prove',
      '--theorem',
      'Nat.add_comm',
      '--max-nodes',
      '1',
      '--workers',
      '1',
      '--json',
      '--num-candidates',
      '2',
    ];
    const result = await runCli(temporaryFolder(), [...args, '--set', 'search.probe_tactics=["exact Nat.add_comm"]']);
    const { verdict } = JSON.parse(result.out) as { verdict: { selfUse: boolean; accepted: boolean } | null };
    if (verdict) expect(verdict).toMatchObject({ selfUse: verdict.accepted === false });
    expect(result.out).not.toMatch(/"proof": \[\s*"exact Nat.add_comm"/);
  });

  test('a home that cannot be written, and a full disk, are said and lose nothing', async () => {
    const readOnly = temporaryFolder();
    mkdirSync(join(readOnly, 'sub'));
    chmodSync(join(readOnly, 'sub'), 0o500);
    // Root may write anywhere: a file in place of the folder stops everybody.
    writeFileSync(join(readOnly, 'file'), '');
    const refused = await runCli(join(readOnly, 'file'), ['prove', 'True', '--workers', '1']);
    expect(refused).toMatchObject({ code: 5, err: expect.stringContaining('file') });
    const full = tinyDisk(16);
    if (full === null) return;
    const stopped = await runCli(full, ['prove', SWAP, '--workers', '1', '--max-nodes', '20']);
    expect(stopped.code).not.toBe(0);
    expect(stopped.err).toMatch(/space/i);
  });

  test('kill -9 at any moment loses nothing that was printed, and the search goes on afterwards', async () => {
    const home = temporaryFolder();
    const child = startCli(home, ['prove', '∀ n : Int, 7 ∣ n ^ 7 - n + 1', '--jsonl', '--workers', '1']);
    let printed = '';
    await new Promise<void>((resolve) => {
      child.stdout.on('data', (chunk: Buffer) => {
        printed += chunk.toString();
        if (printed.split('\n').length > 30) resolve();
      });
    });
    child.kill('SIGKILL');
    await new Promise((resolve) => child.on('close', resolve));
    const [id] = readdirSync(join(home, 'sessions'));
    const log = readFileSync(join(home, 'sessions', id as string, 'events.jsonl'), 'utf8');
    const lines = printed.slice(0, printed.lastIndexOf('\n') + 1);
    expect(log.startsWith(lines)).toBe(true);
    expect(await runCli(home, ['replay', id as string, '--verify'])).toMatchObject({ code: 0 });
    expect((await runCli(home, ['sessions', 'list'])).out).toContain(id);
  });

  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('%s saves and ends with %i', async (signal, code) => {
    const home = temporaryFolder();
    const child = startCli(home, ['prove', '∀ n : Int, 7 ∣ n ^ 7 - n + 1', '--jsonl', '--workers', '1']);
    await new Promise<void>((resolve) => {
      child.stdout.on('data', (chunk: Buffer) => chunk.includes('tactic.answered') && resolve());
    });
    child.kill(signal);
    const ended = await new Promise((resolve) => child.on('close', resolve));
    expect(ended).toBe(code);
    const [id] = readdirSync(join(home, 'sessions'));
    const log = readFileSync(join(home, 'sessions', id as string, 'events.jsonl'), 'utf8');
    expect(log).toMatch(/"search.ended".*"stopped"/);
    expect(await runCli(home, ['replay', 'last', '--verify'])).toMatchObject({ code: 0 });
  });
});
