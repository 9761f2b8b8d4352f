import { goalText } from '../lean/goal.ts';
import type { SearchNode, SearchState } from '../search/state.ts';
import type { TrajectoryLabel, TrajectoryRow } from './row.ts';

/** What a row says of its search that the search itself does not know. */
export interface AboutSearch {
  /** The theorem's name in its list. */
  readonly theorem: string;
  /** Id of the run or session, and of the search in it; no two searches may share both. */
  readonly session: string;
  readonly search: string;
  /** When the search began, ms since 1970. */
  readonly beganMs: number;
}

/** One row for each proof state of a search, in the order in which they were found; none for a theorem that did not start. */
export function rowsOfSearch(state: SearchState, about: AboutSearch): readonly TrajectoryRow[] {
  const remaining = stepsToTheEnd(state);
  const mayBeProved = leadingTo(state, (node) => remaining.has(node.id) || isUnjudged(node));
  const level = levelOf(state);
  const labelOf = (id: number): TrajectoryLabel => {
    if (remaining.size === 0) return 'unknown';
    if (remaining.has(id)) return 'positive';
    return mayBeProved.has(id) ? 'unknown' : 'negative';
  };
  return state.nodes.map((node) => ({
    theorem_name: about.theorem.toWellFormed(),
    state_id: node.id,
    state_pp: stateTextOf(state, node),
    tactic_applied: (node.tactic ?? '').toWellFormed(),
    parent_state_id: node.parent,
    label: labelOf(node.id),
    depth_from_root: node.depth,
    remaining_depth: remaining.get(node.id) ?? -1,
    llm_log_prob: node.logProb,
    // Adding 0 turns −0 into 0.
    ebm_score: node.energy === null ? 0 : -node.energy + 0,
    is_proof_complete: remaining.get(node.id) === 0,
    timestamp_ms: Math.max(0, Math.trunc(about.beganMs)),
    q_value: node.replays === undefined || node.replays.visits === 0 ? 0 : node.replays.successes / node.replays.visits,
    visits: node.replays?.visits ?? node.visits,
    session: about.session,
    search: about.search,
    origin: originOf(state, node),
    verdict_level: level,
    reason: reasonOf(state, node).toWellFormed(),
    energy: node.energy,
  }));
}

/** Steps from each state on the accepted proof to its end; empty where no proof was accepted. */
function stepsToTheEnd(state: SearchState): ReadonlyMap<number, number> {
  const steps = new Map<number, number>();
  if (state.verdict?.accepted !== true || state.proof === null) return steps;
  for (const id of upwards(state, state.proof.node)) steps.set(id, steps.size);
  return steps;
}

/** The states from which Lean was seen to reach one that fits, themselves among them; also by tactics that led to a state found before. */
function leadingTo({ nodes }: SearchState, fits: (node: SearchNode) => boolean): ReadonlySet<number> {
  const before = new Map<number, number[]>();
  const link = (from: number, to: number): void => {
    const known = before.get(to);
    if (known) known.push(from);
    else before.set(to, [from]);
  };
  for (const { id, parent, candidates } of nodes) {
    if (parent !== null) link(parent, id);
    for (const { status } of candidates)
      if (status.kind === 'answered' && status.repeats !== undefined) link(id, status.repeats);
  }
  const found = new Set(nodes.filter(fits).map(({ id }) => id));
  for (const id of found) for (const from of before.get(id) ?? []) found.add(from);
  return found;
}

function* upwards(state: SearchState, from: number): Generator<number> {
  for (let id: number | null = from; id !== null; id = state.nodes[id]?.parent ?? null) yield id;
}

/** Closed by Lean's tactics, and never shown to the judge: mostly because another proof was accepted first. */
function isUnjudged(node: SearchNode): boolean {
  return node.goals.length === 0 && node.status === 'closed';
}

function levelOf({ verdict, statistics }: SearchState): string | null {
  return verdict?.level ?? (statistics.closed > 0 ? 'V0' : null);
}

function stateTextOf(state: SearchState, node: SearchNode): string {
  const goals = node.goals.map((hash) => state.goals.get(hash)).filter((goal) => goal !== undefined);
  return goals.map(goalText).join('\n\n').toWellFormed();
}

function originOf(state: SearchState, { parent, candidate }: SearchNode): string | null {
  if (parent === null || candidate === null) return null;
  return state.nodes[parent]?.candidates[candidate]?.origin.toWellFormed() ?? null;
}

function reasonOf(state: SearchState, node: SearchNode): string {
  switch (node.status) {
    case 'closed':
      if (node.goals.length > 0) return 'expanded';
      if (state.verdict?.accepted !== true) return 'closed: not judged';
      return state.proof?.node === node.id
        ? 'closed: accepted'
        : 'closed: not judged, another proof was accepted first';
    case 'refuted':
      return `closed: ${refusal(state, node)}`;
    case 'pruned':
      return 'pruned: depth';
    case 'open':
    case 'expanding':
    case 'done':
      return node.visits === 0 ? 'open' : 'expanded';
  }
}

/** The search keeps one verdict: the accepted one, else the last. */
function refusal({ verdict }: SearchState, node: SearchNode): string {
  if (verdict === null || verdict.node !== node.id) return 'refused';
  return `refused, ${verdict.reason ?? `it reached ${verdict.level ?? 'no level'}`}`;
}
