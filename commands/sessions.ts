import type { Command } from 'commander';
import { deleteSession } from '../sessions/open-session.ts';
import { encodeRecord } from '../sessions/records.ts';
import { replaySearch } from '../sessions/replay.ts';
import { reportSearch } from '../sessions/search-report.ts';
import { resolveSessionId } from '../sessions/session-folders.ts';
import { listSessions } from '../sessions/session-index.ts';
import type { SearchSummary, SessionSummary } from '../sessions/workbench.ts';
import { replaceFile } from '../src/storage/atomic-file.ts';
import { homeRoot } from '../src/storage/paths.ts';
import { cleanLine } from '../src/text/clean.ts';
import { printJson, usage, withCommonOptions } from './common-options.ts';
import { type CommandContext, CommandExit, type CommonOptions, EXIT } from './context.ts';
import { chooseSearches, openRecorded, storageExit } from './open-recorded.ts';
import { proofLines, withDistinctNames } from './proof-lines.ts';

/** `sessions list`, `show`, `export`, `delete`: what is on disk. */
export function sessionsCommand(program: Command, context: CommandContext): void {
  const sessions = program.command('sessions').description('recorded sessions: what is on disk');
  withCommonOptions(sessions.command('list'))
    .description('all sessions of the home folder, newest first')
    .action((options: CommonOptions) => list(context, options));
  withCommonOptions(sessions.command('show'))
    .description('one session: its searches, proofs and notes')
    .argument('<session>', 'its id, a unique beginning of it, or "last"')
    .action((id: string, options: CommonOptions) => show(context, id, options));
  withCommonOptions(sessions.command('export'))
    .description('the checked events of a session, one JSON object a line, or its proofs')
    .argument('<session>', 'its id, a unique beginning of it, or "last"')
    .option('--out <file>', 'write there instead of to standard output')
    .option('--proofs', 'the accepted proofs as Lean text')
    .action((id: string, options: ExportOptions) => exportSession(context, id, options));
  withCommonOptions(sessions.command('delete'))
    .description('delete sessions; asks first')
    .argument('<session...>', 'ids, unique beginnings of ids, or "last"')
    .option('--yes', 'do not ask')
    .action((ids: readonly string[], options: CommonOptions & { readonly yes?: boolean }) =>
      remove(context, ids, options),
    );
}

interface ExportOptions extends CommonOptions {
  readonly out?: string;
  readonly proofs?: boolean;
}

async function list(context: CommandContext, options: CommonOptions): Promise<void> {
  const home = homeRoot(options.home, context.environment);
  const listed = await listSessions(home);
  if (listed.kind === 'storageFailed') throw storageExit(listed);
  for (const notice of listed.notices) context.note(notice);
  const { sessions } = listed;
  if (options.json) return printJson(context, { schema: 'proofdeck.sessions-list/1', home, sessions });
  if (options.jsonl) {
    for (const session of sessions) context.out(JSON.stringify(session));
    return;
  }
  if (sessions.length === 0)
    context.note(`there are no sessions in ${home}; "proofdeck prove" and the workbench make them`);
  for (const session of sessions) context.out(sessionLine(session));
}

async function show(context: CommandContext, id: string, options: CommonOptions): Promise<void> {
  const session = await openRecorded(context, options, id);
  const summary = session.summary();
  // A search that was running when its process ended is paused: only the summary knows whether somebody writes.
  const searches = summary.searches.map(({ search, status }) => ({
    search,
    ...reportSearch(replaySearch(session.events(search))),
    status,
  }));
  const notes = session
    .sessionEvents()
    .flatMap(({ t, event }) => (event.kind === 'note.added' ? [{ t, text: event.text }] : []));
  await session.close();
  if (options.json) return printJson(context, { schema: 'proofdeck.sessions-show/1', ...summary, searches, notes });
  context.out(sessionLine(summary));
  for (const { search, name, statement, status, reason, verdict, proof, stats } of searches) {
    context.out(
      `${search}  ${cleanLine(name)}  ${status}${verdict?.level ? ` ${verdict.level}` : ''}${reason ? `  (${cleanLine(reason)})` : ''}`,
    );
    if (statement !== null) context.out(`    ${cleanLine(statement)}`);
    context.out(`    ${stats.nodes} nodes, ${stats.expansions} expansions, depth ${stats.depth}`);
    for (const line of proofLines(proof ?? [])) context.out(line);
  }
  for (const { text } of notes) context.out(`note: ${cleanLine(text)}`);
}

async function exportSession(context: CommandContext, id: string, options: ExportOptions): Promise<void> {
  const session = await openRecorded(context, options, id);
  const text = options.proofs
    ? withDistinctNames(
        chooseSearches(session, {}).flatMap(
          ({ search }) => reportSearch(replaySearch(session.events(search))).script ?? [],
        ),
      ).join('\n\n')
    : options.json
      ? JSON.stringify(
          {
            schema: 'proofdeck.sessions-export/1',
            ...session.summary(),
            events: session.records().map(flat).toArray(),
          },
          null,
          1,
        )
      : session.records().map(encodeRecord).toArray().join('\n');
  await session.close();
  if (options.proofs && text === '') throw new CommandExit(EXIT.failed, `session ${session.id} has no accepted proof`);
  if (options.out === undefined) return context.out(text);
  const written = await replaceFile(options.out, `${text}\n`);
  if (written.kind === 'storageFailed') throw storageExit(written);
  if (!options.quiet) context.note(`session ${session.id} exported to ${options.out}`);
}

function flat(record: Parameters<typeof encodeRecord>[0]): unknown {
  return JSON.parse(encodeRecord(record));
}

async function remove(
  context: CommandContext,
  given: readonly string[],
  options: CommonOptions & { readonly yes?: boolean },
): Promise<void> {
  const home = homeRoot(options.home, context.environment);
  const ids: string[] = [];
  for (const one of given) {
    const resolved = await resolveSessionId(home, one);
    if (resolved.kind === 'noSuchSession') throw usage(resolved.message);
    ids.push(resolved.id);
  }
  const named = ids.length === 1 ? `session ${ids[0]}` : `${ids.length} sessions (${ids.join(', ')})`;
  if (!options.yes) {
    if (!context.interactive || options.input === false)
      throw usage(`not asked whether to delete ${named}: give --yes to delete without asking`);
    if (!(await context.confirm(`Delete ${named} for good?`))) throw new CommandExit(EXIT.failed, `${named} kept`);
  }
  const deleted: string[] = [];
  for (const id of ids) {
    const result = await deleteSession(home, id);
    if (result.kind === 'storageFailed') throw storageExit(result);
    if (result.kind === 'inUse') throw new CommandExit(EXIT.failed, result.message);
    if (result.kind === 'deleted') deleted.push(result.id);
  }
  if (options.json) printJson(context, { schema: 'proofdeck.sessions-delete/1', deleted });
  else if (!options.quiet) context.note(`deleted ${deleted.join(', ')}`);
}

function sessionLine({ id, events, bytes, title, searches, openElsewhere }: SessionSummary): string {
  const size = `${events} events, ${bytes < 1e6 ? `${Math.ceil(bytes / 1e3)} kB` : `${(bytes / 1e6).toFixed(1)} MB`}`;
  return `${id}  ${size}  ${statuses(searches)}${openElsewhere ? '  (open)' : ''}  ${cleanLine(title)}`;
}

/** `2 proved, 1 paused` */
function statuses(searches: readonly SearchSummary[]): string {
  const counts = Map.groupBy(searches, ({ status }) => status);
  return [...counts].map(([status, { length }]) => `${length} ${status}`).join(', ') || 'no search';
}
