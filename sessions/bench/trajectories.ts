import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DuckDBConnection, DuckDBValue } from '@duckdb/node-api';
import { packageRoot } from '../../src/storage/paths.ts';
import { writeArrow } from '../../src/trajectory/arrow.ts';
import { COLUMNS } from '../../src/trajectory/columns.ts';
import { mergeTrajectories } from '../../src/trajectory/merge.ts';
import { readSummary } from '../../src/trajectory/summary.ts';
import { writePart } from '../../src/trajectory/writer.ts';
import { type Bench, type BenchContext, type BenchOutcome, figure, timed } from './measurement.ts';
import { trajectoryRows } from './trajectory-rows.ts';

const rowCount = 300_000;
const quickRowCount = 6000;
const rounds = 3;
const chunkRows = 2048;

interface Round {
  readonly write: number;
  readonly duckWrite: number;
  readonly summary: number;
  readonly duckSummary: number;
  readonly merge: number;
  readonly duckMerge: number;
  readonly arrow: number;
}

/** It is a development dependency: only this measurement needs it. */
const missingDuckDb = 'DuckDB is not there to compare with: "npm install" without --omit=dev brings it';

/** How fast trajectories are written and read, beside DuckDB doing the same. */
export const trajectoryBench: Bench = {
  name: 'trajectories',
  about:
    '300,000 trajectory rows: written, counted, merged into one file, exported as Arrow; DuckDB beside it, and peak memory',
  async run(context): Promise<BenchOutcome> {
    const count = context.quick ? quickRowCount : rowCount;
    const library = await import('@duckdb/node-api').catch(() => null);
    if (library === null) return { kind: 'skipped', reason: missingDuckDb };
    const { DuckDBInstance } = library;
    const instance = await DuckDBInstance.create(':memory:');
    const duck = await instance.connect();
    const measured: Round[] = [];
    try {
      // The first round loads code, and is not counted.
      for (let i = context.quick ? 0 : -1; i < (context.quick ? 1 : rounds); i++) {
        const round = await measureRound(context.folder, duck, count);
        if (i >= 0) measured.push(round);
      }
    } finally {
      duck.closeSync();
      instance.closeSync();
    }
    const speed = (part: keyof Round) => measured.map((round) => (count / round[part]) * 1000);
    const ratio = (ours: keyof Round, theirs: keyof Round) => measured.map((round) => round[theirs] / round[ours]);
    return {
      kind: 'measured',
      figures: [
        figure('writing', 'rows/s', speed('write')),
        figure('writing, same rows', 'of DuckDB', ratio('write', 'duckWrite')),
        figure('summary', 'rows/s', speed('summary')),
        figure('summary, same files', 'of DuckDB', ratio('summary', 'duckSummary')),
        figure('merging', 'rows/s', speed('merge')),
        figure('merging, same files', 'of DuckDB', ratio('merge', 'duckMerge')),
        figure('export as Arrow', 'rows/s', speed('arrow')),
        ...(await memoryFigures(context, count)),
      ],
      notes: [`${count} rows of ${COLUMNS.length} columns; goals of 300 to 900 characters`],
    };
  },
};

async function measureRound(folder: string, duck: DuckDBConnection, count: number): Promise<Round> {
  const file = (name: string): string => join(folder, name);
  const quoted = (name: string): string => `'${file(name).replaceAll("'", "''")}'`;
  // Making the rows is no part of writing them.
  const rows = [...trajectoryRows(count)];
  const write = await timed(() => expectKind(writePart(file('ours.parquet'), rows), 'written'));
  const duckWrite = await timed(() => writeWithDuck(duck, rows, quoted('theirs.parquet')));
  const summary = await timed(() => expectKind(readSummary([file('ours.parquet')]), 'summary'));
  const duckSummary = await timed(() => duck.runAndReadAll(summarySql(quoted('ours.parquet'))));
  const merge = await timed(() =>
    expectKind(mergeTrajectories([file('ours.parquet')], file('merged.parquet')), 'merged'),
  );
  const duckMerge = await timed(() =>
    duck.run(
      `COPY (SELECT * FROM ${quoted('ours.parquet')}) TO ${quoted('merged-theirs.parquet')} (FORMAT parquet, CODEC zstd)`,
    ),
  );
  const arrow = await timed(() => expectKind(writeArrow([file('ours.parquet')], file('ours.arrow')), 'written'));
  return { write, duckWrite, summary, duckSummary, merge, duckMerge, arrow };
}

async function expectKind(result: Promise<{ readonly kind: string }>, kind: string): Promise<void> {
  const { kind: got } = await result;
  if (got !== kind) throw new Error(`${got} instead of ${kind}`);
}

const summarySql = (source: string): string => `
  SELECT count(*), count(*) FILTER (label = 'positive'), count(*) FILTER (label = 'negative'),
    count(DISTINCT theorem_name), count(DISTINCT theorem_name) FILTER (is_proof_complete),
    count(DISTINCT (session, search, theorem_name, timestamp_ms, state_id)) FROM ${source}`;

/** The quickest way into DuckDB from JavaScript: chunks of columns into a table, and COPY. */
async function writeWithDuck(duck: DuckDBConnection, rows: readonly object[], target: string): Promise<void> {
  const { DuckDBDataChunk } = await import('@duckdb/node-api');
  const types = {
    utf8: 'VARCHAR',
    uint64: 'UBIGINT',
    uint32: 'UINTEGER',
    int32: 'INTEGER',
    float64: 'DOUBLE',
    bool: 'BOOLEAN',
  };
  const columns = COLUMNS.map(({ name, type, nullable }) => `${name} ${types[type]}${nullable ? '' : ' NOT NULL'}`);
  await duck.run(`CREATE OR REPLACE TABLE written (${columns.join(', ')})`);
  const appender = await duck.createAppender('written');
  const columnTypes = COLUMNS.map((_, i) => appender.columnType(i));
  for (let at = 0; at < rows.length; at += chunkRows) {
    const some = rows.slice(at, at + chunkRows) as readonly Readonly<Record<string, DuckDBValue>>[];
    const chunk = DuckDBDataChunk.create(columnTypes, some.length);
    chunk.setColumns(
      COLUMNS.map(({ name, type }) =>
        some.map((row) => (type === 'uint64' && row[name] !== null ? BigInt(row[name] as number) : row[name]!)),
      ),
    );
    appender.appendDataChunk(chunk);
  }
  appender.closeSync();
  await duck.run(`COPY written TO ${target} (FORMAT parquet, CODEC zstd)`);
  await duck.run('DROP TABLE written');
}

/** Peak memory of commands of their own, with the rows once and three times: it must not grow with them. */
async function memoryFigures({ folder }: BenchContext, count: number) {
  const inputs = [0, 1, 2].map((i) => join(folder, `run-${i}.parquet`));
  for (const [i, path] of inputs.entries()) {
    const session = `adhoc/20260101-00000${i}-0000`;
    await expectKind(writePart(path, renamed(count, session)), 'written');
  }
  const [once, thrice] = [inputs.slice(0, 1), inputs];
  const peak = async (name: string, args: readonly string[]) => {
    const bytes = await peakMemory(args);
    return bytes === null ? [] : [figure(`peak memory: ${name}`, 'GB', [bytes / 1e9])];
  };
  const out = (ending: string): readonly string[] => ['--out', join(folder, `memory.${ending}`), '--force'];
  return [
    ...(await peak('summary', ['summary', ...once])),
    ...(await peak('merging', ['export', ...once, ...out('parquet')])),
    ...(await peak('merging three times as many rows', ['export', ...thrice, ...out('parquet')])),
    ...(await peak('export as Arrow', ['export', ...once, ...out('arrow')])),
    ...(await peak('export as Arrow of three times as many rows', ['export', ...thrice, ...out('arrow')])),
  ];
}

function* renamed(count: number, session: string) {
  for (const row of trajectoryRows(count)) yield { ...row, session };
}

/** The most memory that a command of ours held; null where /proc does not tell. */
async function peakMemory(args: readonly string[]): Promise<number | null> {
  const child = spawn(process.execPath, [join(packageRoot(), 'bin', 'proofdeck.cjs'), ...args], { stdio: 'ignore' });
  let peak: number | null = null;
  const look = setInterval(() => {
    peak = highWater(child.pid) ?? peak;
  }, 10);
  const code = await new Promise((resolve) => child.on('exit', resolve).on('error', resolve));
  clearInterval(look);
  if (code !== 0) throw new Error(`proofdeck ${args[0]} ended with ${code}`);
  return peak;
}

function highWater(pid: number | undefined): number | null {
  try {
    const match = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
    return match ? Number(match[1]) * 1024 : null;
  } catch {
    return null;
  }
}
