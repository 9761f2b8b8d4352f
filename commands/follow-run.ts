import { type FollowEnd, followRun } from '../sessions/runs/run-follower.ts';
import { openRun, type RunReader } from '../sessions/runs/run-reader.ts';
import { encodeRunEvent, type LoggedRunEvent } from '../src/run/events.ts';
import { tallyRun } from '../src/run/tally.ts';
import { describeHolder } from '../src/storage/lock.ts';
import { homeRoot } from '../src/storage/paths.ts';
import { cleanLine } from '../src/text/clean.ts';
import { usage } from './common-options.ts';
import { type CommandContext, CommandExit, type CommonOptions, EXIT } from './context.ts';
import { storageExit } from './open-recorded.ts';
import { createRunProgress, type RunView } from './run-progress.ts';

/**
 * Opens a run for reading by what a person calls it; ends the command where there is none.
 * @param visit called with each event that its log holds
 */
export async function openRunOrExit(
  context: CommandContext,
  options: CommonOptions,
  given: string,
  visit?: (logged: LoggedRunEvent) => void,
): Promise<RunReader> {
  const opened = await openRun(homeRoot(options.home, context.environment), given, visit);
  if (opened.kind === 'noSuchRun') throw usage(opened.message);
  if (opened.kind === 'storageFailed') throw storageExit(opened);
  return opened.run;
}

/** A run on disk, as progress shows it. */
function viewOf(run: RunReader): RunView {
  return { manifest: run.manifest, state: run.state, live: run.live, interrupted: run.isInterrupted };
}

/** Prints the events of a run as they stand in its log. */
export function eventPrinter(context: CommandContext): (logged: LoggedRunEvent) => void {
  return (logged) => context.out(encodeRunEvent(logged));
}

export interface FollowToEndOptions {
  readonly quiet: boolean;
  /** Keep waiting for another process when the run's own is gone. */
  readonly wait?: boolean;
  /** The events that come from now on go to standard output. */
  readonly jsonl?: boolean;
}

/** Follows a run that another process works on, showing how it goes on, until it ends or that process is gone. */
export async function followToEnd(
  context: CommandContext,
  run: RunReader,
  options: FollowToEndOptions,
): Promise<FollowEnd> {
  const progress = createRunProgress(context, { quiet: options.quiet });
  let wasInterrupted = false;
  try {
    return await followRun(run, {
      signal: context.signal,
      ...(options.wait !== undefined && { wait: options.wait }),
      ...(options.jsonl && { onEvent: eventPrinter(context) }),
      onLook: () => {
        progress.show(viewOf(run));
        if (run.isInterrupted && !wasInterrupted && options.wait && !options.quiet)
          progress.note(`${interruption(run)}; waiting for another process to go on with it (Ctrl-C leaves)`);
        wasInterrupted = run.isInterrupted;
      },
    });
  } finally {
    progress.close();
  }
}

/** How a command ends that followed a run to its end; null when all is well. */
export function exitOf(run: RunReader, end: FollowEnd, signal: AbortSignal): CommandExit | null {
  switch (end.kind) {
    case 'storageFailed':
      return storageExit(end);
    case 'aborted':
      return new CommandExit(signal.reason === 'SIGINT' ? EXIT.interrupted : EXIT.terminated, leftAlone(run));
    case 'gone':
      return new CommandExit(EXIT.failed, interruption(run));
    case 'ended':
      return exitOfStatus(run);
  }
}

/** What a run's end means for a command; null while it goes on, and when it finished well. */
export function exitOfStatus(run: RunReader): CommandExit | null {
  const { state, manifest, id } = run;
  const { canaries } = tallyRun(manifest, state);
  const reason = state.reason === null ? '' : `: ${cleanLine(state.reason)}`;
  if (canaries.closed.length > 0)
    return new CommandExit(
      EXIT.notVerified,
      `run ${id} is suspect: false statements were "proved" (${canaries.closed.map((name) => cleanLine(name)).join(', ')}); rely on none of its proofs`,
    );
  if (run.isInterrupted) return new CommandExit(EXIT.failed, interruption(run));
  if (state.status === 'failed')
    return new CommandExit(EXIT.failed, `run ${id} failed${reason}; go on with: ${resumeCommand(id)}`);
  if (state.status === 'stopped')
    return new CommandExit(EXIT.failed, `run ${id} was stopped${reason}; go on with: ${resumeCommand(id)}`);
  return null;
}

/** The line that goes on with a run. */
export const resumeCommand = (id: string): string => `proofdeck resume ${id}`;

const interruption = ({ id }: RunReader): string =>
  `run ${id} is interrupted: nobody works on it; go on with: ${resumeCommand(id)}`;

/** What to say to somebody who leaves a run that goes on. */
export const leftAlone = ({ id, holder }: RunReader): string =>
  holder === null ? '' : `run ${id} goes on (${describeHolder(holder)}); follow it again with: proofdeck watch ${id}`;
