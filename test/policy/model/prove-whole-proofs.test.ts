import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { rowsOfFile } from '../../../src/trajectory/rows-of-file.ts';
import { type FakeSglang, startFakeSglang } from '../../fakes/sglang/server.ts';
import { runCli, startCli } from '../../helpers/cli.ts';
import { openTestHost } from '../../helpers/lean.ts';
import { temporaryFolder } from '../../storage/temporary.ts';

const swapOf = (name: string): string => `∀ ${name} q : Prop, ${name} ∧ q → q ∧ ${name}`;
const SWAP = swapOf('p');
const MODEL = 'fake/DeepSeek-Prover-V2-7B';
/** What the model says, in turn: a proof that fails late, one that gives up, one that only repeats itself, and one that holds. */
const TEXTS = [
  'intro p q h\n  obtain ⟨hp, hq⟩ := h\n  constructor\n  · exact hp\n  · exact hq',
  'intro p q h\n  have h₂ : q := by\n    exact h.2\n  exact ⟨h₂, sorry⟩',
  `intro p q h\n${'  simp at h\n'.repeat(300)}`,
  'intro p q h\n  obtain ⟨hp, hq⟩ := h\n  constructor\n  · exact hq\n  · exact hp',
];

const wholeProof = (more: readonly string[]): readonly string[] => [
  ...['prove', SWAP, '--workers', '1', '--strategy', 'whole-proof', '--json'],
  ...['--set', 'hybrid_num_proofs=8', ...more],
];

// The first start may have to prepare the image; no test should be charged for that.
beforeAll(async () => (await openTestHost()).close());

test('a model on a server proves by whole proofs, and the recording plays the same search', async () => {
  const home = temporaryFolder();
  const file = join(home, 'recorded.jsonl');
  let asked = 0;
  await using server = await startFakeSglang({
    model: MODEL,
    contextLength: 16_384,
    complete: () => TEXTS[asked++ % TEXTS.length] as string,
  });
  const atServer = ['--provider', 'sglang', '--set', `sglang.url=${server.url}`, '--record', file];
  const result = await runCli(home, wholeProof(atServer));
  expect(result, result.err).toMatchObject({ code: 0 });
  const document = JSON.parse(result.out);
  expect(document).toMatchObject({
    status: 'proved',
    verdict: { level: 'V3' },
    strategy: 'whole-proof',
    proof: ['intro p q h', 'obtain ⟨hp, hq⟩ := h', 'constructor', 'exact hq', 'exact hp'],
    stats: { hybrid: { hybrid_rounds: 1 }, candidates: { unusable: 2 } },
    budget: { maxDepth: 25, timeoutS: 600 },
  });
  const { hybrid, candidates } = document.stats;
  // Of eight answers two held sorry; six proofs begin alike, and every step was tried once.
  expect(hybrid.hybrid_proofs_generated).toBe(6);
  expect(hybrid.trie_cache_hits).toBeGreaterThan(5);
  expect(candidates.tried).toBeLessThan(10);
  const log = readFileSync(join(home, 'sessions', document.session, 'events.jsonl'), 'utf8');
  const events = log
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(events.find(({ kind }) => kind === 'search.opened').provider.identities).toMatchObject([
    { prompt: 'deepseek-prover-v2-tactic', proofPrompt: 'deepseek-prover-v2-proof' },
  ]);
  expect(events.find(({ kind }) => kind === 'proofs.ended')).toBeDefined();
  // Long answers come as streams of one sample each.
  const streamed = server.core.seen.filter(({ body }) => body.stream === true);
  expect(streamed).toHaveLength(8);
  expect(await runCli(home, ['replay', document.session, '--verify'])).toMatchObject({ code: 0 });
  for (const played of [file, document.session]) {
    const again = await runCli(home, wholeProof(['--provider', 'script', '--set', `script.file=${played}`]));
    expect(JSON.parse(again.out)).toMatchObject({ proof: document.proof, stats: { hybrid } });
  }
});

const REAL =
  '∀ (b : Nat) (F : Nat → Nat → Nat → Nat → Nat), (∀ a b c d, F a b c d = a ^ b + c ^ d) → F 4 b 2 3 = 12 → b = 1';
/** No model's: what closes the goal that the best of them come to. */
const CLOSING = [
  'intro b F h₀ h₁',
  'rw [h₀] at h₁',
  'simp at h₁',
  'rcases b with (_ | _ | b)',
  '· simp at h₁',
  '· rfl',
  '· have h₅ : 4 ^ (b + 2) = 4 ^ b * 16 := by',
  '    rw [Nat.pow_add]',
  '  have h₄ : 0 < 4 ^ b := Nat.pow_pos (by decide)',
  '  omega',
].join('\n');

test('real text of a model is replayed over Lean, each shared step once, to V3', async () => {
  const home = temporaryFolder();
  const completions = (
    JSON.parse(readFileSync(join(import.meta.dirname, '..', 'fixtures', 'completions.json'), 'utf8')) as {
      theorem: string;
      text: string;
    }[]
  ).flatMap(({ theorem, text }) => (theorem === 'mathd_algebra_59' ? [text] : []));
  const state = `⊢ ${REAL.replace('∀ a b c d,', '∀ (a b c d : Nat),')}`;
  const file = join(home, 'answers.jsonl');
  writeFileSync(file, JSON.stringify({ state, completions: [...completions, CLOSING] }));
  const args = ['--workers', '2', '--provider', 'script', '--set', `script.file=${file}`, '--strategy', 'whole-proof'];
  const result = await runCli(home, ['prove', REAL, ...args, '--json']);
  expect(result, result.err).toMatchObject({ code: 0 });
  const { stats, verdict, session } = JSON.parse(result.out);
  expect(verdict.level).toBe('V3');
  // One of the answers holds no tactic that could be used.
  expect(stats.hybrid).toMatchObject({ hybrid_rounds: 1, hybrid_proofs_generated: completions.length });
  // A quarter of the steps were shared, and no proof ended without a reason.
  expect(stats.hybrid.trie_cache_hits).toBeGreaterThan(stats.candidates.tried / 4);
  const { hybrid_rounds: _, hybrid_proofs_generated: sampled, trie_cache_hits: __, ...ends } = stats.hybrid;
  expect(Object.values<number>(ends).reduce((sum, one) => sum + one, 0)).toBe(sampled);
  expect(await runCli(home, ['replay', session, '--verify'])).toMatchObject({ code: 0 });
});

test('a run that is killed goes on where it was, and its trajectories tell how proofs fared', async () => {
  const home = temporaryFolder();
  let asked = 0;
  let release = (): void => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  const isHeld = () => asked > 12;
  await using server: FakeSglang & AsyncDisposable = await startFakeSglang({
    model: MODEL,
    contextLength: 16_384,
    complete: () => TEXTS[asked++ % TEXTS.length] as string,
    whileRunning: () => (isHeld() ? held : undefined),
  });
  const file = join(home, 'theorems.json');
  // Of one statement the answers would come from the cache.
  const theorems = ['p', 'a', 'c'].map((name) => ({ name, statement: swapOf(name) }));
  writeFileSync(file, JSON.stringify({ theorems }));
  const args = [
    ...['search', '--theorems', file, '--run', 'one', '--no-canaries', '--workers', '1', '--concurrency', '1'],
    ...['--provider', 'sglang', '--set', `sglang.url=${server.url}`, '--strategy', 'whole-proof'],
    ...['--set', 'hybrid_num_proofs=8', '--json'],
  ];
  const child = startCli(home, args);
  await server.until(isHeld);
  child.kill('SIGKILL');
  await new Promise((resolve) => child.on('close', resolve));
  release();
  const resumed = await runCli(home, ['resume', 'one', '--json']);
  expect(resumed, resumed.err).toMatchObject({ code: 0 });
  const document = JSON.parse(resumed.out);
  expect(document).toMatchObject({ theorems: 3, proved: 3, strategy: 'whole-proof' });
  expect(document.hybrid.closed).toBeGreaterThanOrEqual(3);
  expect(await runCli(home, ['runs', 'verify', 'one'])).toMatchObject({ code: 0 });
  const folder = join(home, 'runs', 'adhoc', 'one', 'trajectories');
  const rows = (
    await Promise.all(
      readdirSync(folder)
        .filter((name) => name.endsWith('.parquet'))
        .map((name) => rowsOfFile(join(folder, name))),
    )
  ).flat();
  const roots = rows.filter(({ parent_state_id }) => parent_state_id === null);
  // Six of eight answers were proofs, and all of them began with a tactic that holds.
  expect(roots.map(({ visits, q_value }) => [visits, q_value])).toEqual([6, 6, 6].map((visits) => [visits, 1]));
  expect(rows.some(({ q_value }) => q_value > 0 && q_value < 1)).toBe(true);
});
