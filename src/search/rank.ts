import { blockedFamily } from '../policy/family.ts';
import { normalForm } from '../policy/normal-form.ts';
import type { Candidate } from '../policy/provider.ts';
import type { DropReason, RankedCandidate } from './events.ts';
import type { SearchSettings } from './settings.ts';
import type { CandidateRecord } from './state.ts';

interface Proposed extends Candidate {
  readonly proposal: number | null;
}

/**
 * Puts the candidates of one round in the order in which Lean gets them: the provider's by log-prob (its own order where
 * that says nothing), then the probes; the fallbacks when the provider had nothing. A candidate that cannot bring
 * anything new, or that the settings refuse, stays in the list with the reason.
 *
 * @param earlier the node's candidates of earlier rounds; those that were skipped may come again
 * @param refuse what else a candidate is dropped for, before it counts as seen
 */
export function rankCandidates(
  proposed: readonly Candidate[],
  earlier: readonly CandidateRecord[],
  settings: SearchSettings,
  refuse: (candidate: Candidate) => DropReason | undefined = () => undefined,
): RankedCandidate[] {
  const numbered: Proposed[] = proposed.map((candidate, proposal) => ({ ...candidate, proposal }));
  const byLogProb = numbered.toSorted(
    (a, b) => (b.logProb ?? settings.unknown_log_prob) - (a.logProb ?? settings.unknown_log_prob),
  );
  const own = (tactic: string, logProb: number, origin: string): Proposed => ({
    tactic,
    logProb,
    origin,
    proposal: null,
  });
  const extras =
    earlier.length > 0
      ? []
      : [
          ...(proposed.length === 0
            ? settings.fallback_tactics.map((t) => own(t, settings.fallback_log_prob, 'fallback'))
            : []),
          ...settings.probe_tactics.map((t) => own(t, settings.probe_log_prob, 'probe')),
        ];
  const seen = new SeenTactics(earlier);
  return [...byLogProb, ...extras].map((one, i) => {
    const { tactic, logProb, origin, reason, heartbeats, proposal } = one;
    const candidate = earlier.length + i;
    const dropped = refuse(one) ?? seen.drop(tactic, candidate) ?? blocked(tactic, settings.block);
    return { candidate, proposal, tactic, logProb, origin, reason, heartbeats, ...(dropped && { dropped }) };
  });
}

/** The one candidate of a tactic that a person typed; it is not subject to blocking. */
export function rankTyped(tactic: string, earlier: readonly CandidateRecord[]): RankedCandidate {
  const candidate = earlier.length;
  const dropped = new SeenTactics(earlier).drop(tactic, candidate);
  return {
    candidate,
    proposal: null,
    tactic,
    logProb: 0,
    origin: 'typed',
    reason: 'typed',
    ...(dropped && { dropped }),
  };
}

/** Whether a tactic is of a family that the settings refuse. */
export function blocked(tactic: string, families: readonly string[]): DropReason | undefined {
  const family = blockedFamily(tactic, families);
  return family === null ? undefined : { kind: 'blockedFamily', family };
}

/** Tells which tactics of a node are the same. */
export class SeenTactics {
  readonly #texts = new Map<string, number>();
  readonly #forms = new Map<string, number>();

  constructor(earlier: readonly CandidateRecord[]) {
    for (const { tactic, index, status } of earlier) {
      if (status.kind === 'skipped' || status.kind === 'dropped') continue;
      this.#texts.set(tactic, index);
      this.#forms.set(normalForm(tactic), index);
    }
  }

  /** Why this candidate brings nothing new; undefined when it does, and counts as seen from now on. */
  drop(tactic: string, candidate: number): DropReason | undefined {
    const form = normalForm(tactic);
    if (form === '') return { kind: 'empty' };
    const sameText = this.#texts.get(tactic);
    if (sameText !== undefined) return { kind: 'sameText', of: sameText };
    this.#texts.set(tactic, candidate);
    const sameForm = this.#forms.get(form);
    if (sameForm !== undefined) return { kind: 'sameNormalForm', of: sameForm };
    this.#forms.set(form, candidate);
    return undefined;
  }
}
