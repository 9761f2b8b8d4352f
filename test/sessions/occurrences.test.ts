import { mkdtempSync, rmSync } from 'node:fs';
import { appendFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findOccurrences } from '../../sessions/occurrences.ts';
import { createSession } from '../../sessions/open-session.ts';
import { logPath } from '../../sessions/session-folders.ts';
import { namesConstant } from '../../src/lean/constant-name.ts';
import type { SearchEvent } from '../../src/search/events.ts';
import { searchSettingsSchema } from '../../src/search/settings.ts';

describe('namesConstant', () => {
  it.each([
    ['exact Nat.add_comm a b', true],
    ['rw [Nat.add_comm]', true],
    ['exact (Nat.add_comm a b).symm', true],
    ['exact Nat.add_comm.symm', true],
    ['exact Nat.add_comm.2', true],
    ['exact _root_.Nat.add_comm a b', true],
    ['simp only [← Nat.add_comm, h]', true],
    ['exact @Nat.add_comm', true],
    ['exact Nat.add_comm', true],
    ['exact Nat.add_comm.', true],
    ['exact Nat.add_comm₃ a b', false],
    ["exact Nat.add_comm' a b", false],
    ['exact Nat.add_commutes', false],
    ['exact MyNat.add_comm', false],
    ['exact Foo.Nat.add_comm', false],
    ['exact ℕNat.add_comm', false],
    ['exact Nat.add_comm.aux', false],
    ['exact Foo._root_.Nat.add_comm', false],
    ['exact Nat.add_comm_right; exact Nat.add_comm', true],
  ])('%s: %s', (text, expected) => {
    expect(namesConstant('Nat.add_comm')(text)).toBe(expected);
  });
});

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'proofdeck-occurrences-'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

/** Records a search with these candidates at the root; each applies or fails, and the last may close the proof. */
async function record(
  theorem: string,
  tactics: readonly { tactic: string; applies?: boolean; closes?: 'accepted' | 'refused' }[],
  minute = 0,
): Promise<string> {
  const made = await createSession(home, { program: 'test', now: () => Date.UTC(2026, 0, 1, 0, minute) });
  if (made.kind !== 'created') throw new Error(JSON.stringify(made));
  const { session } = made;
  const events: SearchEvent[] = [
    {
      kind: 'search.opened',
      problem: { name: theorem, statement: 'True', imports: [] },
      settings: searchSettingsSchema.parse({}),
      provider: { name: 'test', kind: 'test' },
      worker: { kind: 'embedded', toolchain: 'Lean' },
    },
    {
      kind: 'candidates.ranked',
      node: 0,
      round: 0,
      candidates: tactics.map(({ tactic }, candidate) => ({
        candidate,
        proposal: candidate,
        tactic,
        logProb: 0,
        origin: 'test',
      })),
    },
    ...tactics.map(
      ({ applies }, candidate): SearchEvent => ({
        kind: 'tactic.answered',
        node: 0,
        candidate,
        worker: 0,
        outcome: applies ? { kind: 'goals', goals: ['x'] } : { kind: 'failed', message: 'no' },
        ms: 1,
      }),
    ),
  ];
  for (const [node, { tactic, closes }] of tactics.entries()) {
    if (closes === undefined) continue;
    const accepted = closes === 'accepted';
    events.push(
      { kind: 'proof.closed', node, proof: ['intro a', tactic] },
      {
        kind: 'verdict.given',
        node,
        level: accepted ? 'V3' : 'V0',
        accepted,
        axioms: [],
        axiomsBehindLibrary: 'assumed',
        statementMatches: true,
        selfUse: false,
        checks: [],
        toolchain: 'Lean',
        script: '',
        ms: 1,
      },
    );
  }
  for (const event of events) session.append('s1', event);
  await session.close();
  return session.id;
}

describe('findOccurrences', () => {
  it('finds steps of proofs and candidates that applied, and no others', async () => {
    const id = await record('demo', [
      { tactic: 'exact Nat.add_comm a b', applies: true, closes: 'accepted' },
      { tactic: 'rw [Nat.add_comm]', applies: true },
      { tactic: 'apply Nat.add_comm' },
      { tactic: 'exact Nat.add_comm_left', applies: true },
      { tactic: 'simpa using Nat.add_comm 1 2', applies: true, closes: 'refused' },
    ]);
    const { found, stopped, sessionsRead } = await findOccurrences(home, 'Nat.add_comm');
    const common = { session: id, search: 's1', theorem: 'demo' };
    expect(found).toEqual([
      { ...common, node: 0, tactic: 'rw [Nat.add_comm]', where: 'applied' },
      { ...common, node: 0, tactic: 'exact Nat.add_comm a b', where: 'proof' },
      { ...common, node: 4, tactic: 'simpa using Nat.add_comm 1 2', where: 'closed' },
    ]);
    expect([stopped, sessionsRead]).toEqual([null, 1]);
  });

  it('reads the newest sessions first and says where it stopped', async () => {
    await record('old', [{ tactic: 'exact Nat.add_comm a b', applies: true }], 0);
    const newer = await record('new', [{ tactic: 'exact Nat.add_comm a b', applies: true }], 1);
    const limited = await findOccurrences(home, 'Nat.add_comm', { matches: 1 });
    expect(limited.found.map(({ session }) => session)).toEqual([newer]);
    expect(limited).toMatchObject({ stopped: 'matches', sessionsRead: 1, sessionsLeft: 1 });
    expect(await findOccurrences(home, 'Nat.add_comm', { bytes: 10 })).toMatchObject({
      stopped: 'bytes',
      sessionsLeft: 1,
    });
    expect(await findOccurrences(home, 'Nat.add_comm', { ms: 0 })).toMatchObject({ stopped: 'time', sessionsRead: 0 });
  });

  it('passes over damaged lines', async () => {
    const id = await record('demo', [{ tactic: 'exact Nat.add_comm a b', applies: true }]);
    await appendFile(logPath(home, id), 'not JSON, but it names Nat.add_comm\n');
    expect((await findOccurrences(home, 'Nat.add_comm')).found).toHaveLength(1);
  });

  it('finds nothing where there is no home', async () => {
    expect(await findOccurrences(join(home, 'nowhere'), 'Nat.add_comm')).toMatchObject({
      found: [],
      sessionsRead: 0,
      stopped: null,
    });
  });
});
