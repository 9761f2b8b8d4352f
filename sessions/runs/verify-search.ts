import type { Job } from '../../src/run/job.ts';
import { LatencyCounter } from '../../src/run/latency.ts';
import type { JobOutcome } from '../../src/run/outcome.ts';
import type { SearchState } from '../../src/search/state.ts';
import type { TrajectoryRow } from '../../src/trajectory/row.ts';
import { rowsOfSearch } from '../../src/trajectory/rows.ts';
import { describeDifference, rerunSearch } from '../rerun.ts';
import { canonicalJson, sameJson } from '../same-json.ts';
import type { Session } from '../session.ts';
import { outcomeOf } from './job-outcome.ts';
import { openJobLog } from './open-search-log.ts';
import { type RecordedFacts, recordedFacts } from './recorded-facts.ts';
import type { RunReader } from './run-reader.ts';

export interface SearchVerified {
  readonly events: number;
  /** The rows that the search gives; null when its log cannot be read, and for canaries. */
  readonly rows: readonly TrajectoryRow[] | null;
  readonly differences: readonly string[];
}

/** What the log of a search does not tell: measured beside it. */
const measured: ReadonlySet<string> = new Set(['latency', 'timeMs']);

/** Runs the recorded search of a job again and compares: its conclusions with its log, its outcome with the run's. */
export async function verifySearch(run: RunReader, job: Job, outcome: JobOutcome): Promise<SearchVerified> {
  const opened = await openJobLog(run.home, run.id, job);
  if (opened.kind !== 'opened') return { events: 0, rows: null, differences: [`${job.log}: ${opened.message}`] };
  const { session } = opened;
  try {
    return await compare(run, job, outcome, session);
  } finally {
    await session.close();
  }
}

async function compare(run: RunReader, job: Job, outcome: JobOutcome, session: Session): Promise<SearchVerified> {
  const differences: string[] = [];
  const [only, ...others] = session.searches();
  if (only === undefined || others.length > 0)
    return {
      events: 0,
      rows: null,
      differences: [`${job.log} holds ${session.searches().length} searches instead of one`],
    };
  const [broken] = session.brokenSeals();
  if (broken !== undefined)
    differences.push(
      `${job.log}: something before event ${broken} was changed after it was written (its checksum differs)`,
    );
  const events = session.events(only.search);
  const { machine, difference, unwritten } = await rerunSearch(events);
  if (difference !== null)
    return {
      events: events.length,
      rows: null,
      differences: [...differences, `${job.log}: ${describeDifference(difference)}`],
    };
  if (unwritten.length > 0) differences.push(`${job.log}: its end is missing`);
  const { state } = machine;
  const facts = recordedFacts(
    events,
    run.manifest.budgets.filter((budget) => budget < job.maxNodes),
  );
  differences.push(...anotherSearch(state, job), ...outcomeDiffers(state, job, facts, outcome));
  const about = {
    theorem: job.theorem,
    session: run.id,
    search: job.id,
    beganMs: Date.parse(session.summary().createdAt),
  };
  const rows = job.kind === 'canary' ? null : rowsOfSearch(state, about);
  return { events: events.length, rows, differences };
}

/** The log may be that of another job. */
function anotherSearch({ problem, settings }: SearchState, job: Job): readonly string[] {
  const facts: readonly (readonly [name: string, found: unknown, planned: unknown])[] = [
    ['theorem', problem?.name, job.theorem],
    ['statement', problem?.traced ?? problem?.statement ?? job.statement, job.statement],
    ['seed', settings.seed, job.seed],
    ['temperature', settings.temperature, job.temperature],
    ['max_nodes', settings.max_nodes, job.maxNodes],
  ];
  return facts.flatMap(([name, found, planned]) =>
    found === planned
      ? []
      : [`${job.log} has ${name} ${canonicalJson(found ?? null)}, the run planned ${canonicalJson(planned)}`],
  );
}

function outcomeDiffers(state: SearchState, job: Job, facts: RecordedFacts, given: JobOutcome): readonly string[] {
  const none = new LatencyCounter();
  const outcome = { ...given, atBudget: given.atBudget.map((entry) => ({ ...entry, ms: 0 })) };
  // What became of a provider or a value model that failed was found out beside the search.
  const stage = outcome.error?.stage;
  const isBeside =
    (stage === 'policy' && state.providerFailure !== null) || (stage === 'value' && state.valueFailure !== null);
  const replayed = outcomeOf(state, {
    theorem: job.theorem,
    rootFailure: facts.rootFailure,
    error: isBeside ? (outcome.error ?? null) : null,
    provedAt: facts.provedAt,
    runningMs: outcome.timeMs.total,
    atBudget: facts.atBudget.map((entry) => ({ ...entry, ms: 0 })),
    latency: { lean: none, policy: none, value: none },
  });
  // Runs of before there were models do not have it.
  const isOlder = outcome.byProvider === undefined;
  const names = (Object.keys({ ...replayed, ...outcome }) as (keyof JobOutcome)[]).filter(
    (name) => !(isOlder && name === 'byProvider'),
  );
  const key = names.find((name) => !measured.has(name) && !sameJson(replayed[name] ?? null, outcome[name] ?? null));
  if (key === undefined) return [];
  return [
    `the run's log says ${key} ${canonicalJson(outcome[key] ?? null)}, the search gives ${canonicalJson(replayed[key] ?? null)}`,
  ];
}
