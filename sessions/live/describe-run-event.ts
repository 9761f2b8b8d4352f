import type { LoggedRunEvent } from '../../src/run/events.ts';
import type { JobOutcome } from '../../src/run/outcome.ts';
import type { RunState } from '../../src/run/state.ts';
import { cleanLine } from '../../src/text/clean.ts';
import { counted } from '../../src/text/quantity.ts';
import type { RunLogLine } from './run-view.ts';

const LONGEST = 240;

/** One line about an event of a run for a person, cleaned and bounded; null for events that say nothing by themselves. */
export function describeRunEvent(logged: LoggedRunEvent, state: RunState): RunLogLine | null {
  const said = describe(logged, state);
  return said === null ? null : { t: logged.t, tone: said[1], text: cleanLine(said[0], ' ⏎ ', LONGEST) };
}

type Said = readonly [text: string, tone: RunLogLine['tone']];

function describe({ event }: LoggedRunEvent, state: RunState): Said | null {
  switch (event.kind) {
    case 'run.opened':
      return [`run created with proofdeck ${event.program}`, 'dim'];
    case 'run.resumed':
      return [`a process goes on with the run (proofdeck ${event.program})`, 'plain'];
    case 'run.ready':
      return [
        `ready: ${event.toolchain}, ${counted(event.workers, 'worker')}, ${event.concurrency} at a time`,
        'plain',
      ];
    case 'job.started':
      return null;
    case 'job.ended':
      return outcomeLine(nameOf(state, event.job), event.outcome);
    case 'job.returned':
      return [`${nameOf(state, event.job)} waits again: ${event.reason}`, 'warn'];
    case 'part.written':
      return [`${event.file}: ${counted(event.rows, 'row')} of ${counted(event.jobs.length, 'job')}`, 'dim'];
    case 'run.paused':
      return [`paused${event.message === undefined ? ` by the ${event.by}` : `: ${event.message}`}`, 'warn'];
    case 'run.continued':
      return ['goes on', 'plain'];
    case 'run.stopping':
      return [
        event.how === 'now'
          ? `stopping now (${event.by})`
          : `no further theorem is taken; finishing those in flight (${event.by})`,
        'warn',
      ];
    case 'priority.changed':
      return [`${event.theorem}: priority ${event.priority}`, 'dim'];
    case 'run.warned':
      return [`warning (${event.about}): ${event.message}`, 'warn'];
    case 'run.ended':
      return [
        `${event.status}: ${event.reason}`,
        event.status === 'finished' ? 'ok' : event.status === 'failed' ? 'fail' : 'warn',
      ];
  }
}

function outcomeLine(name: string, outcome: JobOutcome): Said {
  const cost = `${counted(outcome.expansions, 'expansion')}, ${counted(outcome.nodes, 'node')}`;
  if (outcome.accepted) return [`${name}: proved ${outcome.level ?? ''} (${cost})`, 'ok'];
  if (outcome.error !== undefined)
    return [`${name}: ${outcome.error.stage} error, ${outcome.error.category}: ${outcome.error.message}`, 'fail'];
  if (outcome.refused !== undefined) return [`${name}: a closed proof was not accepted: ${outcome.refused}`, 'fail'];
  return [`${name}: ${outcome.status} (${cost})`, 'plain'];
}

/** A job as a person knows it: its theorem, and which of several searches it is. */
export function nameOf(state: RunState, id: string): string {
  const job = state.jobs.get(id)?.job;
  if (job === undefined) return id;
  const which =
    job.kind === 'noisy' ? ' (noisy)' : job.kind === 'canary' ? ' (canary)' : job.attempt > 1 ? ` #${job.attempt}` : '';
  return `${job.theorem}${which}`;
}
