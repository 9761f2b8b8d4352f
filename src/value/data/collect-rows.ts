import { columnOf, textOfBytes, textsOf } from '../../trajectory/batch.ts';
import { rowsOf } from '../../trajectory/source.ts';
import { searchKeysAcross } from '../../trajectory/survey.ts';
import { Growing } from './growing.ts';

export const LABEL_POSITIVE = 0;
export const LABEL_NEGATIVE = 1;
export const LABEL_UNKNOWN = 2;

/** The rows of some trajectory files in columns, each text once. */
export interface CollectedRows {
  readonly length: number;
  readonly repeated: number;
  /** Texts of open states. */
  readonly states: readonly string[];
  readonly tactics: readonly string[];
  readonly theorems: readonly string[];
  /** The theorem of each search. */
  readonly searches: Int32Array;
  readonly search: Int32Array;
  /** Index in `states`; −1 for a row without goals. */
  readonly state: Int32Array;
  /** −1 for a root. */
  readonly tactic: Int32Array;
  /** Numbers in their search; a parent of −1 is none. */
  readonly id: Float64Array;
  readonly parent: Float64Array;
  readonly label: Uint8Array;
  readonly depth: Int32Array;
  readonly remaining: Int32Array;
  readonly logProb: Float64Array;
  /** NaN where no value model scored the state. */
  readonly energy: Float64Array;
  /** 1 at the end of an accepted proof. */
  readonly complete: Uint8Array;
}

const columns = [
  'theorem_name',
  'state_pp',
  'tactic_applied',
  'parent_state_id',
  'label',
  'depth_from_root',
  'remaining_depth',
  'llm_log_prob',
  'ebm_score',
  'energy',
  'is_proof_complete',
] as const;

/** Reads trajectory files of any origin, window by window. Throws `Unreadable`, which names the file. */
export async function collectRows(paths: readonly string[]): Promise<CollectedRows> {
  const states = new Numbering();
  const tactics = new Numbering();
  const theorems = new Numbering();
  const searchNumbers = new Numbering();
  const searches = new Growing((length) => new Int32Array(length));
  const ints = () => new Growing((length) => new Int32Array(length));
  const floats = () => new Growing((length) => new Float64Array(length));
  const [search, state, tactic, depth, remaining] = [ints(), ints(), ints(), ints(), ints()] as const;
  const [id, parent, logProb, energy] = [floats(), floats(), floats(), floats()] as const;
  const label = new Growing((length) => new Uint8Array(length));
  const complete = new Growing((length) => new Uint8Array(length));
  let repeated = 0;
  for await (const { file, batch, repeated: again } of rowsOf(paths, columns)) {
    repeated += again;
    const names = textsOf(batch, 'theorem_name');
    const keyAt = searchKeysAcross(batch, file);
    const ids = columnOf(batch, 'state_id') as BigUint64Array;
    const texts = columnOf(batch, 'state_pp') as readonly Uint8Array[];
    const applied = textsOf(batch, 'tactic_applied');
    const parents = columnOf(batch, 'parent_state_id') as readonly (bigint | null)[];
    const labels = textsOf(batch, 'label');
    const depths = columnOf(batch, 'depth_from_root') as Uint32Array;
    const remainings = columnOf(batch, 'remaining_depth') as Int32Array;
    const logProbs = columnOf(batch, 'llm_log_prob') as Float64Array;
    const scores = columnOf(batch, 'ebm_score') as Float64Array;
    const energies = columnOf(batch, 'energy') as readonly (number | null)[];
    const ends = columnOf(batch, 'is_proof_complete');
    for (let i = 0; i < batch.length; i++) {
      const theorem = theorems.of(names[i] ?? '');
      const key = searchNumbers.of(keyAt(i));
      if (key === searches.length) searches.push(theorem);
      search.push(key);
      const bytes = texts[i] as Uint8Array;
      state.push(bytes.length === 0 ? -1 : states.of(textOfBytes(bytes)));
      tactic.push(applied[i] ? tactics.of(applied[i] as string) : -1);
      id.push(Number(ids[i]));
      const above = parents[i] ?? null;
      parent.push(above === null ? -1 : Number(above));
      label.push(labels[i] === 'positive' ? LABEL_POSITIVE : labels[i] === 'negative' ? LABEL_NEGATIVE : LABEL_UNKNOWN);
      depth.push(depths[i] as number);
      remaining.push(remainings[i] as number);
      logProb.push(logProbs[i] as number);
      complete.push(ends[i] === true ? 1 : 0);
      const score = scores[i] as number;
      energy.push(energies[i] ?? (score === 0 ? Number.NaN : -score));
    }
  }
  return {
    length: search.length,
    repeated,
    states: states.texts,
    tactics: tactics.texts,
    theorems: theorems.texts,
    searches: searches.values(),
    search: search.values(),
    state: state.values(),
    tactic: tactic.values(),
    id: id.values(),
    parent: parent.values(),
    label: label.values(),
    depth: depth.values(),
    remaining: remaining.values(),
    logProb: logProb.values(),
    energy: energy.values(),
    complete: complete.values(),
  };
}

/** Numbers texts in the order in which they come. */
class Numbering {
  readonly texts: string[] = [];
  readonly #numbers = new Map<string, number>();

  of(text: string): number {
    const known = this.#numbers.get(text);
    if (known !== undefined) return known;
    this.#numbers.set(text, this.texts.length);
    return this.texts.push(text) - 1;
  }
}
