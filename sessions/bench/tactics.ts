import type { LeanClient } from '../../src/lean/client.ts';
import { benchLimits, openHost, startProver, stateAfter } from './lean.ts';
import { type Bench, type Figure, figure } from './measurement.ts';

interface Family {
  readonly family: string;
  readonly statement: string;
  /** Tactics before the measured one. */
  readonly before: readonly string[];
  readonly tactic: string;
  /** Slow ones are tried less often. @default 60 */
  readonly tries?: number;
}

const usualTries = 60;
const quickTries = 2;

const lists = '∀ xs ys zs : List Nat, (xs ++ ys ++ zs).length = zs.length + ys.length + xs.length';
const order = '∀ a b c : Nat, a < b → b < c → 2 * a + 2 < 2 * c';
const logic = '∀ p q r : Prop, (p → q) → (q → r) → p → r ∧ q';

/** One state of usual size per family of tactics. */
const families: readonly Family[] = [
  { family: 'intro', statement: logic, before: [], tactic: 'intro p q r hpq hqr hp' },
  { family: 'exact', statement: '∀ a b : Nat, a + b = b + a', before: ['intro a b'], tactic: 'exact Nat.add_comm a b' },
  { family: 'apply', statement: logic, before: ['intro p q r hpq hqr hp'], tactic: 'apply And.intro' },
  {
    family: 'rw',
    statement: '∀ a b c : Nat, a + b + c = c + (b + a)',
    before: ['intro a b c'],
    tactic: 'rw [Nat.add_comm, Nat.add_comm a b]',
  },
  { family: 'cases', statement: '∀ p q : Prop, p ∨ q → q ∨ p', before: ['intro p q h'], tactic: 'cases h' },
  { family: 'induction', statement: '∀ n : Nat, 0 + n = n', before: ['intro n'], tactic: 'induction n' },
  { family: 'simp', statement: lists, before: ['intro xs ys zs'], tactic: 'simp' },
  { family: 'simp_all', statement: logic, before: ['intro p q r hpq hqr hp'], tactic: 'simp_all' },
  { family: 'omega', statement: order, before: ['intro a b c h₁ h₂'], tactic: 'omega' },
  { family: 'decide', statement: '∀ a b : Fin 6, a + b = b + a', before: [], tactic: 'decide' },
  {
    family: 'grind',
    statement: '∀ (f : Nat → Nat) (a b c : Nat), a = b → f b = c → f a = c',
    before: ['intro f a b c h₁ h₂'],
    tactic: 'grind',
  },
  { family: 'failing', statement: order, before: ['intro a b c h₁ h₂'], tactic: 'exact h₁' },
  {
    family: 'exact?',
    statement: '∀ a b : Nat, a ≤ b → a - b = 0',
    before: ['intro a b h'],
    tactic: 'exact?',
    tries: 5,
  },
];

/** How long one try takes, from request to parsed answer, by family. */
export const tacticBench: Bench = {
  name: 'tactics',
  about: 'one tactic try on a ready worker, from request to parsed answer, by family',
  async run(context) {
    const host = await openHost(context);
    try {
      const { client } = await startProver(host);
      const figures: Figure[] = [];
      for (const family of families) {
        if (context.quick && family.tries !== undefined) continue;
        figures.push(await latencyOf(client, family, context.quick ? quickTries : (family.tries ?? usualTries)));
      }
      return { kind: 'measured', figures };
    } finally {
      await host.close();
    }
  },
};

async function latencyOf(
  client: LeanClient,
  { family, statement, before, tactic }: Family,
  tries: number,
): Promise<Figure> {
  const state = await stateAfter(client, statement, before);
  const times: number[] = [];
  // The first try loads what the tactic needs and is not counted.
  for (let i = -1; i < tries; i++) {
    const start = performance.now();
    const reply = await client.tactic(state, tactic, benchLimits);
    if (i >= 0) times.push(performance.now() - start);
    if (reply.kind === 'applied') await client.delete([reply.stateId]);
    else if (reply.kind !== 'failed') throw new Error(`${tactic} on ${statement}: ${reply.message}`);
  }
  return figure(family, 'ms', times);
}
