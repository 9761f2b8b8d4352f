import type { TrajectoryLabel, TrajectoryRow } from '../../trajectory/row.ts';
import type { WalkNode, WalkTree } from './walk-tree.ts';

export interface AboutWalk {
  readonly theorem: string;
  /** Which making of negatives it belongs to. */
  readonly session: string;
  readonly search: string;
  readonly beganMs: number;
}

/**
 * The rows of a walk: all states that something is known of, each after its tactic and with its parent's number. States that
 * were found at the end of the budget and never tried are left out.
 */
export function rowsOfWalk(tree: WalkTree, isTried: boolean, about: AboutWalk): readonly TrajectoryRow[] {
  const remaining = stepsToAnEnd(tree);
  const level = tree.nodes.find(({ isGiven, verdict }) => isGiven && verdict !== null)?.verdict?.level ?? null;
  const undecided = undecidedBelow(tree);
  const rows: TrajectoryRow[] = [];
  for (const node of tree.nodes) {
    const steps = remaining.get(node.id);
    const isKnown = steps !== undefined || node.tries !== null || node.verdict !== null || !isTried;
    if (!isKnown) continue;
    const label = labelOf(node, steps, undecided.has(node.id));
    rows.push({
      theorem_name: about.theorem.toWellFormed(),
      state_id: node.id,
      state_pp: node.text.toWellFormed(),
      tactic_applied: (node.tactic ?? '').toWellFormed(),
      parent_state_id: node.parent,
      label,
      depth_from_root: node.depth,
      remaining_depth: steps ?? -1,
      llm_log_prob: node.logProb,
      ebm_score: 0,
      is_proof_complete: node.verdict?.accepted === true,
      timestamp_ms: Math.max(0, Math.trunc(about.beganMs)),
      q_value: 0,
      visits: node.tries === null ? 0 : 1,
      session: about.session,
      search: about.search,
      origin: node.origin?.toWellFormed() ?? null,
      verdict_level: level,
      reason: reasonOf(node, steps, undecided.has(node.id)),
      energy: null,
    });
  }
  return rows;
}

function labelOf({ verdict }: WalkNode, steps: number | undefined, isUndecided: boolean): TrajectoryLabel {
  if (steps !== undefined) return 'positive';
  return verdict !== null || isUndecided ? 'unknown' : 'negative';
}

function reasonOf({ isGiven, verdict, tries }: WalkNode, steps: number | undefined, isUndecided: boolean): string {
  if (verdict !== null) return verdict.accepted ? 'closed: accepted' : 'closed: refused';
  if (isGiven) return 'expanded';
  if (steps !== undefined) return 'expanded: another proof';
  if (tries === null) return 'open';
  if (isUndecided) return 'expanded: a tactic ran out of time';
  return tries.worked === 0 ? `expanded: dead end, none of ${tries.tried} tactics worked` : 'expanded: no proof found';
}

/** Least number of tactics from each state to an accepted end, over all ways that were found. */
function stepsToAnEnd(tree: WalkTree): ReadonlyMap<number, number> {
  return stepsTo(tree, ({ verdict }) => verdict?.accepted === true);
}

/** States from which some way leads to a try that said nothing, or to an end that the judge refused: a proof may go through them all the same. */
function undecidedBelow(tree: WalkTree): ReadonlyMap<number, number> {
  return stepsTo(tree, ({ tries, verdict }) => (tries?.undecided ?? 0) > 0 || verdict?.accepted === false);
}

/** Least number of tactics from each state to one that fits, over all ways that were found. */
function stepsTo({ nodes }: WalkTree, fits: (node: WalkNode) => boolean): ReadonlyMap<number, number> {
  const before = new Map<number, number[]>();
  for (const { id, next } of nodes)
    for (const to of next) {
      const list = before.get(to);
      if (list === undefined) before.set(to, [id]);
      else list.push(id);
    }
  const steps = new Map<number, number>();
  let edge = nodes.filter(fits).map(({ id }) => id);
  for (let distance = 0; edge.length > 0; distance++) {
    for (const id of edge) steps.set(id, distance);
    edge = [...new Set(edge.flatMap((id) => before.get(id) ?? []))].filter((id) => !steps.has(id));
  }
  return steps;
}
