import type { SearchEvent } from '../events.ts';
import { changeNode, type MutableSearchState } from '../reduce-node.ts';
import type { ProofEvent } from './events.ts';
import { noReplays, type Replays } from './puct.ts';
import { proofTactics } from './rank-proofs.ts';
import { endCounters, type SampledProof } from './sampled-proof.ts';

type Ranked = Extract<SearchEvent, { kind: 'candidates.ranked' }>;

/** Takes in the whole proofs of a round that has just been ranked; to be called before its proposals are forgotten. */
export function addProofs(state: MutableSearchState, { node, round, candidates, different }: Ranked): void {
  const proposals = state.proposals.get(node) ?? [];
  const { proofs: counts } = state.statistics;
  for (const { proof, proposal, candidate, logProb, origin, tactic } of candidates) {
    if (proof === undefined) continue;
    const source = proposal === null ? undefined : proposals[proposal];
    state.proofs[proof] = {
      id: proof,
      node,
      round,
      candidate,
      tactics: source === undefined ? [tactic] : proofTactics(source),
      logProb,
      origin,
      at: node,
      steps: 0,
      end: null,
      cut: null,
    };
    counts.hybridProofsGenerated += 1;
  }
  if (different !== undefined) counts.hybridRounds += 1;
  const sampled = candidates.filter(({ proof }) => proof !== undefined).length;
  if (sampled > 0) addReplays(state, node, { visits: sampled, successes: 0 });
}

/** The part of the reducer that follows whole proofs. */
export function reduceProofEvent(state: MutableSearchState, event: ProofEvent): void {
  const { node, proofs } = event;
  switch (event.kind) {
    case 'proofs.advanced':
      for (const id of proofs) change(state, id, ({ steps }) => ({ at: event.to, steps: steps + 1 }));
      addReplays(state, node, { visits: 0, successes: proofs.length });
      addReplays(state, event.to, { visits: proofs.length, successes: 0 });
      break;
    case 'proofs.ended': {
      const { end, candidate } = event;
      for (const id of proofs) change(state, id, () => ({ end, cut: { node, candidate } }));
      state.statistics.proofs[endCounters[end.kind]] += proofs.length;
      if (end.kind === 'closed') addReplays(state, node, { visits: 0, successes: proofs.length });
      break;
    }
  }
}

function addReplays(state: MutableSearchState, id: number, more: Replays): void {
  const { visits, successes } = state.nodes[id]?.replays ?? noReplays;
  changeNode(state, id, { replays: { visits: visits + more.visits, successes: successes + more.successes } });
}

function change(
  state: MutableSearchState,
  id: number,
  changes: (proof: SampledProof) => Partial<Pick<SampledProof, 'at' | 'steps' | 'end' | 'cut'>>,
): void {
  const proof = state.proofs[id];
  if (proof) state.proofs[id] = { ...proof, ...changes(proof) };
}
