import { openJobLog } from '../sessions/runs/open-search-log.ts';
import { openRun, type RunReader } from '../sessions/runs/run-reader.ts';
import type { Session } from '../sessions/session.ts';
import { resolveSessionId } from '../sessions/session-folders.ts';
import { isProved } from '../src/run/counted.ts';
import type { JobRecord } from '../src/run/state.ts';
import { homeRoot } from '../src/storage/paths.ts';
import { cleanLine } from '../src/text/clean.ts';
import { usage } from './common-options.ts';
import type { CommandContext, CommonOptions } from './context.ts';
import { openRecorded, storageExit } from './open-recorded.ts';
import { unknownTheorem } from './runs/unknown-theorem.ts';

export interface SearchWanted {
  readonly theorem?: string;
  /** `1`, `2`, … or `noisy`; else the attempt that proved it, or the first. */
  readonly attempt?: string;
}

/** Opens a recorded session for reading, or the log of one search of a run; ends the command where there is none. */
export async function openRecordedSearch(
  context: CommandContext,
  options: CommonOptions,
  given: string,
  wanted: SearchWanted,
): Promise<{ readonly session: Session; readonly isRun: boolean }> {
  const home = homeRoot(options.home, context.environment);
  const asSession = given.includes('/') ? null : await resolveSessionId(home, given);
  if (asSession?.kind !== 'resolved') {
    const opened = await openRun(home, given);
    if (opened.kind === 'storageFailed') throw storageExit(opened);
    if (opened.kind === 'run') return { session: await openSearch(context, options, opened.run, wanted), isRun: true };
    if (asSession === null) throw usage(opened.message);
  }
  if (wanted.attempt !== undefined) throw usage(`--attempt belongs to a run; ${given} is a session`);
  return { session: await openRecorded(context, options, given), isRun: false };
}

async function openSearch(
  context: CommandContext,
  options: CommonOptions,
  run: RunReader,
  { theorem, attempt }: SearchWanted,
): Promise<Session> {
  if (theorem === undefined)
    throw usage(
      `run ${run.id} has ${run.theorems.length} theorems: name one with --theorem; proofdeck runs show ${run.id} lists them`,
    );
  const records = [...run.state.jobs.values()].filter(({ job }) => job.theorem === theorem);
  if (records.length === 0) throw usage(unknownTheorem(run, theorem));
  const record = chosen(records, attempt);
  if (record === undefined) {
    const there = records.map(({ job }) => (job.kind === 'noisy' ? 'noisy' : String(job.attempt))).join(', ');
    throw usage(
      `run ${run.id} has no attempt ${JSON.stringify(attempt)} for ${cleanLine(theorem)}; there are: ${there}`,
    );
  }
  const opened = await openJobLog(run.home, run.id, record.job);
  if (opened.kind === 'notBegun') throw usage(opened.message);
  if (opened.kind === 'storageFailed') throw storageExit(opened);
  if (opened.cutBytes > 0 && !options.quiet)
    context.note(`the last line of ${opened.session.id} is not finished (${opened.cutBytes} bytes); it is left out`);
  return opened.session;
}

function chosen(records: readonly JobRecord[], attempt: string | undefined): JobRecord | undefined {
  if (attempt === undefined)
    return records.find(({ progress }) => progress.kind === 'ended' && isProved(progress.outcome)) ?? records[0];
  return records.find(({ job }) => (job.kind === 'noisy' ? attempt === 'noisy' : attempt === String(job.attempt)));
}
