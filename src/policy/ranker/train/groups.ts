import { stateText } from '../../../lean/goal.ts';
import { normalForm } from '../../normal-form.ts';
import { candidateFeatures, type SparseRows } from '../features.ts';
import { type Pooled, poolFor, type Template } from '../pool.ts';
import { isRight, type ObservedProof, type ObservedState } from './observation.ts';
import { merged } from './separate-introductions.ts';

/** How a candidate stands to the proofs that are known. */
export const UNTRIED = 0;
export const WRONG = 1;
export const RIGHT = 2;

/** A state on a proof with all candidates for it. At least one of them is right. */
export interface RankingGroup {
  /** Text of the theorem's root. */
  readonly root: string;
  readonly pool: readonly Pooled[];
  readonly labels: Uint8Array;
  readonly features: SparseRows;
}

/** Groups of the states of proofs, each state of a theorem once. States whose right tactics nobody would propose are left out. */
export function groupsOf(
  proofs: readonly ObservedProof[],
  templates: readonly Template[],
  tactics: ReadonlySet<string>,
): readonly RankingGroup[] {
  return distinctStates(proofs).flatMap(({ root, state }) => {
    const pool = poolFor({ ...state, depth: state.path.length }, templates, tactics);
    const known = new Map<string, number>();
    for (const one of state.tries) {
      const form = normalForm(one.tactic);
      known.set(form, Math.max(known.get(form) ?? UNTRIED, isRight(one) ? RIGHT : WRONG));
    }
    const labels = Uint8Array.from(pool, ({ tactic }) => known.get(normalForm(tactic)) ?? UNTRIED);
    return labels.includes(RIGHT) ? [{ root, pool, labels, features: candidateFeatures(pool, state) }] : [];
  });
}

function distinctStates(proofs: readonly ObservedProof[]) {
  const byText = new Map<string, { readonly root: string; readonly state: ObservedState }>();
  for (const { root, states } of proofs)
    for (const state of states) {
      const key = `${root}\n\n\n${stateText(state.goals)}`;
      const known = byText.get(key);
      byText.set(
        key,
        known === undefined
          ? { root, state }
          : { root, state: { ...known.state, tries: merged(known.state.tries, state.tries) } },
      );
    }
  return [...byText.values()];
}
