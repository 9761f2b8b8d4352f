import { viewGoal } from '../../heuristic/view.ts';
import type { Template } from '../pool.ts';
import { skeletonOf } from '../skeleton.ts';
import { isRight, type ObservedProof } from './observation.ts';

const leastTheorems = 2;
const mostTemplates = 64;
const longest = 1200;

/** The shapes of tactics that proofs of at least two theorems have in common, the most frequent first. Introductions name what they bring in, so they are none. */
export function harvest(proofs: readonly ObservedProof[], tactics: ReadonlySet<string>): readonly Template[] {
  const theoremsOf = new Map<string, Set<string>>();
  for (const { root, states } of proofs)
    for (const { goals, tries } of states) {
      const [goal] = goals;
      if (goal === undefined) continue;
      const view = viewGoal(goal, tactics);
      for (const { tactic, result } of tries) {
        if (!isRight({ tactic, result }) || /^r?intros?\b/.test(tactic) || tactic.length > longest) continue;
        const text = skeletonOf(tactic, view);
        const known = theoremsOf.get(text);
        if (known === undefined) theoremsOf.set(text, new Set([root]));
        else known.add(root);
      }
    }
  return Array.from(theoremsOf, ([skeleton, theorems]) => ({ skeleton, theorems: theorems.size }))
    .filter(({ theorems }) => theorems >= leastTheorems)
    .sort((a, b) => b.theorems - a.theorems || (a.skeleton < b.skeleton ? -1 : 1))
    .slice(0, mostTemplates);
}
