import type { Command } from 'commander';
import { encodeRecord } from '../sessions/records.ts';
import { replaySearch, verifySession } from '../sessions/replay.ts';
import { reportSearch } from '../sessions/search-report.ts';
import type { Session } from '../sessions/session.ts';
import type { SearchSummary } from '../sessions/workbench.ts';
import { cleanLine } from '../src/text/clean.ts';
import { printJson, usage, wholeNumber, withCommonOptions } from './common-options.ts';
import { type CommandContext, CommandExit, type CommonOptions, EXIT } from './context.ts';
import { chooseSearches } from './open-recorded.ts';
import { openRecordedSearch } from './open-run-search.ts';
import { proofLines } from './proof-lines.ts';

interface ReplayOptions extends CommonOptions {
  readonly search?: string;
  readonly theorem?: string;
  readonly attempt?: string;
  readonly to?: number;
  readonly verify?: boolean;
}

/** `replay`: rebuilds recorded searches without Lean. */
export function replayCommand(program: Command, context: CommandContext): void {
  withCommonOptions(program.command('replay'))
    .description('rebuild a recorded search without Lean, or check that its log says what the search does')
    .argument('<session or run>', 'its id, a unique beginning of it, or "last" (of the sessions)')
    .option('--search <id>', 'only this search (s1, s2, …)')
    .option('--theorem <name>', 'only the searches for this theorem; of a run, the one to replay')
    .option('--attempt <n or noisy>', 'of a run: which search (default: the one that proved it, or the first)')
    .option('--to <seq>', 'up to this event of the log', wholeNumber(1))
    .option('--verify', 'run strategy, dedup and scoring again on the recorded answers and compare every event')
    .action((id: string, options: ReplayOptions) => replay(context, id, options));
}

async function replay(context: CommandContext, id: string, options: ReplayOptions): Promise<void> {
  if (options.verify && options.to !== undefined) throw usage('--verify checks whole searches: leave out --to');
  const { session, isRun } = await openRecordedSearch(context, options, id, options);
  try {
    // The log of a run's search holds nothing else.
    const { theorem: _, ...whole } = options;
    const chosen = isRun ? whole : options;
    const searches = chooseSearches(session, chosen);
    if (options.to !== undefined && options.to > session.length)
      throw usage(`--to ${options.to}: session ${session.id} has ${session.length} events`);
    if (options.verify) await verify(context, session, searches, chosen);
    else if (options.jsonl) printEvents(context, session, searches, chosen);
    else printStates(context, session, searches, chosen);
  } finally {
    await session.close();
  }
}

async function verify(
  context: CommandContext,
  session: Session,
  searches: readonly SearchSummary[],
  options: ReplayOptions,
): Promise<void> {
  const results = await verifySession(session, searches);
  const different = results.filter(({ identical }) => !identical);
  const broken = session.brokenSeals();
  if (options.json) {
    printJson(context, {
      schema: 'proofdeck.replay-verify/1',
      session: session.id,
      identical: different.length === 0 && broken.length === 0,
      brokenSeals: broken,
      searches: results,
    });
  } else {
    for (const { search, name, events, difference, unwritten } of results) {
      const cut =
        unwritten > 0 ? `; it was interrupted, ${unwritten} conclusions of its last answer are not in the log` : '';
      context.out(
        `${search}  ${cleanLine(name)}  ${difference === null ? `identical (${events} events)${cut}` : cleanLine(difference.message)}`,
      );
    }
  }
  if (different.length > 0)
    throw new CommandExit(
      EXIT.notVerified,
      `session ${session.id}: ${different.length} of ${results.length} searches differ from their log`,
    );
  if (broken.length > 0)
    throw new CommandExit(
      EXIT.notVerified,
      `session ${session.id}: something before event ${broken[0]} was changed after it was written (its checksum differs)`,
    );
}

function printEvents(
  context: CommandContext,
  session: Session,
  searches: readonly SearchSummary[],
  options: ReplayOptions,
): void {
  const wanted = new Set(searches.map(({ search }) => search));
  const all = options.search === undefined && options.theorem === undefined;
  for (const record of session.records()) {
    if (options.to !== undefined && record.seq > options.to) return;
    if (all || (record.search !== null && wanted.has(record.search))) context.out(encodeRecord(record));
  }
}

function printStates(
  context: CommandContext,
  session: Session,
  searches: readonly SearchSummary[],
  options: ReplayOptions,
): void {
  const reports = searches.map(({ search }) => {
    const state = replaySearch(session.events(search), options.to === undefined ? {} : { to: options.to });
    return { search, events: state.events, ...reportSearch(state) };
  });
  if (options.json) {
    printJson(context, {
      schema: 'proofdeck.replay/1',
      session: session.id,
      to: options.to ?? session.length,
      searches: reports,
    });
    return;
  }
  for (const { search, events, name, status, verdict, stats, proof, valueModel } of reports) {
    const level = verdict?.level ? ` ${verdict.level}` : '';
    context.out(
      `${search}  ${cleanLine(name)}  ${status}${level}  after ${events} events: ${stats.nodes} nodes, ${stats.open} open, ${stats.expansions} expansions, value model ${valueModel === null ? 'off' : `${cleanLine(valueModel.name)} ${valueModel.hash.slice(0, 12)}`}`,
    );
    for (const line of proofLines(proof ?? [])) context.out(line);
  }
}
