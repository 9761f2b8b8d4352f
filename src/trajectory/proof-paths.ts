import type { StorageFailed } from '../storage/failure.ts';
import { columnOf, type RowBatch, textOfBytes, textsOf } from './batch.ts';
import { provedAsWanted, type RowFilter } from './filter.ts';
import { orUnreadable } from './reader.ts';
import { rowsOf } from './source.ts';
import { placeKey, type Survey, searchKeys, survey } from './survey.ts';

/** One step of a proof: a state, and the tactic that was applied to it there. */
export interface ProofStep {
  readonly state: string;
  readonly tactic: string;
  readonly theorem: string;
  /** Tactics from the root to `state`. */
  readonly depth: number;
}

export type ProofPathsResult =
  | {
      readonly kind: 'written';
      readonly theorems: number;
      readonly steps: number;
      /** Proved theorems whose rows do not tell which state a tactic was applied to. */
      readonly unclear: readonly string[];
    }
  | StorageFailed;

interface PositiveRow {
  readonly id: bigint;
  readonly parent: bigint | null;
  readonly state: string;
  readonly tactic: string;
  readonly depth: number;
}

const columns = [
  'theorem_name',
  'state_pp',
  'tactic_applied',
  'parent_state_id',
  'label',
  'depth_from_root',
  'timestamp_ms',
] as const;

/**
 * Gives on the steps of one proof for each proved theorem: of the first file in which it is proved, and there of the first
 * search. The state is the one that the tactic was applied to: the parent's state with the child's tactic.
 */
export async function eachProofPath(
  paths: readonly string[],
  filter: Pick<RowFilter, 'theorems' | 'minSteps'>,
  visit: (steps: readonly ProofStep[]) => Promise<void> | void,
): Promise<ProofPathsResult> {
  return orUnreadable(async () => {
    const surveyed = await survey(paths);
    const gathering = new Map<string, PositiveRow[]>();
    const unclear: string[] = [];
    let theorems = 0;
    let total = 0;
    for await (const { file, batch } of rowsOf(paths, columns)) {
      for (const { theorem, row } of positives(batch, file, surveyed, filter)) {
        const rows = gathering.get(theorem) ?? [];
        rows.push(row);
        gathering.set(theorem, rows);
        if (rows.length < expected(surveyed, theorem)) continue;
        gathering.delete(theorem);
        const steps = stepsOf(theorem, rows);
        if (steps === null) unclear.push(theorem);
        else if (steps.length > 0) {
          theorems += 1;
          total += steps.length;
          await visit(steps);
        }
      }
    }
    return { kind: 'written', theorems, steps: total, unclear };
  });
}

function* positives(
  batch: RowBatch,
  file: number,
  surveyed: Survey,
  filter: Pick<RowFilter, 'theorems' | 'minSteps'>,
): Generator<{ readonly theorem: string; readonly row: PositiveRow }> {
  const names = textsOf(batch, 'theorem_name');
  const labels = textsOf(batch, 'label');
  const keyAt = searchKeys(batch);
  const ids = columnOf(batch, 'state_id') as BigUint64Array;
  const parents = columnOf(batch, 'parent_state_id') as readonly (bigint | null)[];
  const states = columnOf(batch, 'state_pp') as readonly Uint8Array[];
  const tactics = textsOf(batch, 'tactic_applied');
  const depths = columnOf(batch, 'depth_from_root') as Uint32Array;
  for (let i = 0; i < batch.length; i++) {
    if (labels[i] !== 'positive') continue;
    const theorem = names[i] ?? '';
    const proof = surveyed.theorems.get(theorem)?.proof ?? null;
    if (proof?.file !== file || proof.key !== keyAt(i)) continue;
    if (filter.theorems?.has(theorem) === false || !provedAsWanted(surveyed, theorem, filter)) continue;
    const row = {
      id: ids[i] as bigint,
      parent: parents[i] ?? null,
      state: textOfBytes(states[i] as Uint8Array),
      tactic: tactics[i] ?? '',
      depth: depths[i] as number,
    };
    yield { theorem, row };
  }
}

/** How many rows the proof of a theorem has. */
function expected({ theorems }: Survey, theorem: string): number {
  const facts = theorems.get(theorem);
  return (facts?.proof && facts.positives.get(placeKey(facts.proof))) ?? 0;
}

/** Null when a state number stands twice or a parent is missing: then the rows are no tree, and pairs would be guesses. */
function stepsOf(theorem: string, rows: readonly PositiveRow[]): readonly ProofStep[] | null {
  const byId = new Map(rows.map((row) => [row.id, row]));
  if (byId.size < rows.length) return null;
  const steps: ProofStep[] = [];
  for (const { parent, tactic, depth } of rows.toSorted((a, b) => a.depth - b.depth)) {
    if (parent === null) continue;
    const above = byId.get(parent);
    if (above === undefined) return null;
    steps.push({ state: above.state, tactic, theorem, depth: depth - 1 });
  }
  return steps;
}
