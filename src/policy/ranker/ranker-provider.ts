import { stateText } from '../../lean/goal.ts';
import { MATHLIB_TACTICS } from '../heuristic/rules/mathlib.ts';
import type {
  Candidate,
  PolicyState,
  Proposal,
  ProposeRequest,
  ProposeResult,
  ProviderContext,
  ProviderIdentity,
  TacticProvider,
} from '../provider.ts';
import { drawOrder } from '../sampling.ts';
import { Given, stillToGive } from './given.ts';
import { introduced } from './introduced.ts';
import { type Ranker, rankState } from './ranking.ts';

/** What a ranker is opened with. */
export interface RankerOptions {
  readonly name: string;
  readonly ranker: Ranker;
  readonly identity: ProviderIdentity;
  readonly context: ProviderContext;
}

/**
 * Ranks the heuristic's candidates, and those of harvested templates, with a trained net. Where the best candidate is an
 * introduction, it comes with the best candidates for the goal behind it, each as one tactic with the introduction in front; so
 * a proof that needs no more takes one expansion. The state behind it is then given what has not been tried there.
 */
export class RankerProvider implements TacticProvider {
  readonly name: string;
  readonly kind = 'ranker';
  readonly identities: readonly ProviderIdentity[];
  readonly #ranker: Ranker;
  readonly #context: ProviderContext;
  readonly #given = new Given();
  #tactics: Promise<ReadonlySet<string>> | undefined;

  constructor({ name, ranker, identity, context }: RankerOptions) {
    this.name = name;
    this.identities = [identity];
    this.#ranker = ranker;
    this.#context = context;
  }

  async propose(request: ProposeRequest): Promise<ProposeResult> {
    this.#tactics ??= this.#context.availableTactics(MATHLIB_TACTICS);
    const tactics = await this.#tactics;
    return { kind: 'proposed', proposals: request.states.map((state) => this.#proposal(state, request, tactics)) };
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  #proposal(state: PolicyState, request: ProposeRequest, tactics: ReadonlySet<string>): Proposal {
    const { count, round } = request;
    const given = this.#given.of(request, state.goals);
    const all = this.#ordered(state, request, tactics);
    const [first] = all;
    const after = first === undefined ? null : afterwards(state, first);
    // In a process that did not give the first rounds, these were the best ones.
    if (round > 0 && given.rounds.size === 0) given.rounds.set(0, all.slice(0, after === null ? round * count : 1));
    const own = stillToGive(all, given);
    const inner = after === null ? null : this.#given.of(request, after.goals);
    const behind =
      after === null || inner === null
        ? []
        : stillToGive(this.#ordered(after, request, tactics), inner).filter(({ tactic }) => !inner.behind.has(tactic));
    const known = given.rounds.get(round);
    if (known !== undefined) return { candidates: known, exhausted: own.length === 0 && behind.length === 0 };
    const joined = behind.map((next) => ({ next, candidate: both(first as Candidate, next) }));
    const chosen = turn(own, joined, request);
    for (const { next } of chosen.joined) inner?.behind.add(next.tactic);
    const candidates = [...chosen.own, ...chosen.joined.map(({ candidate }) => candidate)].toSorted(
      (a, b) => (b.logProb ?? 0) - (a.logProb ?? 0),
    );
    given.rounds.set(round, candidates);
    return {
      candidates,
      exhausted: chosen.own.length === own.length && chosen.joined.length === joined.length,
    };
  }

  /** By the ranking, or as they are drawn. */
  #ordered(
    state: PolicyState,
    { seed, temperature, count }: ProposeRequest,
    tactics: ReadonlySet<string>,
  ): readonly Candidate[] {
    const ranked = rankState(this.#ranker, state, { tactics, name: this.name, best: count });
    return drawOrder(ranked, { seed, temperature, state: seed === 0 ? '' : stateText(state.goals) });
  }
}

/** The state after an introduction; null for any other tactic. */
function afterwards(state: PolicyState, { tactic }: Candidate): PolicyState | null {
  const [goal, ...others] = state.goals;
  const after = goal === undefined ? null : introduced(goal, tactic);
  if (after === null) return null;
  return { ...state, goals: [after, ...others], path: [...state.path, tactic], depth: state.depth + 1 };
}

/**
 * Who has the turn. At first the introduction, and what stands behind it; then, round by round, what else stands behind it and
 * what else there is for the state. Where one has too little the other fills up.
 */
function turn<Joined>(
  own: readonly Candidate[],
  joined: readonly Joined[],
  { round, count }: Pick<ProposeRequest, 'round' | 'count'>,
): { readonly own: readonly Candidate[]; readonly joined: readonly Joined[] } {
  const least = round === 0 ? 1 : round % 2 === 1 ? 0 : count;
  const ofJoined = Math.min(joined.length, count - Math.min(own.length, least));
  return { own: own.slice(0, count - ofJoined), joined: joined.slice(0, ofJoined) };
}

/** Two steps as one tactic, with the log-prob of both. */
function both(first: Candidate, next: Candidate): Candidate {
  return {
    ...next,
    tactic: `${first.tactic}\n${next.tactic}`,
    logProb: (first.logProb ?? 0) + (next.logProb ?? 0),
    reason: `introduce, then ${next.reason ?? next.origin}`,
  };
}
