import { nodeScore } from './score.ts';
import { type SearchNode, type SearchState, stateKey } from './state.ts';
import { checkProofs } from './whole-proof/check-proofs.ts';

/** Sentences that name what is wrong with a search state; none when it is sound. Costs one pass over the tree. */
export function checkSearchState(state: SearchState): string[] {
  const wrong: string[] = [];
  const require = (holds: boolean, sentence: string) => holds || wrong.push(sentence);
  // Statistics of whole proofs change in the middle of a round, and scores when it is over.
  const isScored = state.settings.strategy === 'whole-proof' ? isAtRest(state) : state.scales !== null;
  state.nodes.forEach((node, i) => {
    require(node.id === i, `node at ${i} calls itself ${node.id}`);
    checkParent(state, node, require);
    checkCandidates(state, node, require);
    require(node.goals.every((hash) => state.goals.has(hash)), `node ${i} names a goal that is not stored`);
    require((node.goals.length === 0) ===
      (node.status === 'closed' ||
        node.status === 'refuted'), `node ${i} has ${node.goals.length} goals and is ${node.status}`);
    if (node.goals.length > 0) {
      require(state.nodeByState.get(stateKey(node.goals)) === i, `the state of node ${i} is not registered to it`);
    }
    require((node.status === 'expanding') === state.expanding.has(i), `node ${i} is ${node.status} against the list`);
    if (node.status === 'open') require(node.score !== null, `node ${i} is open without a score`);
    if (node.status === 'open' && isScored)
      require(node.score === nodeScore(node, node.round, state), `node ${i} is open with an outdated score`);
  });
  const open = state.nodes.filter((node) => node.status === 'open').length;
  require(open === state.openCount, `${open} nodes are open, but ${state.openCount} are counted`);
  checkCounts(state, require);
  checkProofs(state, isAtRest(state), require);
  return wrong;
}

const isAtRest = ({ expanding, nodes }: SearchState): boolean =>
  expanding.size === 0 &&
  nodes.every(({ candidates }) =>
    candidates.every(({ status }) => status.kind !== 'waiting' && status.kind !== 'running'),
  );

type Require = (holds: boolean, sentence: string) => unknown;

function checkParent(state: SearchState, node: SearchNode, require: Require): void {
  if (node.parent === null) {
    require(node.id === 0 && node.depth === 0 && node.tactic === null, `node ${node.id} has no parent, but is no root`);
    return;
  }
  const parent = state.nodes[node.parent];
  require(node.parent < node.id, `node ${node.id} is older than its parent ${node.parent}`);
  require(parent?.depth === node.depth - 1, `node ${node.id} is not one level below its parent`);
  require(parent?.children.filter((child) => child === node.id).length ===
    1, `node ${node.id} is not once its parent's child`);
  const sum = (parent?.pathLogProb ?? 0) + node.logProb;
  require(Math.abs(sum - node.pathLogProb) < 1e-9, `the log-prob of the path to node ${node.id} does not add up`);
}

function checkCandidates(state: SearchState, node: SearchNode, require: Require): void {
  node.candidates.forEach((candidate, i) => {
    const where = `candidate ${i} of node ${node.id}`;
    require(candidate.index === i, `${where} calls itself ${candidate.index}`);
    if (candidate.status.kind !== 'answered') return;
    const { child, repeats, outcome } = candidate.status;
    require(child === undefined || repeats === undefined, `${where} has a child and repeats a state`);
    require(child === undefined || outcome.kind === 'goals', `${where} failed and has a child`);
    if (child !== undefined) {
      const made = state.nodes[child];
      require(made?.parent === node.id &&
        made.candidate === i &&
        made.tactic === candidate.tactic, `${where} is not how node ${child} was made`);
    }
  });
}

function checkCounts(state: SearchState, require: Require): void {
  const { candidates: c, maxDepth } = state.statistics;
  const all = state.nodes.flatMap((node) => node.candidates);
  const answered = all.filter((candidate) => candidate.status.kind === 'answered');
  require(c.tried === answered.length, `${answered.length} candidates are answered, but ${c.tried} are counted`);
  require(c.tried === c.applied + c.failed + c.timedOut + c.lost, 'the outcomes do not add up to the tries');
  const depths = state.nodes.reduce((deepest, node) => Math.max(deepest, node.depth), 0);
  require(maxDepth === depths, `the tree is ${depths} deep, but ${maxDepth} is counted`);
}
