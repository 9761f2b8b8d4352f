import { runFile } from '../../src/run/folder.ts';
import type { Job } from '../../src/run/job.ts';
import type { StorageFailed } from '../../src/storage/failure.ts';
import { EventLog } from '../event-log.ts';
import { Session } from '../session.ts';
import { addToDigest, emptyDigest } from '../summary.ts';

export type OpenSearchLogResult =
  | {
      readonly kind: 'opened';
      readonly session: Session;
      /** Bytes of a last line that is not finished; left out. */
      readonly cutBytes: number;
    }
  /** The search has not begun. */
  | { readonly kind: 'notBegun'; readonly message: string }
  | (StorageFailed & { readonly line?: number });

/**
 * Opens the log of one search of a run as a session for reading; the search is called `s1` there. It may be growing:
 * `refresh` reads on. Writes nothing.
 * @param id what messages and documents call it
 */
async function openSearchLog(home: string, path: string, id: string): Promise<OpenSearchLogResult> {
  const log = new EventLog(path);
  const digest = emptyDigest(id);
  const read = await log.readOn((record) => addToDigest(digest, record));
  if (read.kind === 'storageFailed') {
    if (read.code === 'missing') return notBegun(id);
    return read;
  }
  if (log.length === 0) return notBegun(id);
  const session = new Session({
    home,
    program: '',
    log,
    digest,
    now: Date.now,
    writer: null,
    reason: 'the log of a run is for reading only',
  });
  return { kind: 'opened', session, cutBytes: read.tornBytes };
}

const notBegun = (id: string): OpenSearchLogResult => ({
  kind: 'notBegun',
  message: `${id} holds nothing yet: its search has not begun`,
});

/** Opens the log of a job; its id is `<run>/<log without .jsonl>`. */
export function openJobLog(home: string, run: string, job: Job): Promise<OpenSearchLogResult> {
  return openSearchLog(home, runFile(home, run, ...job.log.split('/')), `${run}/${job.log.replace(/\.jsonl$/, '')}`);
}
