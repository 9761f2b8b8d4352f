import { cleanLine } from '../../src/text/clean.ts';
import { counted, duration } from '../../src/text/quantity.ts';
import { nameOf } from '../live/describe-run-event.ts';
import type { OpenRun } from '../workbench.ts';
import { jobOfTheorem } from './run.ts';
import { formatMs } from './statistics.ts';

/** A line of one of the lists of a run, cleaned. */
export interface RunRow {
  readonly time: string;
  readonly text: string;
  readonly more: string;
  readonly tone: 'plain' | 'strong' | 'ok' | 'warn' | 'fail' | 'dim' | 'pending';
  /** The job whose search it is about. */
  readonly job: string | null;
}

export interface RunRows {
  readonly rows: readonly RunRow[];
  readonly count: string;
  readonly info: string;
  /** A sentence for when there are no rows. */
  readonly absent: string;
}

type Pane = 'flight' | 'errors' | 'log' | 'warnings';

const kept = new WeakMap<OpenRun, Map<string, RunRows>>();

/** The rows of a list, filtered; made once for each moment of the run. */
export function selectRunRows(run: OpenRun, pane: Pane, filter: string): RunRows {
  const known = kept.get(run) ?? new Map<string, RunRows>();
  kept.set(run, known);
  const key = `${pane} ${filter}`;
  const rows = known.get(key) ?? filtered(makers[pane](run), filter);
  known.set(key, rows);
  return rows;
}

function filtered(rows: RunRows, filter: string): RunRows {
  if (filter === '') return rows;
  const wanted = filter.toLowerCase();
  const some = rows.rows.filter(({ text, more }) => `${text} ${more}`.toLowerCase().includes(wanted));
  return {
    ...rows,
    rows: some,
    absent: rows.rows.length === 0 ? rows.absent : `none matches /${filter}: Esc clears the filter`,
  };
}

const makers: Readonly<Record<Pane, (run: OpenRun) => RunRows>> = { flight, errors, log, warnings };

const row = (text: string, more: Partial<RunRow> = {}): RunRow => ({
  time: '',
  more: '',
  tone: 'plain',
  job: null,
  ...more,
  text: cleanLine(text, ' ⏎ ', 400),
});

function flight(run: OpenRun): RunRows {
  const { live, holder, state } = run;
  const inFlight = holder === null ? [] : (live?.inFlight ?? []);
  const rows = inFlight.map((search) =>
    row(nameOf(state, search.job), {
      time: formatMs(search.runningMs).padStart(6),
      tone: 'pending',
      job: search.job,
      more: cleanLine(
        `${counted(search.expansions, 'expansion')}, ${counted(search.nodes, 'node')}, ${search.open} open, depth ${search.depth}${search.tactic === null ? '' : `  ${search.tactic}`}`,
      ),
    }),
  );
  const absent =
    holder !== null
      ? live?.status === 'starting'
        ? 'none yet: Lean is being prepared'
        : 'none at this moment'
      : state.status === 'finished'
        ? 'none: the run is finished'
        : 'none: no process works on the run';
  return { rows, count: String(rows.length), info: '', absent };
}

function errors(run: OpenRun): RunRows {
  const { errors: kinds, perTheorem } = run.tally;
  const jobs = new Map(perTheorem.map((theorem) => [theorem.name, theorem]));
  const total = kinds.reduce((sum, { searches }) => sum + searches, 0);
  const rows = kinds.flatMap(({ stage, category, searches, theorems, examples }) => [
    row(`${stage}: ${category}`, {
      tone: 'fail',
      more: `${counted(theorems, 'theorem')}${searches === theorems ? '' : `, ${searches} searches`}${examples.length < theorems ? `; the first ${examples.length}:` : ':'}`,
    }),
    ...examples.map(({ theorem, message }) => {
      const tally = jobs.get(theorem);
      return row(`  ${theorem}`, {
        more: cleanLine(message, ' ⏎ ', 400),
        job: tally ? jobOfTheorem(run, tally) : null,
      });
    }),
  ]);
  return { rows, count: String(total), info: kinds.length > 1 ? `${kinds.length} kinds` : '', absent: 'none so far' };
}

function log({ log: lines }: OpenRun): RunRows {
  const rows = lines.toReversed().map(({ t, text, tone }) => row(text, { time: clock(t), tone }));
  return { rows, count: 'newest first', info: '', absent: 'nothing has happened yet' };
}

function warnings({ tally, live, holder }: OpenRun): RunRows {
  const now =
    holder !== null && live?.stalled ? [row(`provider: ${live.stalled.message}`, { time: 'now', tone: 'fail' })] : [];
  const past = tally.warnings
    .toReversed()
    .map(({ t, about, message }) => row(`${about}: ${message}`, { time: clock(t), tone: 'warn' }));
  const rows = [...now, ...past];
  return { rows, count: String(rows.length), info: rows.length > 1 ? 'newest first' : '', absent: 'none' };
}

/** Time since the run was created. */
function clock(t: number): string {
  return duration(t).padStart(9);
}
