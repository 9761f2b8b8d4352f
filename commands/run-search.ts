import type { Engine } from '../sessions/engine.ts';
import { beginSearch } from '../sessions/live/begin-search.ts';
import { createSession, openSession } from '../sessions/open-session.ts';
import type { SearchRun } from '../sessions/results.ts';
import { searchToEnd } from '../sessions/search-to-end.ts';
import { noteSilentServers } from '../sessions/servers/silent-servers.ts';
import { watchServers } from '../sessions/servers/watch-servers.ts';
import type { Session } from '../sessions/session.ts';
import { logPath } from '../sessions/session-folders.ts';
import type { Config } from '../src/config/schema.ts';
import type { Problem } from '../src/search/events.ts';
import type { SearchState } from '../src/search/state.ts';
import { homeRoot } from '../src/storage/paths.ts';
import type { ValueModel } from '../src/value/score/value-model.ts';
import { usage } from './common-options.ts';
import { type CommandContext, CommandExit, type CommonOptions, EXIT } from './context.ts';
import { requireProvider } from './engine-options.ts';
import { followLog } from './follow-log.ts';
import { version } from './version.ts';

/** Searches in a session until the search ends, or is interrupted; everything is in the session's log by then. */
export async function runSearch(
  context: CommandContext,
  engine: Engine,
  value: ValueModel | null,
  existing: Session | null,
  chosen: Problem,
  config: Config,
  options: CommonOptions,
): Promise<SearchRun> {
  const begun = performance.now();
  const provider = await requireProvider(context, engine, config.policy.provider);
  const problem = await engine.settle(chosen);
  if (problem.note !== undefined && !options.quiet) context.note(problem.note);
  const session = existing ?? (await newSession(context, options, engine.toolchain, value));
  const follow = options.jsonl
    ? followLog(logPath(session.home, session.id), context.out, session.length > 1)
    : () => {};
  const search = beginSearch(session, engine, provider, value, { problem, settings: config.search }, () => {
    session.flush();
    follow();
  });
  const driver = search.driver;
  if (!driver) throw new Error('a new search has no driver');
  let interrupted: string | null = null;
  const stop = () => {
    interrupted = String(context.signal.reason);
    driver.input({ kind: 'user.stop' });
  };
  if (context.signal.aborted) stop();
  context.signal.addEventListener('abort', stop, { once: true });
  const note = options.quiet ? () => {} : context.note;
  const unwatch = watchServers(provider, (text) => note(text));
  const listenNoMore = noteSilentServers(provider, note);
  const state = await searchToEnd(driver, { signal: context.signal, note }).finally(() => {
    unwatch();
    listenNoMore();
  });
  // Nobody is there to go on after the provider failed for good.
  if (state.mode === 'paused') driver.input({ kind: 'user.stop' });
  context.signal.removeEventListener('abort', stop);
  const totalMs = Math.round(performance.now() - begun);
  await search.close();
  const failure = await session.close();
  follow();
  if (failure) throw new CommandExit(EXIT.failed, failure.message);
  return {
    session: session.id,
    search: search.id,
    problem,
    state,
    totalMs,
    workerStartMs: engine.startMs,
    interrupted,
    badStatement: badStatement(state),
  };
}

/** What Lean said of a statement that it refused; null when it took it. */
function badStatement(state: SearchState): string | null {
  return state.nodes.length === 0 && state.ended?.status === 'error' ? state.ended.reason : null;
}

/** The session that `--session` names, open for writing; null when none is named. */
export async function existingSession(context: CommandContext, options: CommonOptions): Promise<Session | null> {
  if (options.session === undefined) return null;
  const opened = await openSession(homeRoot(options.home, context.environment), options.session, {
    program: version(),
  });
  if (opened.kind === 'noSuchSession') throw usage(opened.message);
  if (opened.kind !== 'opened') throw new CommandExit(EXIT.failed, opened.message);
  const { session } = opened;
  if (session.status.kind === 'writing') return session;
  await session.close();
  const why = session.status.kind === 'readOnly' ? session.status.reason : session.status.failure.message;
  throw new CommandExit(EXIT.failed, `session ${session.id} cannot be written: ${why}`);
}

async function newSession(
  context: CommandContext,
  options: CommonOptions,
  toolchain: string,
  value: ValueModel | null,
): Promise<Session> {
  const home = homeRoot(options.home, context.environment);
  const created = await createSession(home, { program: version(), toolchain, value });
  if (created.kind === 'created') return created.session;
  throw new CommandExit(EXIT.missing, created.message);
}
