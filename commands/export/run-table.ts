import {
  asTheoremList,
  errorRows,
  judgedScript,
  type ProofRow,
  proofRows,
  type TheoremFilter,
  theoremRows,
} from '../../sessions/trajectories/run-tables.ts';
import { cleanLine } from '../../src/text/clean.ts';
import { csvCell } from '../../src/trajectory/text-rows.ts';
import { usage } from '../common-options.ts';
import { withDistinctNames } from '../proof-lines.ts';
import { report, type Target, wantedProved, writeText } from './options.ts';

type RunTable = 'proofs' | 'theorems' | 'errors';
const columnsOf: Readonly<Record<RunTable, readonly string[]>> = {
  proofs: ['name', 'statement', 'proof', 'level', 'axioms', 'source', 'run', 'search', 'expansions'],
  theorems: [
    ...['theorem', 'statement', 'source', 'status', 'proved', 'level', 'expansions', 'nodes', 'depth', 'ms'],
    ...['reason', 'run'],
  ],
  errors: ['theorem', 'statement', 'source', 'stage', 'category', 'message', 'run', 'search'],
};

type Cell = string | number | boolean | null | readonly string[];
type Row = { readonly [column: string]: Cell };

/** Proofs, theorems or errors of runs. */
export async function exportRunTable(target: Target, table: RunTable): Promise<void> {
  const { inputs, options, format } = target;
  if (inputs.runs.length === 0)
    throw usage(`${table} are kept with runs, not in trajectory files: name a run ("last" is the newest)`);
  if (options.label !== undefined || options.maxDepth !== undefined)
    throw usage(`--label and --max-depth choose states; the table ${table} has none`);
  const filter: TheoremFilter = {
    theorems: options.theorem && new Set(options.theorem),
    sources: options.source && new Set(options.source),
    proved: wantedProved(target),
  };
  const proofs =
    table === 'proofs'
      ? inputs.runs.flatMap((run) => proofRows(run, options.series, filter, options.minSteps ?? 0))
      : [];
  if (format === 'lean') return exportLean(target, proofs);
  const others =
    table === 'errors'
      ? inputs.runs.flatMap((run) => errorRows(run, options.series, filter))
      : inputs.runs.flatMap((run) => theoremRows(run, filter));
  if (format === 'list') {
    const theorems = asTheoremList(others);
    await writeText(target, JSON.stringify({ theorems }, null, 1));
    return report(target, `${theorems.length} theorems`);
  }
  const rows: readonly Row[] =
    table === 'proofs' ? proofs.map((row) => ({ ...row })) : others.map((row) => ({ ...row }));
  await writeText(target, textOf(table, rows, format));
  report(target, `${rows.length} ${table}`);
}

function textOf(table: RunTable, rows: readonly Row[], format: string): string {
  if (format === 'json') return JSON.stringify({ schema: `proofdeck.${table}/1`, [table]: rows }, null, 1);
  if (format === 'jsonl') return rows.map((row) => `${JSON.stringify(row)}\n`).join('');
  const columns = columnsOf[table];
  const line = (cells: readonly Cell[]): string => `${cells.map((cell) => csvCell(cellText(cell))).join(',')}\n`;
  return line(columns) + rows.map((row) => line(columns.map((column) => row[column] ?? null))).join('');
}

function cellText(cell: Cell): string {
  if (cell === null) return '';
  return Array.isArray(cell) ? cell.join('\n') : String(cell);
}

/** The texts that the judge accepted, one behind the other, with what they need above them. */
async function exportLean(target: Target, proofs: readonly ProofRow[]): Promise<void> {
  const { runs } = target.inputs;
  const scripts: string[] = [];
  for (const { run, search, name, level } of proofs) {
    const script = await judgedScript(runs.find(({ id }) => id === run)!, search);
    if (script === null)
      target.context.note(
        `${cleanLine(name)} was left out: the log of its search in run ${run} does not hold its proof`,
      );
    else scripts.push(`-- ${level}, run ${run}, search ${search}\n${script}`);
  }
  const imports = new Set(runs.flatMap(({ manifest }) => manifest.lean.imports).filter((module) => module !== 'Init'));
  const preamble = new Set(runs.flatMap(({ manifest }) => manifest.corpus.preamble));
  const toolchains = new Set(runs.map(({ manifest }) => manifest.lean.toolchain));
  const head = [...[...imports].map((module) => `import ${module}`), `-- ${[...toolchains].join(', ')}`, ...preamble];
  await writeText(target, `${[head.join('\n'), ...withDistinctNames(scripts)].join('\n\n')}\n`);
  report(target, `${scripts.length} proof${scripts.length === 1 ? '' : 's'}`);
}
