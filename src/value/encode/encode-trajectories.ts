import type { StorageFailed } from '../../storage/failure.ts';
import { columnOf, textOfBytes, textsOf } from '../../trajectory/batch.ts';
import { orUnreadable } from '../../trajectory/reader.ts';
import { rowsOf } from '../../trajectory/source.ts';
import { stateKey } from './cache/key-record.ts';
import type { CachedEncoder } from './cached-encoder.ts';
import type { EncodeFailed } from './encoder.ts';

export interface EncodedStates {
  readonly kind: 'encodedStates';
  readonly rows: number;
  /** Rows of finished proofs, which have no text. */
  readonly finished: number;
  /** States that differ, and tactics where they were wanted. */
  readonly states: number;
  /** Of these: those that had vectors before, those that got them now, and those that have none. */
  readonly cached: number;
  readonly encoded: number;
  readonly failed: number;
  /** Why, for the first few of them. */
  readonly failures: readonly { readonly state: string; readonly message: string }[];
  /** Null when all states were done; else why it ended early. */
  readonly ended: EncodeFailed | null;
}

export interface EncodeProgress {
  readonly done: number;
  readonly total: number;
  readonly cached: number;
  readonly encoded: number;
  readonly failed: number;
  /** States that had no vector before, and have not been tried yet: what takes time. */
  readonly left: number;
}

export interface EncodeTrajectoriesOptions {
  readonly signal: AbortSignal;
  /** Whether the tactics get vectors too, which heads that look at them need. @default false */
  readonly tactics?: boolean;
  /** Called when the states have been counted, and from then on as they are done. */
  readonly onProgress: (progress: EncodeProgress) => void;
}

/** States that are asked for together. */
const PART = 512;
const MOST_FAILURES_TOLD = 5;
/** More than this share of failed states means that something is wrong with the encoder, not with the states. */
export const FAILED_SHARE = 0.01;

/**
 * Sees to it that each state of these trajectories has a vector. What was encoded before an end, of whatever kind, is kept: the same
 * call goes on from there.
 */
export async function encodeTrajectories(
  paths: readonly string[],
  encoder: CachedEncoder,
  { signal, tactics = false, onProgress }: EncodeTrajectoriesOptions,
): Promise<EncodedStates | StorageFailed> {
  // Keys alone first: the total has to be known, and all texts together may be more than there is memory for.
  const counted = await orUnreadable(() => countTexts(paths, tactics, encoder));
  if ('kind' in counted) return counted;
  const { rows, finished } = counted;
  const total = counted.states;
  const before = encoder.statistics();
  const failures: { state: string; message: string }[] = [];
  let done = 0;
  let ended: EncodeFailed | null = null;
  const counts = () => {
    const now = encoder.statistics();
    const cached = now.fromMemory - before.fromMemory + now.fromDisk - before.fromDisk;
    return { cached, encoded: now.encoded - before.encoded, failed: now.failed - before.failed };
  };
  const tell = () => {
    const now = counts();
    onProgress({ done, total, ...now, left: Math.max(0, counted.missing - now.encoded - now.failed) });
  };
  tell();
  const encodePart = async (part: readonly string[]): Promise<boolean> => {
    const answer = await encoder.encodeEach(part, signal);
    if (answer.kind === 'encodeFailed') {
      ended = answer;
      return false;
    }
    for (const [i, one] of answer.texts.entries())
      if (one.kind === 'failed' && failures.length < MOST_FAILURES_TOLD)
        failures.push({ state: part[i] as string, message: one.message });
    done += part.length;
    tell();
    return true;
  };
  const walked = await orUnreadable(async () => {
    let part: string[] = [];
    for await (const text of distinctTexts(paths, tactics)) {
      part.push(text);
      if (part.length < PART) continue;
      if (!(await encodePart(part))) return null;
      part = [];
    }
    if (part.length > 0) await encodePart(part);
    return null;
  });
  if (walked !== null) return walked;
  await encoder.sync();
  return { kind: 'encodedStates', rows, finished, states: total, ...counts(), failures, ended };
}

async function countTexts(paths: readonly string[], tactics: boolean, encoder: CachedEncoder) {
  const seen = new Set<string>();
  let rows = 0;
  let finished = 0;
  let missing = 0;
  const take = (text: string): void => {
    const key = stateKey(text);
    if (seen.has(key)) return;
    seen.add(key);
    if (!encoder.has(text)) missing++;
  };
  for await (const { state, tactic } of textsOfRows(paths, tactics)) {
    rows++;
    if (state === '') finished++;
    else take(state);
    if (tactic !== '') take(tactic);
  }
  return { rows, finished, states: seen.size, missing };
}

async function* distinctTexts(paths: readonly string[], tactics: boolean): AsyncGenerator<string> {
  const seen = new Set<string>();
  for await (const row of textsOfRows(paths, tactics))
    for (const text of [row.state, row.tactic]) {
      const key = text === '' ? '' : stateKey(text);
      if (key === '' || seen.has(key)) continue;
      seen.add(key);
      yield text;
    }
}

/** The state of each row, and its tactic where that is wanted. Throws `Unreadable`. */
async function* textsOfRows(
  paths: readonly string[],
  tactics: boolean,
): AsyncGenerator<{ readonly state: string; readonly tactic: string }> {
  for await (const { batch } of rowsOf(paths, ['state_pp', 'tactic_applied'])) {
    const states = columnOf(batch, 'state_pp') as readonly Uint8Array[];
    const applied = textsOf(batch, 'tactic_applied');
    for (let i = 0; i < batch.length; i++)
      yield { state: textOfBytes(states[i] as Uint8Array), tactic: tactics ? (applied[i] ?? '') : '' };
  }
}
