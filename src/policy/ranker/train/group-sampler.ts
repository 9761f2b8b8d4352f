import type { Rng } from '../../../value/data/rng.ts';
import { droppedOf256 } from '../../../value/train/graph/step-graph.ts';
import { type RankingGroup, RIGHT, UNTRIED, WRONG } from './groups.ts';

/** Draws states evenly, a right candidate of each, and others: first what was tried, then whatever there is. */
export class GroupSampler {
  readonly #groups: readonly RankingGroup[];
  readonly #first: readonly number[];
  readonly #size: { readonly batch: number; readonly negatives: number };
  readonly #rng: Rng;

  /** @param first row of each group's first candidate */
  constructor(
    groups: readonly RankingGroup[],
    first: readonly number[],
    size: { readonly batch: number; readonly negatives: number },
    rng: Rng,
  ) {
    this.#groups = groups;
    this.#first = first;
    this.#size = size;
    this.#rng = rng;
  }

  /** Rows of so many steps, −1 where a state has too few candidates, and 1 where somebody is. */
  draw(steps: number): { readonly rows: Int32Array; readonly present: Float32Array } {
    const { batch, negatives } = this.#size;
    const rows = new Int32Array(steps * batch * (negatives + 1)).fill(-1);
    const present = new Float32Array(rows.length);
    for (let group = 0; group < steps * batch; group++) {
      const drawn = this.#group(this.#rng.below(this.#groups.length));
      const start = group * (negatives + 1);
      rows.set(drawn, start);
      present.fill(1, start, start + drawn.length);
    }
    return { rows, present };
  }

  #group(index: number): readonly number[] {
    const { labels } = this.#groups[index] as RankingGroup;
    const of = (label: number): Int32Array => {
      const found = Int32Array.from(labels.keys()).filter((i) => labels[i] === label);
      this.#rng.shuffle(found);
      return found;
    };
    const [right = 0] = of(RIGHT);
    const others = [...of(WRONG), ...of(UNTRIED)].slice(0, this.#size.negatives);
    return [right, ...others].map((i) => (this.#first[index] as number) + i);
  }
}

/** Bytes of 1, but for a share of 0. */
export function drawMask(rng: Rng, length: number, dropout: number): Uint8Array {
  const dropped = droppedOf256(dropout);
  const mask = new Uint8Array(length);
  for (let i = 0; i < length; i += 4) {
    const bits = rng.bits();
    for (let j = 0; j < 4 && i + j < length; j++) mask[i + j] = ((bits >>> (8 * j)) & 255) < dropped ? 0 : 1;
  }
  return mask;
}
