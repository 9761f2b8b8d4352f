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
import { introduced } from './introduced.ts';
import { type Ranker, rankState } from './ranking.ts';
import { TriedBehind } from './tried-behind.ts';

/** What a ranker is opened with. */
export interface RankerOptions {
  readonly name: string;
  readonly ranker: Ranker;
  readonly identity: ProviderIdentity;
  readonly context: ProviderContext;
}

/**
 * Ranks the heuristic's candidates, and those of harvested templates, with a trained net. Where the best candidate is an
 * introduction, the first round holds it, and behind it the best candidates for the goal that it leads to, each as one tactic
 * with the introduction in front; what else there is for the state comes in later rounds. A state that was reached so gets
 * last what was tried at once.
 */
export class RankerProvider implements TacticProvider {
  readonly name: string;
  readonly kind = 'ranker';
  readonly identities: readonly ProviderIdentity[];
  readonly #ranker: Ranker;
  readonly #context: ProviderContext;
  readonly #tried = new TriedBehind();
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
    const { count, round, lane = '' } = request;
    const all = this.#tried.last(lane, state.goals, this.#ordered(state, request, tactics));
    const [first, ...others] = all;
    const after = first === undefined || count === 1 ? null : afterwards(state, first);
    if (first === undefined || after === null) {
      const from = round * count;
      return { candidates: byLogProb(all.slice(from, from + count)), exhausted: from + count >= all.length };
    }
    if (round > 0) {
      const from = (round - 1) * count;
      return { candidates: byLogProb(others.slice(from, from + count)), exhausted: from + count >= others.length };
    }
    const behind = this.#ordered(after, request, tactics).slice(0, count - 1);
    this.#tried.note(lane, after.goals, behind);
    return {
      candidates: byLogProb([first, ...behind.map((next) => joined(first, next))]),
      exhausted: others.length === 0,
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

/** Two steps as one tactic, with the log-prob of both. */
function joined(first: Candidate, next: Candidate): Candidate {
  return {
    ...next,
    tactic: `${first.tactic}\n${next.tactic}`,
    logProb: (first.logProb ?? 0) + (next.logProb ?? 0),
    reason: `introduce, then ${next.reason ?? next.origin}`,
  };
}

const byLogProb = (candidates: readonly Candidate[]): readonly Candidate[] =>
  candidates.toSorted((a, b) => (b.logProb ?? 0) - (a.logProb ?? 0));
