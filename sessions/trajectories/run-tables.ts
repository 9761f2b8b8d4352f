import { z } from 'zod';
import type { Theorem } from '../../src/corpus/theorem-list.ts';
import { isProved } from '../../src/run/counted.ts';
import type { Job } from '../../src/run/job.ts';
import type { JobOutcome } from '../../src/run/outcome.ts';
import { tallyRun } from '../../src/run/tally.ts';
import { scanLog } from '../../src/storage/log-reader.ts';
import type { RunReader } from '../runs/run-reader.ts';
import type { Series } from './inputs.ts';

const acceptedSchema = z.object({
  kind: z.literal('verdict.given'),
  accepted: z.literal(true),
  script: z.string(),
});

/** Which theorems of a run are wanted. */
export interface TheoremFilter {
  readonly theorems?: ReadonlySet<string> | undefined;
  readonly sources?: ReadonlySet<string> | undefined;
  readonly proved?: boolean | undefined;
}

/** A proof that counts: what `check` takes, and where it comes from. */
export interface ProofRow {
  readonly name: string;
  readonly statement: string;
  readonly proof: readonly string[];
  readonly level: string | null;
  readonly axioms: readonly string[];
  readonly source: string | null;
  readonly run: string;
  readonly search: string;
  readonly expansions: number;
}

/** A search that ended with an error. */
export interface ErrorRow {
  readonly theorem: string;
  readonly statement: string;
  readonly source: string | null;
  readonly stage: string;
  readonly category: string;
  readonly message: string;
  readonly run: string;
  readonly search: string;
}

export interface TheoremRow {
  readonly theorem: string;
  readonly statement: string;
  readonly source: string | null;
  readonly status: string;
  readonly proved: boolean;
  readonly level: string | null;
  readonly expansions: number;
  readonly nodes: number;
  readonly depth: number;
  readonly ms: number;
  readonly reason: string;
  readonly run: string;
}

/** The proofs of a run that count, the first for each theorem and series. */
export function proofRows(
  run: RunReader,
  series: Series,
  filter: TheoremFilter,
  minSteps: number,
): readonly ProofRow[] {
  const taken = new Set<string>();
  return endedJobs(run, series, filter).flatMap(({ job, outcome }) => {
    const key = `${job.kind} ${job.theorem}`;
    if (!isProved(outcome) || outcome.proof === null || outcome.proof.length < minSteps || taken.has(key)) return [];
    taken.add(key);
    const { level, axioms, proof, expansions } = outcome;
    const { theorem: name, statement, source = null, id: search } = job;
    return { name, statement, proof, level, axioms, source, run: run.id, search, expansions };
  });
}

/** The searches of a run that ended with an error, in the order of the plan. */
export function errorRows(run: RunReader, series: Series, filter: TheoremFilter): readonly ErrorRow[] {
  return endedJobs(run, series, filter).flatMap(({ job, outcome: { error } }) => {
    if (error === undefined) return [];
    const { theorem, statement, source = null, id: search } = job;
    const { stage, category, message } = error;
    return { theorem, statement, source, stage, category, message, run: run.id, search };
  });
}

/** The theorems of a run as they stand, its attempts taken together. */
export function theoremRows(run: RunReader, filter: TheoremFilter): readonly TheoremRow[] {
  return tallyRun(run.manifest, run.state).perTheorem.flatMap(
    ({ index, name: theorem, source, status, proved, level, expansions, nodes, depth, ms, reason }) => {
      if (!isWanted(theorem, source, filter) || (filter.proved !== undefined && filter.proved !== proved)) return [];
      const statement = run.theorems[index]?.statement ?? '';
      const figures = { expansions, nodes, depth, ms: Math.round(ms) };
      return { theorem, statement, source, status, proved, level, ...figures, reason, run: run.id };
    },
  );
}

/** Theorems as a list that `search` and `eval` take, each once. */
export function asTheoremList(
  rows: readonly { readonly theorem: string; readonly statement: string; readonly source: string | null }[],
): readonly Theorem[] {
  const byName = new Map(rows.map((row) => [row.theorem, row]));
  return [...byName.values()].map(({ theorem: name, statement, source }) => ({
    name,
    statement,
    ...(source !== null && { source }),
  }));
}

/** The text of an accepted proof exactly as the judge had it; null when the log of its search does not hold it. */
export async function judgedScript(run: RunReader, search: string): Promise<string | null> {
  const log = run.state.jobs.get(search)?.job.log;
  if (log === undefined) return null;
  let script: string | null = null;
  await scanLog(run.file(...log.split('/')), (line) => {
    // Whole logs are long; only this one line is looked into.
    if (!line.includes('"verdict.given"') || !line.includes('"accepted":true')) return true;
    const verdict = acceptedSchema.safeParse(JSON.parse(line));
    if (!verdict.success) return true;
    script = verdict.data.script;
    return false;
  });
  return script;
}

function endedJobs(
  run: RunReader,
  series: Series,
  filter: TheoremFilter,
): readonly { readonly job: Job; readonly outcome: JobOutcome }[] {
  return [...run.state.jobs.values()].flatMap(({ job, progress }) => {
    if (job.kind === 'canary' || progress.kind !== 'ended') return [];
    if (series !== 'all' && (series === 'noisy') !== (job.kind === 'noisy')) return [];
    return isWanted(job.theorem, job.source ?? null, filter) ? { job, outcome: progress.outcome } : [];
  });
}

function isWanted(theorem: string, source: string | null, { theorems, sources }: TheoremFilter): boolean {
  return theorems?.has(theorem) !== false && (sources === undefined || (source !== null && sources.has(source)));
}
