import type { DerivedEvent } from '../src/search/events.ts';
import type { SearchMachine } from '../src/search/machine.ts';
import type { SearchState } from '../src/search/state.ts';
import type { SearchEvents } from './event-log.ts';
import { replaySearch } from './replay.ts';
import { describeDifference, rerunSearch } from './rerun.ts';
import type { Session } from './session.ts';
import { Timeline } from './timeline.ts';

export type ReopenedSearch =
  /** Can go on: a driver resumes with `machine.outstanding()`. */
  | { readonly kind: 'live'; readonly machine: SearchMachine; readonly state: SearchState; readonly timeline: Timeline }
  /** Can be looked at and forked, not continued: this version searches in another way than the one that recorded it. */
  | { readonly kind: 'frozen'; readonly state: SearchState; readonly timeline: Timeline; readonly reason: string };

/**
 * Rebuilds a recorded search. What its machine had concluded when its process was killed, and had not written yet, is
 * appended to the log now, unless the session is read-only.
 */
export async function reopenSearch(session: Session, search: string): Promise<ReopenedSearch> {
  const events = session.events(search);
  const timeline = new Timeline(events);
  const total = events.length;
  const { machine, difference, unwritten } = await rerunSearch(events, ({ state }) =>
    timeline.observe(state, total - state.events),
  );
  if (difference === null) {
    appendAll(session, search, unwritten);
    return { kind: 'live', machine, state: machine.state, timeline };
  }
  return { kind: 'frozen', ...frozen(events), reason: describeDifference(difference) };
}

function appendAll(session: Session, search: string, unwritten: readonly DerivedEvent[]): void {
  if (session.status.kind === 'readOnly') return;
  for (const event of unwritten) session.append(search, event);
}

function frozen(events: SearchEvents): { readonly state: SearchState; readonly timeline: Timeline } {
  const timeline = new Timeline(events);
  return {
    state: replaySearch(events, { observe: (state) => timeline.observe(state, events.length - state.events) }),
    timeline,
  };
}
