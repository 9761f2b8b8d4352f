import { readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { ProviderProfile } from '../../../src/config/models.ts';
import { configFrom } from '../../../src/config/schema.ts';
import type { Goal } from '../../../src/lean/goal.ts';
import { goalHash } from '../../../src/lean/goal-hash.ts';
import type { PolicyState, ProposeRequest, ProposeResult, TacticProvider } from '../../../src/policy/provider.ts';
import { openScript } from '../../../src/policy/script/open-script.ts';
import { Recording } from '../../../src/policy/script/recording.ts';
import { temporaryFolder } from '../../storage/temporary.ts';

const goal: Goal = { hypotheses: [{ name: 'h', type: 'p' }], target: 'p' };
const state: PolicyState = { goals: [goal], path: [], depth: 0 };
const request: ProposeRequest = {
  states: [state],
  count: 4,
  temperature: 1,
  round: 0,
  seed: 0,
  signal: new AbortController().signal,
};

async function open(file: string, profile: Partial<ProviderProfile> = {}): Promise<TacticProvider> {
  const opened = await openScript(
    'script',
    { kind: 'script', url: file, ...profile },
    { settings: configFrom(new Map()), home: temporaryFolder() },
  );
  if (opened.kind !== 'provider') throw new Error(opened.message);
  return opened.provider;
}

async function problem(file: string): Promise<string> {
  return open(file).then(
    () => 'none',
    ({ message }: Error) => message,
  );
}

function written(...lines: readonly unknown[]): string {
  const file = join(temporaryFolder(), 'answers.jsonl');
  writeFileSync(file, lines.map((line) => `${typeof line === 'string' ? line : JSON.stringify(line)}\n`).join(''));
  return file;
}

const tactics = (result: ProposeResult): readonly string[] =>
  result.kind === 'proposed' ? result.proposals.flatMap(({ candidates }) => candidates.map((one) => one.tactic)) : [];

test('raw responses are taken apart as those of a server are', async () => {
  const one = await open(
    written({
      state: 'h : p\n⊢ p',
      completions: ['I think so.', { text: '```lean\nexact h\n```', logProb: -1 }, 'assumption'],
    }),
  );
  expect(await one.propose(request)).toMatchObject({
    kind: 'proposed',
    proposals: [
      {
        candidates: [
          { tactic: 'exact h', logProb: -1, origin: 'script' },
          { tactic: 'assumption', logProb: null },
        ],
        dropped: [{ raw: 'I think so.' }],
      },
    ],
  });
});

test('a state is found by its hash as well, and later rounds end where the recording did', async () => {
  const one = await open(written({ hash: goalHash(goal), completions: ['simp'] }));
  expect(tactics(await one.propose(request))).toEqual(['simp']);
  expect(await one.propose({ ...request, round: 1 })).toEqual({
    kind: 'proposed',
    proposals: [{ candidates: [], exhausted: true }],
  });
});

test('of several answers that of the same theorem, seed and temperature is taken', async () => {
  const line = (theorem: string, seed: number, tactic: string) => ({
    state: 'h : p\n⊢ p',
    theorem,
    seed,
    completions: [tactic],
  });
  const one = await open(written(line('a', 0, 'a0'), line('a', 1, 'a1'), line('b', 1, 'b1')));
  const asked = (name: string, seed: number) =>
    one.propose({ ...request, seed, states: [{ ...state, theorem: { name, statement: null, imports: [] } }] });
  expect(tactics(await asked('a', 1))).toEqual(['a1']);
  expect(tactics(await asked('b', 0))).toEqual(['b1']);
});

test('a state that was never answered is a failure that names it, and asking again is no use', async () => {
  const one = await open(written({ state: '⊢ q', completions: ['simp'] }));
  expect(await one.propose(request)).toMatchObject({
    kind: 'providerFailed',
    message: expect.stringMatching(/answers\.jsonl has no answer for the state h : p .* ⊢ p/),
    retriable: false,
  });
});

test('what was recorded is played back as it was', async () => {
  const candidates = [
    { tactic: 'exact h', logProb: -1, origin: 'mine', raw: ' exact h' },
    { tactic: 'simp', logProb: null, origin: 'mine' },
  ];
  const dropped = [{ raw: 'hm', reason: 'no tactic in it', origin: 'mine' }];
  const live: TacticProvider = {
    name: 'mine',
    kind: 'sglang',
    propose: async () => ({ kind: 'proposed', proposals: [{ candidates, dropped, exhausted: false }] }),
    close: async () => {},
  };
  const file = join(temporaryFolder(), 'recorded.jsonl');
  const recording = new Recording(live, file);
  const said = await recording.propose(request);
  await recording.propose({ ...request, fresh: true });
  await recording.close();
  expect(readFileSync(file, 'utf8').trim().split('\n')).toHaveLength(1);
  expect(await (await open(file)).propose(request)).toEqual(said);
});

test('whole proofs are recorded with all their tactics, and raw ones are split when whole proofs are wanted', async () => {
  const candidates = [{ tactic: 'intro x', continuation: ['simp', 'exact h'], logProb: -3, origin: 'mine' }];
  const identity = { url: 'u', model: 'm', weightVersion: null, server: 's', prompt: null, corrects: true as const };
  const live: TacticProvider = {
    name: 'mine',
    kind: 'sglang',
    identities: [identity],
    propose: async () => ({ kind: 'proposed', proposals: [{ candidates, exhausted: false }] }),
    close: async () => {},
  };
  const file = join(temporaryFolder(), 'recorded.jsonl');
  const recording = new Recording(live, file);
  const whole = { ...request, wholeProofs: { maxTokens: 100 } };
  const said = await recording.propose(whole);
  await recording.close();
  const played = await open(file);
  expect(await played.propose(whole)).toEqual(said);
  expect(played.identities).toMatchObject([{ corrects: true }]);
  const raw = await open(written({ state: 'h : p\n⊢ p', completions: ['skip\nexact h'] }));
  expect(await raw.propose(whole)).toMatchObject({
    proposals: [{ candidates: [{ tactic: 'skip', continuation: ['exact h'] }] }],
  });
  const step = await raw.propose(request);
  expect(tactics(step)).toEqual(['skip']);
  expect(JSON.stringify(step)).not.toContain('continuation');
});

test('an answer that cannot be recorded is not used', async () => {
  const live: TacticProvider = {
    name: 'mine',
    kind: 'sglang',
    propose: async () => ({ kind: 'proposed', proposals: [{ candidates: [], exhausted: true }] }),
    close: async () => {},
  };
  const recording = new Recording(live, join(temporaryFolder(), 'missing', 'file.jsonl'));
  expect(await recording.propose(request)).toMatchObject({
    kind: 'providerFailed',
    message: expect.stringContaining('cannot record the answers'),
  });
});

test('what is wrong with a file is said with its line; a last line that was never finished is none of it', async () => {
  expect(await problem('no-such-session')).toMatch(/no file, session or run "no-such-session"/);
  expect(await problem(written({ completions: [] }))).toMatch(/line 1: .*neither "state" nor "hash"/s);
  expect(await problem(written({ state: '⊢ p' }))).toMatch(/either "completions" or "candidates"/);
  expect(await problem(written('{"sta', { state: '⊢ p', completions: [] }))).toMatch(/line 1: not JSON/);
  expect(await problem(written(''))).toMatch(/holds no answers/);
  expect(await problem(written({ state: '⊢ p', completions: [] }, '{"sta'))).toBe('none');
});

test('a file that cannot be read is told with its name', async () => {
  const loop = join(temporaryFolder(), 'loop.jsonl');
  symlinkSync(loop, loop);
  expect(await problem(loop)).toContain(`cannot read ${loop}`);
  const long = 'x'.repeat(300);
  expect(await problem(long)).toContain(`cannot read ${long}`);
});

test.runIf(process.platform === 'linux')('so is one whose contents cannot be read', async () => {
  expect(await problem('/proc/self/mem')).toContain('cannot read /proc/self/mem');
});
