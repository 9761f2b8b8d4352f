import type { Goal, Hypothesis } from '../../src/lean/goal.ts';
import type { SearchNode, SearchState } from '../../src/search/state.ts';

/** Against the goal that the tactic was applied to. */
export type ChangeMark = 'same' | 'new' | 'changed' | 'gone';

export interface MarkedHypothesis {
  /** Several when neighbours have the same type: `p q : Prop`. */
  readonly names: readonly string[];
  readonly type: string;
  readonly value?: string;
  readonly mark: ChangeMark;
}

export interface MarkedGoal {
  readonly caseName: string | null;
  readonly fragment: 'tactic' | 'conv' | 'calc' | null;
  readonly hypotheses: readonly MarkedHypothesis[];
  readonly target: string;
  readonly targetChanged: boolean;
  /** The goal stood there before the tactic, word for word. */
  readonly untouched: boolean;
}

export interface GoalView {
  readonly node: number;
  readonly goals: readonly MarkedGoal[];
  /** What the marks compare with: the node above, or null at the root. */
  readonly comparedWith: number | null;
  /** Goals whose text has not come yet. */
  readonly missing: number;
}

/** The goals of a node, each with what changed since the node above. Undefined when there is no such node. */
export function selectGoals(state: SearchState, id: number): GoalView | undefined {
  const node = state.nodes[id];
  if (!node) return undefined;
  const parent = node.parent === null ? undefined : state.nodes[node.parent];
  const before = parent?.goals[0] === undefined ? undefined : state.goals.get(parent.goals[0]);
  const goals: MarkedGoal[] = [];
  for (const hash of node.goals) {
    const goal = state.goals.get(hash);
    if (goal) goals.push(markGoal(goal, parent?.goals.includes(hash) ? goal : before));
  }
  return { node: id, goals, comparedWith: node.parent, missing: node.goals.length - goals.length };
}

/** Marks what a goal has that the goal before had not; without one before, nothing is marked. */
export function markGoal(goal: Goal, before: Goal | undefined): MarkedGoal {
  const untouched = before === goal;
  const marked =
    before && !untouched
      ? markHypotheses(goal.hypotheses, before.hypotheses)
      : goal.hypotheses.map((h) => entry(h, 'same'));
  return {
    caseName: goal.caseName ?? null,
    fragment: goal.fragment ?? null,
    hypotheses: joinNeighbours(marked),
    target: goal.target,
    targetChanged: before !== undefined && before.target !== goal.target,
    untouched,
  };
}

/** Same name and type: same. Same name, other type: changed. The gone ones stand where they stood. */
function markHypotheses(now: readonly Hypothesis[], before: readonly Hypothesis[]): readonly MarkedHypothesis[] {
  const left = new Map<string, Hypothesis[]>();
  for (const hypothesis of before) left.set(hypothesis.name, [...(left.get(hypothesis.name) ?? []), hypothesis]);
  const names = new Set(now.map((hypothesis) => hypothesis.name));
  const marked = now.map((hypothesis): MarkedHypothesis => {
    const same = left.get(hypothesis.name);
    if (!same || same.length === 0) return entry(hypothesis, 'new');
    const exact = same.findIndex((old) => old.type === hypothesis.type && old.value === hypothesis.value);
    same.splice(Math.max(exact, 0), 1);
    return entry(hypothesis, exact >= 0 ? 'same' : 'changed');
  });
  const gone = before
    .filter((hypothesis) => !names.has(hypothesis.name))
    .map((hypothesis) => entry(hypothesis, 'gone'));
  return [...marked, ...gone];
}

function entry(hypothesis: Hypothesis, mark: ChangeMark): MarkedHypothesis {
  const base = { names: [hypothesis.name], type: hypothesis.type, mark };
  return hypothesis.value === undefined ? base : { ...base, value: hypothesis.value };
}

function joinNeighbours(hypotheses: readonly MarkedHypothesis[]): readonly MarkedHypothesis[] {
  const joined: MarkedHypothesis[] = [];
  for (const hypothesis of hypotheses) {
    const last = joined.at(-1);
    const joins =
      last &&
      last.mark === hypothesis.mark &&
      last.type === hypothesis.type &&
      last.value === undefined &&
      hypothesis.value === undefined;
    if (joins) joined[joined.length - 1] = { ...last, names: [...last.names, ...hypothesis.names] };
    else joined.push(hypothesis);
  }
  return joined;
}

/** Tactics from the root to a node, in order. */
export function pathTo(nodes: readonly SearchNode[], id: number): readonly string[] {
  const tactics: string[] = [];
  for (let node = nodes[id]; node && node.parent !== null; node = nodes[node.parent]) tactics.push(node.tactic ?? '');
  return tactics.reverse();
}
