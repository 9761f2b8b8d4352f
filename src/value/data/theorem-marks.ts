import { createHash } from 'node:crypto';
import type { TrainingSet } from './training-set.ts';

/** Bytes of a mark: among tens of thousands of theorems no two ever share one by chance. */
const markBytes = 8;

/**
 * Marks by which the theorems of a set's examples are known again: short hashes of their names and of their root states, sorted,
 * as base64. About 21 characters a theorem.
 */
export function markTheorems(set: TrainingSet): string {
  const marks = [...new Set([...new Set(set.examples.theorem)].flatMap((theorem) => marksOf(set, theorem)))];
  return Buffer.from(marks.sort().join(''), 'hex').toString('base64');
}

/**
 * The theorems of a set's examples that are among the marked ones, as indices. One is known by its name as well as by its
 * statement: lists call one statement by several names, and versions of Lean print one statement in several ways.
 */
export function markedTheorems(set: TrainingSet, marks: string): ReadonlySet<number> {
  const hex = Buffer.from(marks, 'base64').toString('hex');
  const known = new Set<string>();
  for (let at = 0; at < hex.length; at += 2 * markBytes) known.add(hex.slice(at, at + 2 * markBytes));
  const present = new Set(set.examples.theorem);
  return new Set([...present].filter((theorem) => marksOf(set, theorem).some((mark) => known.has(mark))));
}

function marksOf({ theorems, roots, states }: TrainingSet, theorem: number): readonly string[] {
  const root = roots[theorem] as number;
  return [`theorem ${theorems[theorem]}`, ...(root < 0 ? [] : [`root ${states[root]}`])].map((text) =>
    createHash('sha256')
      .update(text)
      .digest('hex')
      .slice(0, 2 * markBytes),
  );
}
