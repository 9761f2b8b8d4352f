import type { FailedAttempt } from '../../policy/provider.ts';
import type { SearchState } from '../state.ts';
import type { SampledProof } from './sampled-proof.ts';

/** Whether a model of the provider was trained to correct a proof of its own. */
export function correctsItself(provider: SearchState['provider']): boolean {
  return provider?.identities?.some(({ corrects }) => corrects === true) ?? false;
}

/**
 * The failed proofs of a node that a model which corrects itself is shown in this round: of each round before, the one that came
 * furthest. The proofs of a later round were made in view of those of the earlier ones, so together they are one conversation.
 */
export function failedAttempts(state: SearchState, node: number, round: number): readonly FailedAttempt[] {
  const { settings, provider } = state;
  if (settings.strategy !== 'whole-proof' || round === 0 || !correctsItself(provider)) return [];
  const failed = state.proofs.filter((proof) => proof.node === node && proof.round < round && isInstructive(proof));
  const byRound = Map.groupBy(failed, (proof) => proof.round);
  return [...byRound.keys()]
    .sort((a, b) => a - b)
    .slice(-settings.hybrid_corrections)
    .flatMap((one) => attemptOf(state, byRound.get(one)?.reduce(further) as SampledProof));
}

const isInstructive = ({ end }: SampledProof): boolean => end?.kind === 'failed' || end?.kind === 'unfinished';

const further = (best: SampledProof, other: SampledProof): SampledProof =>
  other.steps > best.steps || (other.steps === best.steps && (other.logProb ?? 0) > (best.logProb ?? 0)) ? other : best;

function attemptOf(state: SearchState, proof: SampledProof): readonly FailedAttempt[] {
  const { node, candidate, tactics, steps } = proof;
  const first = state.nodes[node]?.candidates[candidate];
  if (first === undefined) return [];
  const answer = first.raw ?? tactics.join('\n');
  return [{ answer, tactics, step: steps, message: messageOf(state, proof) }];
}

function messageOf(state: SearchState, { id, at, steps, end }: SampledProof): string {
  const node = state.nodes[at];
  if (end?.kind === 'unfinished') {
    const target = node?.goals[0] === undefined ? undefined : state.goals.get(node.goals[0])?.target;
    return `unsolved goals\n⊢ ${target ?? ''}`;
  }
  const own = node?.candidates.find((one) => one.proof === id && one.step === steps);
  const of = own?.status.kind === 'dropped' && 'of' in own.status.reason ? own.status.reason.of : own?.index;
  const status = of === undefined ? undefined : node?.candidates[of]?.status;
  return status?.kind === 'answered' && status.outcome.kind !== 'goals' ? status.outcome.message : 'the tactic failed';
}
