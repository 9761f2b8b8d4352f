import { DuckDBInstance } from '@duckdb/node-api';
import type { TrajectoryRow } from '../../src/trajectory/row.ts';
import { writePart } from '../../src/trajectory/writer.ts';

/** A row of an unproved theorem, with what is given in place of the usual. */
export function madeRow(given: Partial<TrajectoryRow> = {}): TrajectoryRow {
  return {
    theorem_name: 'T',
    state_id: 0,
    state_pp: '⊢ p',
    tactic_applied: '',
    parent_state_id: null,
    label: 'unknown',
    depth_from_root: 0,
    remaining_depth: -1,
    llm_log_prob: 0,
    ebm_score: 0,
    is_proof_complete: false,
    timestamp_ms: 1_700_000_000_000,
    q_value: 0,
    visits: 0,
    session: 'adhoc/run',
    search: 't0.1',
    origin: null,
    verdict_level: null,
    reason: 'open',
    energy: null,
    ...given,
  };
}

/** The rows of a search: a proof of so many tactics, each state with a sibling beside it; or as many states without one. */
export function madeSearch(theorem: string, steps: number, given: Partial<TrajectoryRow> = {}): TrajectoryRow[] {
  const proved = given.verdict_level !== null;
  const rows = Array.from({ length: steps + 1 }, (_, depth) =>
    madeRow({
      theorem_name: theorem,
      search: theorem,
      state_id: depth,
      state_pp: proved && depth === steps ? '' : `h : ${theorem}\n⊢ state ${depth}`,
      tactic_applied: depth === 0 ? '' : `tactic ${depth}`,
      parent_state_id: depth === 0 ? null : depth - 1,
      depth_from_root: depth,
      verdict_level: 'V3',
      label: proved ? 'positive' : 'unknown',
      remaining_depth: proved ? steps - depth : -1,
      is_proof_complete: proved && depth === steps,
      ...given,
    }),
  );
  const sibling = madeRow({
    ...rows[0]!,
    state_id: steps + 1,
    parent_state_id: 0,
    depth_from_root: 1,
    tactic_applied: 'other',
    label: proved ? 'negative' : 'unknown',
    remaining_depth: -1,
    ...given,
  });
  return [...rows, sibling];
}

export async function writeRows(path: string, rows: readonly TrajectoryRow[]): Promise<string> {
  const written = await writePart(path, rows);
  if (written.kind !== 'written') throw new Error(written.message);
  return path;
}

/** Runs SQL in a database in memory; the rows of the last statement, numbers as bigints where they are. */
export async function sql(...statements: readonly string[]): Promise<Record<string, unknown>[]> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  try {
    let rows: Record<string, unknown>[] = [];
    for (const statement of statements) rows = (await connection.runAndReadAll(statement)).getRowObjectsJS();
    return rows;
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

/** The reference's own twelve columns, as its Rust writer types them. */
export const referenceColumns = `
  theorem_name VARCHAR NOT NULL, state_id UBIGINT NOT NULL, state_pp VARCHAR NOT NULL, tactic_applied VARCHAR NOT NULL,
  parent_state_id UBIGINT, label VARCHAR NOT NULL, depth_from_root UINTEGER NOT NULL, remaining_depth INTEGER NOT NULL,
  llm_log_prob DOUBLE NOT NULL, ebm_score DOUBLE NOT NULL, is_proof_complete BOOLEAN NOT NULL, timestamp_ms UBIGINT NOT NULL`;

/** A file as the reference writes it: a theorem with a proof of two tactics and a dead end, and one without. */
export async function writeReferenceFile(
  path: string,
  { codec = 'uncompressed', more = '', moreValues = '', select = '*' } = {},
): Promise<string> {
  const rows = [
    `('A', 7, '⊢ a', '', NULL, 'positive', 0, 2, 0.0, 0.0, false, 1771000000000${moreValues})`,
    `('A', 9, 'h : a' || chr(10) || '⊢ b', 'intro h', 7, 'positive', 1, 1, -0.5, -0.2, false, 1771000000000${moreValues})`,
    `('A', 8, '⊢ false', 'exfalso', 7, 'negative', 1, -1, -2.5, -0.9, false, 1771000000000${moreValues})`,
    `('A', 12, '', 'exact h', 9, 'positive', 2, 0, -0.1, 0.0, true, 1771000000000${moreValues})`,
    `('B', 7, '⊢ c', '', NULL, 'negative', 0, -1, 0.0, 0.0, false, 1771000005000${moreValues})`,
  ];
  await sql(
    `CREATE TABLE t (${referenceColumns}${more})`,
    `INSERT INTO t VALUES ${rows.join(',')}`,
    `COPY (SELECT ${select} FROM t) TO '${path.replaceAll("'", "''")}' (FORMAT parquet, CODEC '${codec}')`,
  );
  return path;
}
