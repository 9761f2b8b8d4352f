import type { SearchEvent } from './events.ts';
import { changeCandidate, changeNode, type MutableSearchState } from './reduce-node.ts';
import type { CandidateRecord } from './state.ts';
import { addProofs } from './whole-proof/reduce-proofs.ts';

type CandidateEvent = Extract<
  SearchEvent,
  {
    kind:
      | 'candidates.proposed'
      | 'candidates.ranked'
      | 'candidates.skipped'
      | 'tactic.sent'
      | 'tactic.answered'
      | 'node.repeated';
  }
>;

/** The part of the reducer that follows candidates from proposal to result. */
export function reduceCandidateEvent(state: MutableSearchState, event: CandidateEvent): void {
  const { candidates: counts } = state.statistics;
  switch (event.kind) {
    case 'candidates.proposed':
      state.providerFailure = null;
      state.proposals.set(event.node, event.candidates);
      counts.proposed += event.candidates.length;
      if (event.cached) state.statistics.cached += 1;
      if (event.dropped) {
        counts.unusable += event.dropped.length;
        const before = state.nodes[event.node]?.unusable ?? [];
        changeNode(state, event.node, { unusable: [...before, ...event.dropped] });
      }
      state.statistics.timeMs.policy += event.ms;
      break;
    case 'candidates.ranked':
      addRanked(state, event);
      break;
    case 'candidates.skipped':
      for (const index of event.candidates) changeCandidate(state, event.node, index, () => ({ kind: 'skipped' }));
      break;
    case 'tactic.sent':
      changeCandidate(state, event.node, event.candidate, () => ({ kind: 'running', worker: event.worker }));
      break;
    case 'tactic.answered': {
      const { outcome, ms, heartbeats, syntaxKind } = event;
      counts.tried += 1;
      if (outcome.kind === 'goals') counts.applied += 1;
      else if (outcome.kind === 'timedOut') counts.timedOut += 1;
      else if (outcome.kind === 'workerLost') counts.lost += 1;
      else counts.failed += 1;
      state.statistics.timeMs.lean += ms;
      changeCandidate(state, event.node, event.candidate, () => ({
        kind: 'answered',
        outcome,
        ms,
        heartbeats,
        syntaxKind,
      }));
      break;
    }
    case 'node.repeated':
      counts.duplicateState += 1;
      changeCandidate(state, event.node, event.candidate, ({ status }) =>
        status.kind === 'answered' ? { ...status, repeats: event.of } : status,
      );
      break;
  }
}

function addRanked(state: MutableSearchState, event: Extract<CandidateEvent, { kind: 'candidates.ranked' }>): void {
  const node = state.nodes[event.node];
  if (!node) return;
  const { candidates: counts, candidatesPerExpansion: per } = state.statistics;
  const proposed = state.proposals.get(event.node) ?? [];
  const isExpansion = event.typed !== true && event.inherited !== true;
  const records = node.candidates.slice();
  let unique = 0;
  for (const ranked of event.candidates) {
    const { dropped } = ranked;
    if (!dropped) unique += 1;
    else if (dropped.kind === 'blockedFamily') counts.blocked += 1;
    else if (ranked.proof === undefined) counts.duplicateText += 1;
    else if ('of' in dropped) state.statistics.proofs.trieCacheHits += 1;
    const source = ranked.proposal === null ? undefined : proposed[ranked.proposal];
    const record: CandidateRecord = {
      index: ranked.candidate,
      round: event.round,
      tactic: ranked.tactic,
      logProb: ranked.logProb,
      origin: ranked.origin,
      reason: ranked.reason,
      heartbeats: ranked.heartbeats,
      raw: source?.raw,
      ...(source?.score && { score: source.score }),
      ...(source?.weights !== undefined && { weights: source.weights }),
      ...(ranked.proof !== undefined && { proof: ranked.proof, step: ranked.step }),
      status: dropped ? { kind: 'dropped', reason: dropped } : { kind: 'waiting' },
    };
    records[ranked.candidate] = record;
  }
  unique = event.different ?? unique;
  if (event.inherited !== true) counts.unique += unique;
  if (isExpansion) {
    addProofs(state, event);
    state.proposals.delete(event.node);
    state.statistics.expansions += 1;
    per.min = per.count === 0 ? unique : Math.min(per.min, unique);
    per.max = Math.max(per.max, unique);
    per.sum += unique;
    per.count += 1;
  }
  changeNode(state, event.node, { candidates: records, visits: node.visits + (isExpansion ? 1 : 0) });
}
