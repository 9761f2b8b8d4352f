import { z } from 'zod';
import { statusSchema } from '../src/search/events.ts';
import type { LoggedEvent, LoggedSearchEvent } from './records.ts';

const searchSummarySchema = z.object({
  search: z.string(),
  name: z.string(),
  status: z.union([statusSchema, z.enum(['running', 'paused'])]),
  level: z.string().nullable(),
  nodes: z.number(),
  expansions: z.number(),
});

/** What the index keeps of a session: a digest of its log. */
export const sessionDigestSchema = z.object({
  id: z.string(),
  createdAt: z.string(),
  /** Time of the last event, in milliseconds since `createdAt`. */
  lastT: z.number(),
  title: z.string(),
  searches: z.array(searchSummarySchema),
  events: z.number(),
  /** Size of the log, and the end of its last whole line. */
  bytes: z.number(),
  end: z.number(),
});
export type SessionDigest = z.infer<typeof sessionDigestSchema>;
type Search = z.infer<typeof searchSummarySchema>;

const longestTitle = 100;

/** The digest of a log of which nothing has been read. */
export function emptyDigest(id: string): SessionDigest {
  return { id, createdAt: '', lastT: 0, title: '', searches: [], events: 0, bytes: 0, end: 0 };
}

/** Adds one event to a digest, in place. The caller keeps `bytes` and `end`. */
export function addToDigest(digest: SessionDigest, record: LoggedEvent): void {
  digest.events = record.seq;
  digest.lastT = record.t;
  if (record.search !== null) addSearchEvent(digest, record);
  else if (record.event.kind === 'session.opened') digest.createdAt = record.event.createdAt;
}

function addSearchEvent(digest: SessionDigest, { search, event }: LoggedSearchEvent): void {
  if (event.kind === 'search.opened') {
    const { name, statement, copyFrom } = event.problem;
    digest.searches.push({ search, name, status: 'running', level: null, nodes: 0, expansions: 0 });
    if (digest.title === '') digest.title = titleOf(statement ?? copyFrom ?? name);
    return;
  }
  const summary = digest.searches.findLast((s) => s.search === search);
  if (summary === undefined) return;
  switch (event.kind) {
    case 'node.added':
      summary.nodes += 1;
      break;
    case 'expansion.begun':
      summary.expansions += 1;
      break;
    case 'verdict.given':
      summary.level = higher(summary.level, event.level);
      break;
    case 'search.ended':
      if (summary.status !== 'proved') summary.status = event.status;
      break;
    case 'root.started':
    case 'search.paused':
    case 'user.pause':
      if (summary.status === 'running') summary.status = 'paused';
      break;
    case 'user.run':
    case 'user.step':
    case 'user.expand':
      // What was proved stays proved, whatever is explored afterwards.
      if (summary.status !== 'proved' && summary.nodes > 0) summary.status = 'running';
      break;
    default:
  }
}

function higher(a: Search['level'], b: Search['level']): Search['level'] {
  if (a === null || b === null) return a ?? b;
  return a > b ? a : b;
}

function titleOf(statement: string): string {
  const line = statement.replaceAll(/[\s\x00-\x1f\x7f]+/g, ' ').trim();
  return line.length > longestTitle ? `${line.slice(0, longestTitle - 1)}…` : line;
}
