import { columnOf, pick, type RowBatch, textsOf } from './batch.ts';
import type { TrajectoryLabel } from './row.ts';
import { type Survey, survey } from './survey.ts';

/** Which rows are wanted; everything that is given must hold. */
export interface RowFilter {
  readonly theorems?: ReadonlySet<string> | undefined;
  /** Only theorems with a proof, or only those without. */
  readonly proved?: boolean | undefined;
  /** Only theorems whose first proof has at least so many tactics. */
  readonly minSteps?: number | undefined;
  readonly labels?: ReadonlySet<TrajectoryLabel> | undefined;
  /** Only states at most so many tactics from the root. */
  readonly maxDepth?: number | undefined;
}

/** The part of a batch that is wanted; it needs the columns theorem_name, label and depth_from_root. */
export type RowChoice = (batch: RowBatch) => RowBatch;

/**
 * Prepares a filter for these files. Proofs may come after other rows of their theorem, so a filter that asks for them goes
 * through the files once before. Throws `Unreadable`.
 */
export async function rowChoice(paths: readonly string[], filter: RowFilter): Promise<RowChoice> {
  const { proved, minSteps = 0, labels, maxDepth, theorems } = filter;
  const aboutProofs = proved !== undefined || minSteps > 0;
  const surveyed = aboutProofs ? await survey(paths) : null;
  if (!aboutProofs && theorems === undefined && labels === undefined && maxDepth === undefined) return (batch) => batch;
  const isWanted = (name: string): boolean =>
    (theorems === undefined || theorems.has(name)) && (surveyed === null || provedAsWanted(surveyed, name, filter));
  return (batch) => {
    const names = textsOf(batch, 'theorem_name');
    const batchLabels = textsOf(batch, 'label');
    const depths = columnOf(batch, 'depth_from_root') as Uint32Array;
    const chosen = new Int32Array(batch.length);
    let count = 0;
    for (let i = 0; i < batch.length; i++) {
      if (maxDepth !== undefined && (depths[i] as number) > maxDepth) continue;
      if (labels !== undefined && !labels.has(asLabel(batchLabels[i] ?? null))) continue;
      if (isWanted(names[i] ?? '')) chosen[count++] = i;
    }
    return pick(batch, chosen.subarray(0, count));
  };
}

/** Whether a theorem's proof, or the lack of one, is what a filter asks for. */
export function provedAsWanted(surveyed: Survey, name: string, { proved, minSteps = 0 }: RowFilter): boolean {
  const proof = surveyed.theorems.get(name)?.proof ?? null;
  if (proved !== undefined && proved !== (proof !== null)) return false;
  return minSteps === 0 || (proof !== null && proof.steps >= minSteps);
}

/** Any other text than the three means that nothing is known. */
function asLabel(text: string | null): TrajectoryLabel {
  return text === 'positive' || text === 'negative' ? text : 'unknown';
}
