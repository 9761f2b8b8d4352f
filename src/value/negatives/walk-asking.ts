import type { Goal } from '../../lean/goal.ts';
import type { LeanProblem, StateRef, TacticAnswer } from '../../lean/pool/types.ts';
import type { PolicyState, TacticProvider } from '../../policy/provider.ts';
import type { Problem } from '../../search/events.ts';
import type { VerdictFacts } from '../../search/world.ts';
import { candidatesAt, type Try } from './candidates.ts';
import type { NegativesSettings } from './settings.ts';

/** A proof that is known, and what it proves. */
export interface KnownProof {
  readonly problem: Problem;
  /** Without those that introduce the hypotheses of a printed goal. */
  readonly tactics: readonly string[];
}

/** What one walk needs of Lean and of the provider. */
export interface WalkWorld {
  readonly prover: LeanProblem;
  readonly provider: TacticProvider;
  readonly judge: (proof: readonly string[]) => Promise<VerdictFacts>;
}

/** A walk that cannot go on: at the start of the theorem, in its proof, or with the provider. */
export class WalkSkipped extends Error {
  readonly stage: 'start' | 'proof' | 'provider';
  constructor(stage: 'start' | 'proof' | 'provider', message: string) {
    super(message);
    this.stage = stage;
  }
}

interface Tried {
  readonly answer: TacticAnswer;
  /** How to reach the state that the tactic leads to. */
  readonly ref: StateRef;
}

/** What a walk asks of Lean, of the judge and of the provider. After an abort nothing is answered: the signal's reason is thrown. */
export class WalkAsking {
  readonly #problem: Problem;
  readonly #world: WalkWorld;
  readonly #settings: NegativesSettings;
  readonly #signal: AbortSignal;
  #tries = 0;

  constructor(problem: Problem, world: WalkWorld, settings: NegativesSettings, signal: AbortSignal) {
    this.#problem = problem;
    this.#world = world;
    this.#settings = settings;
    this.#signal = signal;
  }

  /** Tactics that Lean got so far. */
  get tries(): number {
    return this.#tries;
  }

  /** Starts the theorem and introduces its hypotheses. */
  async start(): Promise<{ readonly ref: StateRef; readonly goals: readonly Goal[] }> {
    const { refusal, introduce = [] } = this.#problem;
    if (refusal) throw new WalkSkipped('start', refusal.message);
    const started = await this.#world.prover.start(this.#signal);
    if (started.kind === 'startFailed') throw new WalkSkipped('start', started.message);
    let ref: StateRef = { key: 'root', parent: null, tactic: '' };
    let { goals } = started;
    for (const tactic of introduce) {
      const step = await this.tryGiven(ref, tactic);
      if (step.answer.outcome.kind !== 'goals')
        throw new WalkSkipped('start', `"${tactic}" fails: ${step.answer.outcome.message}`);
      ({ goals } = step.answer.outcome);
      ref = step.ref;
    }
    return { ref, goals };
  }

  /** Tries a tactic of the known proof. What the proof took may be taken again, whatever is given to other tactics. */
  tryGiven(from: StateRef, tactic: string): Promise<Tried> {
    return this.try(from, { tactic, heartbeats: Math.max(this.#settings.heartbeats, 200_000) });
  }

  async try(from: StateRef, { tactic, heartbeats }: Pick<Try, 'tactic' | 'heartbeats'>): Promise<Tried> {
    const { recursion, tacticTimeout } = this.#settings;
    const key = `walk.${this.#tries++}`;
    const limits = { heartbeats, recursion, timeoutMs: tacticTimeout * 1000 };
    const answer = await this.#world.prover.tryTactic(from, key, tactic, limits, {
      onSent: () => {},
      signal: this.#signal,
    });
    this.#signal.throwIfAborted();
    return { answer, ref: { key, parent: from, tactic } };
  }

  /** Lets go of a state that is not needed any more. */
  release({ key }: StateRef): void {
    this.#world.prover.release([key]);
  }

  /** What the judge says of the introductions and these tactics. */
  async judge(tactics: readonly string[]): Promise<{ accepted: boolean; level: string | null; reason: string }> {
    const { level, accepted, reason } = await this.#world.judge([...(this.#problem.introduce ?? []), ...tactics]);
    this.#signal.throwIfAborted();
    return { accepted, level, reason: reason ?? `it reached ${level ?? 'no level'}` };
  }

  /** What may be tried at a state whose path begins after the introductions. */
  async candidates(state: PolicyState): Promise<readonly Try[]> {
    const asked = { ...state, path: [...(this.#problem.introduce ?? []), ...state.path] };
    const found = await candidatesAt(asked, this.#problem, this.#world.provider, this.#settings, this.#signal);
    this.#signal.throwIfAborted();
    if (found.kind === 'providerFailed') throw new WalkSkipped('provider', found.message);
    return found.tries;
  }
}
