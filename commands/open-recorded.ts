import { openSession } from '../sessions/open-session.ts';
import type { Session } from '../sessions/session.ts';
import type { SearchSummary } from '../sessions/workbench.ts';
import type { StorageFailed } from '../src/storage/failure.ts';
import { homeRoot } from '../src/storage/paths.ts';
import { usage } from './common-options.ts';
import { type CommandContext, CommandExit, type CommonOptions, EXIT } from './context.ts';
import { version } from './version.ts';

/** Opens a recorded session for reading, whoever writes it; ends the command where there is none. */
export async function openRecorded(context: CommandContext, options: CommonOptions, given: string): Promise<Session> {
  const home = homeRoot(options.home, context.environment);
  const opened = await openSession(home, given, { program: version(), readOnly: true });
  if (opened.kind === 'noSuchSession') throw usage(opened.message);
  if (opened.kind === 'storageFailed') throw storageExit(opened);
  if (opened.cutBytes > 0 && !options.quiet)
    context.note(
      `the last line of session ${opened.session.id} was never finished (${opened.cutBytes} bytes); it is left out`,
    );
  return opened.session;
}

/** How a command ends when a file could not be read or written: damage is a failed verification. */
export function storageExit({ code, message }: StorageFailed): CommandExit {
  if (code === 'damaged') return new CommandExit(EXIT.notVerified, message);
  return new CommandExit(code === 'missing' || code === 'notAFolder' ? EXIT.usage : EXIT.missing, message);
}

/** The searches of a session that are meant: one by its id, all of a theorem's name, or all. */
export function chooseSearches(
  session: Session,
  wanted: { readonly search?: string; readonly theorem?: string },
): readonly SearchSummary[] {
  const all = session.searches();
  const chosen = all.filter(
    ({ search, name }) =>
      (wanted.search === undefined || search === wanted.search) &&
      (wanted.theorem === undefined || name === wanted.theorem),
  );
  if (chosen.length > 0 || (wanted.search === undefined && wanted.theorem === undefined)) return chosen;
  const asked = wanted.search === undefined ? `for the theorem "${wanted.theorem}"` : `"${wanted.search}"`;
  const there = all.map(({ search, name }) => `${search} (${name})`).join(', ') || 'none';
  throw usage(`session ${session.id} has no search ${asked}; there are: ${there}`);
}
