import type { Engine } from '../../../sessions/engine.ts';
import type { Goal } from '../../../src/lean/goal.ts';
import type { LeanProblem, TacticAnswer } from '../../../src/lean/pool/types.ts';
import type { ProposeResult, TacticProvider } from '../../../src/policy/provider.ts';
import type { VerdictFacts } from '../../../src/search/world.ts';

/** Answers that wait until the test gives them, by name. */
class Gate<T> {
  readonly #waiting = new Map<string, (value: T) => void>();

  wait(name: string): Promise<T> {
    return new Promise((resolve) => this.#waiting.set(name, resolve));
  }

  get waiting(): readonly string[] {
    return [...this.#waiting.keys()];
  }

  open(name: string, value: T): void {
    const resolve = this.#waiting.get(name);
    if (!resolve) throw new Error(`nothing waits for ${name}, only for ${this.waiting.join(', ')}`);
    this.#waiting.delete(name);
    resolve(value);
  }
}

export const goal = (target: string): Goal => ({ hypotheses: [], target });

/** An engine whose provider, Lean and judge answer only when told to. It stands in for nothing but their timing. */
export class GatedEngine {
  readonly proposals = new Gate<ProposeResult>();
  readonly tactics = new Gate<TacticAnswer>();
  readonly verdicts = new Gate<VerdictFacts>();

  /** Set before a search begins: what Lean says of its statement instead of opening it. */
  refusal: string | null = null;

  readonly engine: Engine;

  constructor() {
    const provider: TacticProvider = {
      name: 'gated',
      kind: 'gated',
      propose: ({ states }) => this.proposals.wait(states[0]?.goals[0]?.target ?? ''),
      close: async () => {},
    };
    const problem: LeanProblem = {
      start: async () =>
        this.refusal === null
          ? { kind: 'started', goals: [goal('root')], ms: 1 }
          : { kind: 'startFailed', category: 'elab', message: this.refusal },
      tryTactic: (_state, _key, tactic, _limits, { onSent }) => {
        onSent(0);
        return this.tactics.wait(tactic);
      },
      release: () => {},
      close: async () => {},
    };
    this.engine = {
      kind: 'engine',
      pool: { kind: 'embedded', health: () => [], subscribe: () => () => {} } as unknown as Engine['pool'],
      toolchain: 'gated Lean',
      startMs: 0,
      imports: [],
      problem: () => problem,
      settle: (problem) => Promise.resolve(problem),
      warmJudge: () => {},
      judge: (_problem, proof) => this.verdicts.wait(proof.join('; ')),
      judgeProof: async () => ({ kind: 'badStatement', message: 'not used' }),
      judgeFile: async () => ({ kind: 'badFile', message: 'not used' }),
      openProvider: async () => ({ kind: 'provider', provider }),
      providers: [],
      close: async () => {},
    };
  }

  propose(target: string, tactics: readonly string[]): void {
    const candidates = tactics.map((tactic, i) => ({ tactic, logProb: -i, origin: 'gated' }));
    this.proposals.open(target, { kind: 'proposed', proposals: [{ candidates, exhausted: true }] });
  }

  answer(tactic: string, goals: readonly Goal[] | string): void {
    const outcome =
      typeof goals === 'string' ? ({ kind: 'failed', message: goals } as const) : ({ kind: 'goals', goals } as const);
    this.tactics.open(tactic, { outcome, worker: 0, ms: 3 });
  }
}
