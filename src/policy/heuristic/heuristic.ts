import { stateText } from '../../lean/goal.ts';
import type {
  Candidate,
  PolicyState,
  Proposal,
  ProposeRequest,
  ProposeResult,
  ProviderContext,
  TacticProvider,
} from '../provider.ts';
import { drawOrder } from '../sampling.ts';
import { RULES } from './registry.ts';
import { rank } from './rule.ts';
import { MATHLIB_TACTICS } from './rules/mathlib.ts';
import { viewGoal } from './view.ts';

const NOTHING: ReadonlySet<string> = new Set();

/** Everything that the rules have for a state, best first; `available` names the tactics beyond core Lean. */
export function candidatesFor(state: PolicyState, available: ReadonlySet<string> = NOTHING): readonly Candidate[] {
  const [goal] = state.goals;
  if (!goal) return [];
  const view = viewGoal(goal, available);
  return rank(RULES.flatMap((rule) => Array.from(rule.propose(view), (draft) => ({ rule: rule.name, draft }))));
}

/**
 * The built-in provider: tactics from the shape of the goal, no model, the same answer every time.
 * Round k returns the k-th `count` candidates of the ranking, so slow and unlikely ones come when the state is
 * expanded again. With a seed other than 0 the candidates are drawn by their probabilities at the temperature instead, so
 * that attempts differ; still the same answer for the same seed, state and round.
 */
export function heuristicProvider(context: ProviderContext, name = 'heuristic'): TacticProvider {
  let asked: Promise<ReadonlySet<string>> | undefined;
  const propose = (state: PolicyState, request: ProposeRequest, available: ReadonlySet<string>): Proposal => {
    const { count, round, seed, temperature } = request;
    const ranked = candidatesFor(state, available);
    const all = drawOrder(ranked, { seed, temperature, state: seed === 0 ? '' : stateText(state.goals) });
    const from = round * count;
    const drawn = all.slice(from, from + count);
    return {
      candidates: all === ranked ? drawn : drawn.toSorted((a, b) => (b.logProb ?? 0) - (a.logProb ?? 0)),
      exhausted: from + count >= all.length,
    };
  };
  return {
    name,
    kind: 'heuristic',
    async propose(request): Promise<ProposeResult> {
      asked ??= context.availableTactics(MATHLIB_TACTICS);
      const available = await asked;
      return { kind: 'proposed', proposals: request.states.map((state) => propose(state, request, available)) };
    },
    close: () => Promise.resolve(),
  };
}
