import { columnOf, type RowBatch, textsOf } from './batch.ts';
import { rowsOf } from './source.ts';

/** The search in which a theorem was proved first: its rows are those with this file and key. */
export interface ProofPlace {
  readonly file: number;
  readonly key: string;
  /** Tactics from the root to the end. */
  readonly steps: number;
  /** V0 to V5, or null where the file does not say. */
  readonly level: string | null;
}

export interface TheoremFacts {
  readonly rows: number;
  readonly positive: number;
  readonly negative: number;
  readonly unknown: number;
  /** The first proof in the order of the files; null when no row is the end of one. */
  readonly proof: ProofPlace | null;
  /** How many positive rows each search with any has, by file and key. */
  readonly positives: ReadonlyMap<string, number>;
}

export interface Survey {
  /** By name, in the order in which they come. */
  readonly theorems: ReadonlyMap<string, TheoremFacts>;
  readonly rows: number;
  /** Rows that stood in more than one file and were counted once. */
  readonly repeated: number;
}

type Draft = {
  -readonly [K in keyof TheoremFacts]: K extends 'positives' ? Map<string, number> : TheoremFacts[K];
};

/** Goes through the short columns of some files once. Throws `Unreadable`. */
export async function survey(paths: readonly string[]): Promise<Survey> {
  const theorems = new Map<string, Draft>();
  let rows = 0;
  let repeated = 0;
  const columns = [
    'theorem_name',
    'label',
    'is_proof_complete',
    'depth_from_root',
    'timestamp_ms',
    'verdict_level',
  ] as const;
  for await (const { file, batch, repeated: again } of rowsOf(paths, columns)) {
    rows += batch.length;
    repeated += again;
    countBatch(theorems, file, batch);
  }
  return { theorems, rows, repeated };
}

function countBatch(theorems: Map<string, Draft>, file: number, batch: RowBatch): void {
  const names = textsOf(batch, 'theorem_name');
  const labels = textsOf(batch, 'label');
  const complete = columnOf(batch, 'is_proof_complete');
  const depths = columnOf(batch, 'depth_from_root') as Uint32Array;
  const levels = textsOf(batch, 'verdict_level');
  const keyAt = searchKeys(batch);
  for (let i = 0; i < batch.length; i++) {
    const facts = factsOf(theorems, names[i] ?? '');
    facts.rows += 1;
    if (labels[i] === 'positive') {
      facts.positive += 1;
      const place = placeKey({ file, key: keyAt(i) });
      facts.positives.set(place, (facts.positives.get(place) ?? 0) + 1);
    } else if (labels[i] === 'negative') facts.negative += 1;
    else facts.unknown += 1;
    if (complete[i] === true)
      facts.proof ??= { file, key: keyAt(i), steps: depths[i] as number, level: levels[i] ?? null };
  }
}

function factsOf(theorems: Map<string, Draft>, name: string): Draft {
  const known = theorems.get(name);
  if (known) return known;
  const made: Draft = { rows: 0, positive: 0, negative: 0, unknown: 0, proof: null, positives: new Map() };
  theorems.set(name, made);
  return made;
}

/** The key of `TheoremFacts.positives`. */
export function placeKey({ file, key }: Pick<ProofPlace, 'file' | 'key'>): string {
  return `${file}\0${key}`;
}

/** Tells the searches of one theorem apart; the reference's files have only the time for that. */
export function searchKeys(batch: RowBatch): (index: number) => string {
  const sessions = textsOf(batch, 'session');
  const searches = textsOf(batch, 'search');
  const times = columnOf(batch, 'timestamp_ms') as BigUint64Array;
  return (index) => `${sessions[index]}\0${searches[index]}\0${times[index]}`;
}

/** Tells the searches of several files apart: rows of ours name their run in whichever file they are, the reference's do not. */
export function searchKeysAcross(batch: RowBatch, file: number): (index: number) => string {
  const theorems = textsOf(batch, 'theorem_name');
  const sessions = textsOf(batch, 'session');
  const keyAt = searchKeys(batch);
  return (index) => `${theorems[index]}\0${sessions[index] === '' ? file : ''}\0${keyAt(index)}`;
}
