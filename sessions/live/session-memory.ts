import type { Session } from '../session.ts';

/** The search that was pinned when the session was left; null when none was. */
export function pinnedSearch(session: Session): string | null {
  const pins = session.sessionEvents().flatMap(({ event }) => (event.kind === 'pin.changed' ? [event] : []));
  const last = pins.at(-1);
  return last?.on ? last.about.search : null;
}

/** The prompt lines of earlier sittings, oldest first, each once at its last place. */
export function promptLines(session: Session): readonly string[] {
  const lines = session.sessionEvents().flatMap(({ event }) => (event.kind === 'prompt.entered' ? [event.line] : []));
  return [...new Set(lines.toReversed())].toReversed();
}
