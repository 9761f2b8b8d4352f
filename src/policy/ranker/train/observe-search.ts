import { stateText } from '../../../lean/goal.ts';
import type { TacticOutcome } from '../../../lean/outcome.ts';
import type { SearchNode, SearchState } from '../../../search/state.ts';
import type { ObservedProof, ObservedState, ObservedTry, TryResult } from './observation.ts';

/** The accepted proof of a search with all tries on its way; null when it found none. */
export function observeSearch(state: SearchState): ObservedProof | null {
  if (state.verdict?.accepted !== true || state.proof === null || state.problem === null) return null;
  const path: SearchNode[] = [];
  for (let id: number | null = state.proof.node; id !== null; id = path[0]?.parent ?? null) {
    const node: SearchNode | undefined = state.nodes[id];
    if (node === undefined) return null;
    path.unshift(node);
  }
  const [root] = path;
  if (root === undefined) return null;
  const states = path.slice(0, -1).map((node, i) => observed(state, path, node, i));
  return { theorem: state.problem.name, root: stateText(goalsOf(state, root)), states };
}

function observed(state: SearchState, path: readonly SearchNode[], node: SearchNode, at: number): ObservedState {
  const next = path[at + 1];
  const tries = node.candidates.flatMap(({ index, tactic, status }): readonly ObservedTry[] => {
    if (index === next?.candidate) return [{ tactic, result: 'proof' }];
    return status.kind === 'answered' ? [{ tactic, result: resultOf(status.outcome) }] : [];
  });
  const before = path.slice(1, at + 1).map(({ tactic }) => tactic ?? '');
  return { goals: goalsOf(state, node), path: before, tries };
}

function resultOf(outcome: TacticOutcome): TryResult {
  if (outcome.kind !== 'goals') return 'failed';
  return outcome.goals.length === 0 ? 'closed' : 'goals';
}

const goalsOf = (state: SearchState, { goals }: SearchNode) =>
  goals.flatMap((hash) => {
    const goal = state.goals.get(hash);
    return goal === undefined ? [] : [goal];
  });
