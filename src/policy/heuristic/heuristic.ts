import type {
  Candidate,
  PolicyState,
  Proposal,
  ProposeRequest,
  ProposeResult,
  ProviderContext,
  TacticProvider,
} from '../provider.ts';
import { RULES } from './registry.ts';
import { rank } from './rule.ts';
import { viewGoal } from './view.ts';

/** Everything that the rules have for a state, best first. */
export function candidatesFor(state: PolicyState): readonly Candidate[] {
  const [goal] = state.goals;
  if (!goal) return [];
  const view = viewGoal(goal, state.depth);
  return rank(RULES.flatMap((rule) => Array.from(rule.propose(view), (draft) => ({ rule: rule.name, draft }))));
}

/**
 * The built-in provider: tactics from the shape of the goal, no model, the same answer every time.
 * Round k returns the k-th `count` candidates of the ranking, so slow and unlikely ones come when the state is
 * expanded again.
 */
export function heuristicProvider(_context: ProviderContext, name = 'heuristic'): TacticProvider {
  const propose = (state: PolicyState, { count, round }: ProposeRequest): Proposal => {
    const all = candidatesFor(state);
    const from = round * count;
    return { candidates: all.slice(from, from + count), exhausted: from + count >= all.length };
  };
  return {
    name,
    kind: 'heuristic',
    propose: (request): Promise<ProposeResult> =>
      Promise.resolve({ kind: 'proposed', proposals: request.states.map((state) => propose(state, request)) }),
    close: () => Promise.resolve(),
  };
}
