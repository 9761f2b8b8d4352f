import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Engine, openEngine } from '../../../sessions/engine.ts';
import { problemOfTheorem } from '../../../src/corpus/theorem-problem.ts';
import type { LeanProblem } from '../../../src/lean/pool/types.ts';
import type { Candidate, TacticProvider } from '../../../src/policy/provider.ts';
import type { TrajectoryRow } from '../../../src/trajectory/row.ts';
import { type NegativesSettings, negativesSettingsSchema } from '../../../src/value/negatives/settings.ts';
import { walkProof } from '../../../src/value/negatives/walk.ts';
import { rowsOfWalk } from '../../../src/value/negatives/walk-rows.ts';
import { testCacheRoot } from '../../helpers/lean.ts';

let engine: Engine;
beforeAll(async () => {
  const opened = await openEngine({ lean: 'embedded', imports: ['Init'], workers: 1, cacheRoot: testCacheRoot() });
  if (opened.kind !== 'engine') throw new Error(opened.message);
  engine = opened;
});
afterAll(() => engine.close());

/** Proposes the same tactics at every state. */
function proposing(...tactics: readonly string[]): TacticProvider {
  const candidates: Candidate[] = tactics.map((tactic, i) => ({ tactic, logProb: -1 - i, origin: 'fixed' }));
  return {
    name: 'fixed',
    kind: 'fixed',
    propose: async ({ states }) => ({
      kind: 'proposed',
      proposals: states.map(() => ({ candidates, exhausted: true })),
    }),
    close: async () => {},
  };
}

/** A tactic that the clock ends, whatever the machine. */
const SLOW = 'slow';

function impatient(prover: LeanProblem): LeanProblem {
  const outcome = { kind: 'timedOut', limit: 'wallClock', message: 'too slow' } as const;
  return {
    start: (signal) => prover.start(signal),
    tryTactic: async (state, key, tactic, limits, options) =>
      tactic === SLOW ? { outcome, worker: 0, ms: 0 } : prover.tryTactic(state, key, tactic, limits, options),
    release: (keys) => prover.release(keys),
    close: () => prover.close(),
  };
}

async function walk(
  statement: string,
  tactics: readonly string[],
  provider: TacticProvider,
  given: Partial<NegativesSettings> = {},
) {
  const settings = negativesSettingsSchema.parse({ probes: [], ...given });
  const problem = await engine.settle(problemOfTheorem({ name: 'T', statement }, ['Init']));
  const prover = impatient(engine.problem(problem));
  const judge = (proof: readonly string[]) => engine.judge(problem, proof);
  try {
    return await walkProof({ problem, tactics }, { prover, provider, judge }, settings, new AbortController().signal);
  } finally {
    await prover.close();
  }
}

const about = { theorem: 'T', session: 's', search: 'n/1', beganMs: 5 };

async function rows(...asked: Parameters<typeof walk>): Promise<readonly TrajectoryRow[]> {
  const result = await walk(...asked);
  if (result.kind !== 'walked') throw new Error(JSON.stringify(result));
  return rowsOfWalk(result.tree, asked[3]?.expansions !== 0, about);
}

const short = ({ state_id, parent_state_id, tactic_applied, label, remaining_depth }: TrajectoryRow) =>
  [state_id, parent_state_id, tactic_applied, label, remaining_depth] as const;

const AND = '∀ p q : Prop, p → q → p ∧ q';

describe('walking a known proof', () => {
  test('every row holds the state after its tactic, with its parent', async () => {
    const made = await rows(AND, ['intro p q hp hq', 'exact ⟨hp, hq⟩'], proposing('exfalso', 'intro p'));
    const byId = new Map(made.map((row) => [row.state_id, row]));
    for (const row of made) {
      if (row.parent_state_id === null) continue;
      const parent = byId.get(row.parent_state_id) as TrajectoryRow;
      expect(row.depth_from_root).toBe(parent.depth_from_root + 1);
    }
    expect(made[0]).toMatchObject({ state_pp: '⊢ ∀ (p q : Prop), p → q → p ∧ q', tactic_applied: '' });
    expect(made[1]).toMatchObject({
      tactic_applied: 'intro p q hp hq',
      state_pp: 'p : Prop\nq : Prop\nhp : p\nhq : q\n⊢ p ∧ q',
      label: 'positive',
      remaining_depth: 1,
    });
    expect(made[2]).toMatchObject({ state_pp: '', is_proof_complete: true, remaining_depth: 0, verdict_level: 'V3' });
  });

  test('a dead end is negative, another proof positive', async () => {
    const provider = proposing('exfalso', 'constructor', 'intro p q hp hq', 'assumption', 'exact ⟨hp, hq⟩');
    const made = await rows(AND, ['intro p q hp hq', 'exact ⟨hp, hq⟩'], provider, { expansions: 3 });
    const ofTactic = (tactic: string) => made.filter((row) => row.tactic_applied === tactic);
    // Behind `exfalso` nothing closes: `assumption` fails, and so do the others.
    expect(ofTactic('exfalso')[0]).toMatchObject({
      label: 'negative',
      reason: expect.stringMatching(/dead end, none of/),
    });
    // `constructor` leaves two goals, which `assumption` closes one after the other.
    expect(ofTactic('constructor')[0]).toMatchObject({
      label: 'positive',
      remaining_depth: 2,
      reason: 'expanded: another proof',
    });
    expect(made.filter((row) => row.is_proof_complete).length).toBe(2);
  });

  test('with no expansions every state beside the proof is negative', async () => {
    const provider = proposing('exfalso', 'constructor');
    const made = await rows(AND, ['intro p q hp hq', 'exact ⟨hp, hq⟩'], provider, { expansions: 0 });
    expect(made.map(short)).toEqual([
      [0, null, '', 'positive', 2],
      [1, 0, 'intro p q hp hq', 'positive', 1],
      [2, 1, 'exact ⟨hp, hq⟩', 'positive', 0],
      ...made.slice(3).map(short),
    ]);
    expect(made.slice(3).every(({ label, remaining_depth }) => label === 'negative' && remaining_depth === -1)).toBe(
      true,
    );
    expect(made.slice(3).map((row) => row.tactic_applied)).toContain('constructor');
  });

  test('a state from which a known one is reached is as good as that one', async () => {
    const provider = proposing('intro p', 'intro q hp hq');
    const made = await rows(AND, ['intro p q hp hq', 'exact ⟨hp, hq⟩'], provider, { expansions: 1 });
    expect(made.find((row) => row.tactic_applied === 'intro p')).toMatchObject({
      label: 'positive',
      remaining_depth: 2,
    });
  });

  test('a tactic that ran out of time leaves its state unknown', async () => {
    const made = await rows(AND, ['intro p q hp hq', 'exact ⟨hp, hq⟩'], proposing('exfalso', SLOW), { expansions: 1 });
    const beside = made.find((row) => row.tactic_applied === 'exfalso');
    expect(beside).toMatchObject({ label: 'unknown', reason: 'expanded: a tactic ran out of time' });
  });

  test('the target is shared out among the steps', async () => {
    const tactics = ['skip', 'intro p', 'intro q', 'intro hp', 'intro hq', 'exact ⟨hp, hq⟩'];
    const made = await rows(AND, tactics.slice(1), proposing('exfalso'), { targetNegatives: 3, expansions: 1 });
    const negatives = made.filter(({ label }) => label === 'negative');
    expect(negatives.length).toBeLessThanOrEqual(3);
    expect(new Set(negatives.map((row) => row.depth_from_root)).size).toBe(negatives.length);
  });

  test('a proof that does not hold is skipped, and says where', async () => {
    const skipped = (tactics: readonly string[]) => walk(AND, tactics, proposing());
    expect(await skipped(['intro p q hp hq', 'exact hp'])).toMatchObject({
      kind: 'skipped',
      stage: 'proof',
      message: expect.stringMatching(/fails at tactic 2, "exact hp"/),
    });
    expect(await skipped(['intro p q hp hq'])).toMatchObject({ message: 'its proof leaves goals open' });
    expect(await skipped(['intro p q hp hq', 'exact ⟨hp, hq⟩', 'rfl'])).toMatchObject({
      message: 'its proof ends at tactic 2 already',
    });
    expect(await walk('∀ p, p → nonsense', ['intro'], proposing())).toMatchObject({ stage: 'start' });
  });

  test('a printed goal is walked with its hypotheses introduced', async () => {
    const made = await rows('p q : Prop\nhp : p\nhq : q\n⊢ p ∧ q', ['exact ⟨hp, hq⟩'], proposing('exfalso'), {
      expansions: 0,
    });
    expect(made.map((row) => row.state_pp)).toEqual([
      'p : Prop\nq : Prop\nhp : p\nhq : q\n⊢ p ∧ q',
      '',
      'p : Prop\nq : Prop\nhp : p\nhq : q\n⊢ False',
    ]);
  });
});
