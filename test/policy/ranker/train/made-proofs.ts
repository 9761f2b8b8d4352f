import { stateText } from '../../../../src/lean/goal.ts';
import type { ObservedProof } from '../../../../src/policy/ranker/train/observation.ts';
import { goal } from '../goals.ts';

/**
 * Proofs of made-up theorems in which `decide` works where a 7 stands in the goal, and `simp` where none does, whatever the
 * heuristic thinks.
 */
export function madeProofs(count = 24): readonly ObservedProof[] {
  return Array.from({ length: count }, (_, i) => {
    const isLarge = i % 2 === 0;
    const root = goal(`k${i} : Nat`, `h : 0 < k${i}`, isLarge ? `⊢ k${i} % 7000 = ${i}` : `⊢ k${i} ≤ ${i}`);
    const [right, wrong] = isLarge ? ['exact?', 'omega'] : ['simp', 'omega'];
    return {
      theorem: `made${i}`,
      root: stateText([root]),
      states: [
        {
          goals: [root],
          path: [],
          tries: [
            { tactic: wrong, result: 'failed' },
            { tactic: right, result: 'proof' },
          ],
        },
      ],
    };
  });
}
