import { normalForm } from '../../policy/normal-form.ts';
import type { Candidate } from '../../policy/provider.ts';
import type { RankedCandidate } from '../events.ts';
import { blocked, rankCandidates, SeenTactics } from '../rank.ts';
import type { SearchSettings } from '../settings.ts';
import type { CandidateRecord } from '../state.ts';
import type { SampledProof } from './sampled-proof.ts';
import { forbiddenWord } from './stop-rules.ts';

/** The tactics of a whole proof; of a single tactic, that one. */
export const proofTactics = ({ tactic, continuation = [] }: Candidate): readonly string[] => [tactic, ...continuation];

export interface RankedProofs {
  readonly candidates: RankedCandidate[];
  /** Whole proofs among them that differ from all others, and tactics that belong to none. */
  readonly different: number;
}

/**
 * Ranks the whole proofs of a round: each is one candidate, its first tactic, and bears the number of the proof. One with a
 * word that proves nothing is dropped as a whole.
 *
 * @param first number of the first of these proofs
 */
export function rankProofs(
  proposed: readonly Candidate[],
  earlier: readonly CandidateRecord[],
  settings: SearchSettings,
  first: number,
): RankedProofs {
  const ranked = rankCandidates(proposed, earlier, settings, (candidate) => {
    const word = forbiddenWord(proofTactics(candidate));
    return word === null ? undefined : { kind: 'forbiddenWord', word };
  });
  let proof = first;
  const candidates = ranked.map(
    (one): RankedCandidate => (one.proposal === null ? one : { ...one, proof: proof++, step: 0 }),
  );
  const forms = new Set<string>();
  for (const { proposal, tactic, dropped } of candidates) {
    const source = proposal === null ? undefined : proposed[proposal];
    if (source === undefined ? dropped !== undefined : dropped?.kind === 'forbiddenWord') continue;
    forms.add((source ? proofTactics(source) : [tactic]).map(normalForm).join('\n;\n'));
  }
  return { candidates, different: forms.size };
}

/**
 * Ranks the next tactics of proofs that have come to a node, the likeliest proof first, then the probes. A tactic that the node has
 * already is dropped, and its proof goes the way of that one.
 */
export function rankSteps(
  proofs: readonly SampledProof[],
  earlier: readonly CandidateRecord[],
  settings: SearchSettings,
  probes: readonly string[],
): RankedCandidate[] {
  const known = (logProb: number | null): number => logProb ?? settings.unknown_log_prob;
  const steps = proofs
    .toSorted((a, b) => known(b.logProb) - known(a.logProb) || a.id - b.id)
    .map(({ id, steps, tactics, logProb, origin }) => ({
      tactic: tactics[steps] ?? '',
      logProb,
      origin,
      proof: id,
      step: steps,
    }));
  const extras = probes.map((tactic) => ({ tactic, logProb: settings.probe_log_prob, origin: 'probe' }));
  const seen = new SeenTactics(earlier);
  return [...steps, ...extras].map((one, i): RankedCandidate => {
    const candidate = earlier.length + i;
    const dropped = seen.drop(one.tactic, candidate) ?? blocked(one.tactic, settings.block);
    return { candidate, proposal: null, ...one, ...(dropped && { dropped }) };
  });
}
