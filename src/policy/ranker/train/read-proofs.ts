import type { StorageFailed } from '../../../storage/failure.ts';
import { columnOf, type RowBatch, textOfBytes, textsOf } from '../../../trajectory/batch.ts';
import { orUnreadable } from '../../../trajectory/reader.ts';
import { rowsOf } from '../../../trajectory/source.ts';
import { searchKeysAcross } from '../../../trajectory/survey.ts';
import type { ObservedProof } from './observation.ts';
import { type ObservedRow, observeRows } from './observe-rows.ts';

export type ProofsResult = { readonly kind: 'proofs'; readonly proofs: readonly ObservedProof[] } | StorageFailed;

/**
 * The accepted proofs in trajectory files. They do not tell failed tries, only those that led somewhere. Files are read twice,
 * so that the states beside the proofs need not be kept.
 */
export async function readProofs(paths: readonly string[]): Promise<ProofsResult> {
  return orUnreadable(async () => {
    const onProof = new Map<string, Set<bigint>>();
    for await (const { file, batch } of rowsOf(paths, ['label'])) {
      const labels = textsOf(batch, 'label');
      const keyAt = searchKeysAcross(batch, file);
      for (let i = 0; i < batch.length; i++) {
        if (labels[i] !== 'positive') continue;
        const search = keyAt(i);
        const ids = onProof.get(search) ?? new Set();
        onProof.set(search, ids.add(idsOf(batch)[i] as bigint));
      }
    }
    const rows = new Map<string, ObservedRow[]>();
    for await (const { file, batch } of rowsOf(paths, [
      'state_pp',
      'tactic_applied',
      'parent_state_id',
      'label',
      'remaining_depth',
    ])) {
      const parents = columnOf(batch, 'parent_state_id') as readonly (bigint | null)[];
      const keyAt = searchKeysAcross(batch, file);
      for (let i = 0; i < batch.length; i++) {
        const search = keyAt(i);
        const ids = onProof.get(search);
        const parent = parents[i] ?? null;
        if (ids === undefined || !(ids.has(idsOf(batch)[i] as bigint) || (parent !== null && ids.has(parent))))
          continue;
        const before = rows.get(search);
        const row = rowOf(batch, i, parent);
        if (before === undefined) rows.set(search, [row]);
        else before.push(row);
      }
    }
    return { kind: 'proofs', proofs: Array.from(rows.values(), observeRows).filter((proof) => proof !== null) };
  });
}

const idsOf = (batch: RowBatch) => columnOf(batch, 'state_id') as BigUint64Array;

function rowOf(batch: RowBatch, i: number, parent: bigint | null): ObservedRow {
  const state = columnOf(batch, 'state_pp')[i];
  return {
    theorem_name: textsOf(batch, 'theorem_name')[i] ?? '',
    state_id: Number(idsOf(batch)[i]),
    state_pp: state instanceof Uint8Array ? textOfBytes(state) : String(state),
    tactic_applied: textsOf(batch, 'tactic_applied')[i] ?? '',
    parent_state_id: parent === null ? null : Number(parent),
    label: textsOf(batch, 'label')[i] as ObservedRow['label'],
    remaining_depth: Number(columnOf(batch, 'remaining_depth')[i]),
  };
}
