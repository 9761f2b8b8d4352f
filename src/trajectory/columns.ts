import type { SchemaElement } from 'hyparquet';
import type { TrajectoryRow } from './row.ts';

export type ColumnType = 'utf8' | 'uint64' | 'uint32' | 'int32' | 'float64' | 'bool';

export interface Column {
  readonly name: keyof TrajectoryRow;
  readonly type: ColumnType;
  readonly nullable: boolean;
}

const required = (name: keyof TrajectoryRow, type: ColumnType): Column => ({ name, type, nullable: false });
const nullable = (name: keyof TrajectoryRow, type: ColumnType): Column => ({ name, type, nullable: true });

/** The columns of a trajectory table, in order: the reference's twelve, its second version's two, ours. */
export const COLUMNS: readonly Column[] = [
  required('theorem_name', 'utf8'),
  required('state_id', 'uint64'),
  required('state_pp', 'utf8'),
  required('tactic_applied', 'utf8'),
  nullable('parent_state_id', 'uint64'),
  required('label', 'utf8'),
  required('depth_from_root', 'uint32'),
  required('remaining_depth', 'int32'),
  required('llm_log_prob', 'float64'),
  required('ebm_score', 'float64'),
  required('is_proof_complete', 'bool'),
  required('timestamp_ms', 'uint64'),
  required('q_value', 'float64'),
  required('visits', 'uint32'),
  required('session', 'utf8'),
  required('search', 'utf8'),
  nullable('origin', 'utf8'),
  nullable('verdict_level', 'utf8'),
  required('reason', 'utf8'),
  nullable('energy', 'float64'),
];

/** How many of the columns every trajectory file has, the reference's oldest ones too. */
export const REFERENCE_COLUMNS = 12;

/**
 * Parquet's element for each type. Unsigned types carry the old annotation alone, which every reader knows: hyparquet-writer
 * 0.17 writes the width of the newer one as a 32-bit number where Parquet has a byte, and PyArrow refuses such a file.
 */
const elements: Readonly<Record<ColumnType, Omit<SchemaElement, 'name'>>> = {
  utf8: { type: 'BYTE_ARRAY', converted_type: 'UTF8', logical_type: { type: 'STRING' } },
  uint64: { type: 'INT64', converted_type: 'UINT_64' },
  uint32: { type: 'INT32', converted_type: 'UINT_32' },
  int32: { type: 'INT32' },
  float64: { type: 'DOUBLE' },
  bool: { type: 'BOOLEAN' },
};

/** The Parquet schema of a trajectory file. */
export const parquetElements: SchemaElement[] = [
  { name: 'schema', num_children: COLUMNS.length, repetition_type: 'REQUIRED' },
  ...COLUMNS.map(
    ({ name, type, nullable }): SchemaElement => ({
      name,
      ...elements[type],
      repetition_type: nullable ? 'OPTIONAL' : 'REQUIRED',
    }),
  ),
];
