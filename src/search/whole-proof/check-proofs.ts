import type { SearchState } from '../state.ts';
import type { SampledProof } from './sampled-proof.ts';

type Require = (holds: boolean, sentence: string) => unknown;

/**
 * What must hold of whole proofs and their trie: each step of a node was given to Lean once, each proof stands where its tactics
 * lead, the counts add up, and no proof is under way when Lean has nothing to do (`isAtRest`).
 */
export function checkProofs(state: SearchState, isAtRest: boolean, require: Require): void {
  const { proofs: counts } = state.statistics;
  state.proofs.forEach((proof, i) => {
    require(proof.id === i, `proof ${i} calls itself ${proof.id}`);
    checkProof(state, proof, require);
    require(!isAtRest || proof.end !== null, `proof ${i} waits for nothing`);
  });
  require(counts.hybridProofsGenerated ===
    state.proofs.length, `${state.proofs.length} proofs were sampled, but ${counts.hybridProofsGenerated} are counted`);
  const { hybridRounds: _, hybridProofsGenerated: __, trieCacheHits, ...ends } = counts;
  const ended = state.proofs.filter(({ end }) => end !== null).length;
  const counted = Object.values(ends).reduce((sum, one) => sum + one, 0);
  require(ended === counted, `${ended} proofs have ended, but ${counted} are counted`);
  const hits = state.nodes.flatMap(({ candidates }) =>
    candidates.filter(({ proof, status }) => proof !== undefined && status.kind === 'dropped' && 'of' in status.reason),
  ).length;
  require(hits === trieCacheHits, `${hits} steps were known already, but ${trieCacheHits} are counted`);
  for (const { id, replays } of state.nodes) {
    if (replays !== undefined)
      require(replays.successes <= replays.visits, `more proofs got on from node ${id} than came there`);
  }
  checkTriedOnce(state, require);
}

/** Of the candidates of a node that Lean was asked about, no two are the same text. */
function checkTriedOnce({ nodes }: SearchState, require: Require): void {
  for (const { id, candidates } of nodes) {
    const asked = candidates.filter(({ status }) => status.kind !== 'dropped' && status.kind !== 'skipped');
    const texts = new Set(asked.map(({ tactic }) => tactic));
    require(texts.size === asked.length, `a tactic of node ${id} was tried twice`);
  }
}

function checkProof({ nodes, settings }: SearchState, proof: SampledProof, require: Require): void {
  const { id, node, at, steps, tactics, end } = proof;
  require(steps <= tactics.length, `proof ${id} has taken more steps than it has`);
  if (settings.hybrid_follow_visited) return;
  require((nodes[at]?.depth ?? 0) - (nodes[node]?.depth ?? 0) === steps, `proof ${id} is not ${steps} steps on`);
  if (end?.kind === 'closed') {
    const closed = nodes[end.node];
    require(closed?.parent === at && closed.goals.length === 0, `proof ${id} did not close node ${end.node}`);
  }
}
