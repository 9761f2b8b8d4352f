import { join } from 'node:path';
import type { TrajectoryRow } from '../../../src/trajectory/row.ts';
import { readTrainingSet } from '../../../src/value/data/read-set.ts';
import type { TrainingSet } from '../../../src/value/data/training-set.ts';
import { temporaryFolder } from '../../storage/temporary.ts';
import { madeRow, writeRows } from '../../trajectory/made-rows.ts';

/** A state of a search: its number, its parent's, its text, its label. */
export type MadeState = readonly [
  id: number,
  parent: number | null,
  text: string,
  label: TrajectoryRow['label'],
  logProb?: number,
];

/** Rows of one search; depths and remaining depths follow from the tree. */
export function searchOf(theorem: string, session: string, states: readonly MadeState[]): TrajectoryRow[] {
  const parents = new Map(states.map(([id, parent]) => [id, parent]));
  const depthOf = (id: number): number => {
    const parent = parents.get(id) ?? null;
    return parent === null ? 0 : 1 + depthOf(parent);
  };
  const last = Math.max(...states.filter(([, , , label]) => label === 'positive').map(([id]) => depthOf(id)));
  return states.map(([id, parent, text, label, logProb = -1]) =>
    madeRow({
      theorem_name: theorem,
      session,
      search: `${theorem}/1`,
      state_id: id,
      parent_state_id: parent,
      state_pp: text,
      tactic_applied: parent === null ? '' : `to ${text}`,
      label,
      depth_from_root: depthOf(id),
      remaining_depth: label === 'positive' ? last - depthOf(id) : -1,
      is_proof_complete: label === 'positive' && text === '',
      llm_log_prob: logProb,
    }),
  );
}

/** Reads rows as training reads them, each list a file of its own. */
export async function setOf(...files: readonly (readonly TrajectoryRow[])[]): Promise<TrainingSet> {
  const folder = temporaryFolder();
  const paths = await Promise.all(files.map((rows, i) => writeRows(join(folder, `${i}.parquet`), rows)));
  const read = await readTrainingSet(paths);
  if (read.kind !== 'trainingSet') throw new Error(read.message);
  return read.set;
}

/** Texts of the examples of a list, with their theorems. */
export function textsOf({ examples, states, theorems }: TrainingSet, list: Iterable<number>): readonly string[] {
  return [...list]
    .map((i) => `${theorems[examples.theorem[i] as number]}: ${states[examples.state[i] as number]}`)
    .toSorted();
}
