import { emptySearchState, reduceSearch } from '../../src/search/reduce.ts';
import type { SearchState } from '../../src/search/state.ts';
import { damaged, type StorageFailed } from '../../src/storage/failure.ts';
import { scanLog } from '../../src/storage/log-reader.ts';
import { RecordDecoder } from '../records.ts';

export interface LoggedSearch {
  readonly kind: 'search';
  readonly state: SearchState;
  /** When its session was opened, in ms since 1970; 0 when the log does not say. */
  readonly beganMs: number;
}

/** The one search of a job's log as it stood at its end; a line that cannot be read makes the log damaged. */
export async function searchOfLog(path: string): Promise<LoggedSearch | StorageFailed> {
  const decoder = new RecordDecoder();
  const state = emptySearchState();
  let beganMs = 0;
  let problem: string | null = null;
  const scanned = await scanLog(path, (line) => {
    const decoded = decoder.decode(line);
    if (decoded.kind === 'invalid') {
      problem = decoded.message;
      return false;
    }
    const { record } = decoded;
    if (record.search !== null) reduceSearch(state, record.event);
    else if (record.event.kind === 'session.opened') beganMs = Date.parse(record.event.createdAt);
    return true;
  });
  if (scanned.kind === 'storageFailed') return scanned;
  if (problem !== null) return damaged(path, `${path} is damaged: ${problem as string}`);
  return { kind: 'search', state, beganMs };
}
