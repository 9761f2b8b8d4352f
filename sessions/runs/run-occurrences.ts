import { namesConstant } from '../../src/lean/constant-name.ts';
import { isProved } from '../../src/run/counted.ts';
import { decodeRunEvent } from '../../src/run/events.ts';
import { listRunIds, runLogPath } from '../../src/run/folder.ts';
import { scanLog } from '../../src/storage/log-reader.ts';
import { openRun } from './run-reader.ts';

/** A step of an accepted proof in a run that names a constant. */
export interface RunOccurrence {
  readonly run: string;
  readonly theorem: string;
  readonly job: string;
  readonly tactic: string;
}

export interface RunOccurrences {
  /** Those of the newest run first; in a run in the order in which the theorems were proved. */
  readonly found: readonly RunOccurrence[];
  readonly runsRead: number;
  readonly runsLeft: number;
  /** Why runs were left out, or null when all were read. */
  readonly stopped: 'matches' | 'time' | 'signal' | null;
}

export interface RunOccurrenceLimits {
  /** @default 50 */
  readonly matches?: number;
  /** Milliseconds after which no further run is read. @default no limit */
  readonly ms?: number;
  readonly signal?: AbortSignal;
}

/** Looks through the runs, the newest first, for accepted proofs that name a constant. Candidates are left to `replay`. */
export async function findInRuns(
  home: string,
  name: string,
  { matches = 50, ms, signal }: RunOccurrenceLimits = {},
): Promise<RunOccurrences> {
  const deadline = ms === undefined ? Number.POSITIVE_INFINITY : performance.now() + ms;
  const ids = (await listRunIds(home)).toReversed();
  const found: RunOccurrence[] = [];
  for (const [read, run] of ids.entries()) {
    const result = (stopped: RunOccurrences['stopped']): RunOccurrences => ({
      found: found.slice(0, matches),
      runsRead: read,
      runsLeft: ids.length - read,
      stopped,
    });
    if (signal?.aborted) return result('signal');
    if (found.length >= matches) return result('matches');
    if (performance.now() >= deadline) return result('time');
    found.push(...(await findInRun(home, run, name)));
  }
  return { found: found.slice(0, matches), runsRead: ids.length, runsLeft: 0, stopped: null };
}

async function findInRun(home: string, run: string, name: string): Promise<readonly RunOccurrence[]> {
  const isNamed = namesConstant(name);
  const needle = JSON.stringify(name).slice(1, -1);
  const found: { readonly job: string; readonly tactic: string }[] = [];
  // A log that cannot be read is for `runs show` to report.
  await scanLog(runLogPath(home, run), (line) => {
    if (!line.includes(needle)) return true;
    const decoded = decodeRunEvent(line);
    const event = decoded.kind === 'event' ? decoded.logged.event : null;
    if (event?.kind === 'job.ended' && isProved(event.outcome))
      for (const tactic of (event.outcome.proof ?? []).filter(isNamed)) found.push({ job: event.job, tactic });
    return true;
  });
  if (found.length === 0) return [];
  const opened = await openRun(home, run);
  const jobs = opened.kind === 'run' ? opened.run.state.jobs : new Map();
  return found.map(({ job, tactic }) => ({ run, job, tactic, theorem: jobs.get(job)?.job.theorem ?? job }));
}
