import {
  type Batch,
  type SamplingSettings,
  TIER_EASY,
  TIER_HARD,
  TIER_MEDIUM,
  TIER_NONE,
  TIER_POSITIVE,
} from './batch.ts';
import { listAt } from './lists.ts';
import type { Rng } from './rng.ts';
import { SAME_THEOREM, SIBLING, type TrainingSet, UNKNOWN } from './training-set.ts';

/** How many negatives of each tier a sample asks for: rounded shares, the rest easy. */
export function tierCounts({ negatives, hard, medium }: SamplingSettings): readonly [number, number, number] {
  const hardCount = Math.min(negatives, Math.round(negatives * hard));
  const mediumCount = Math.min(negatives - hardCount, Math.round(negatives * medium));
  return [hardCount, mediumCount, negatives - hardCount - mediumCount];
}

/**
 * Draws samples: theorems evenly, so that one with many proofs does not outweigh the others, then a positive of the theorem
 * evenly, then negatives with replacement. A tier that has nothing gives its share to the next: hard, medium, easy, any.
 * The same generator gives the same samples.
 */
export class Sampler {
  readonly #set: TrainingSet;
  readonly #settings: SamplingSettings;
  /** All negatives, sorted by theorem: those of theorem `t` are the positions `#ofTheorem[t]` up to `#ofTheorem[t + 1]`. */
  readonly #pool: Int32Array;
  readonly #ofTheorem: Int32Array;
  /** Theorems with a proof, and a negative that may be held against it. */
  readonly #drawn: Int32Array;
  /** Choices with a child on the proof and one beside it. */
  readonly #choices: Int32Array;

  constructor(set: TrainingSet, settings: SamplingSettings) {
    this.#set = set;
    this.#settings = settings;
    const isNegative = (kind: number): boolean =>
      kind === SIBLING || kind === SAME_THEOREM || (settings.unprovedAsEasy && kind === UNKNOWN);
    const { theorem, kind } = set.examples;
    this.#ofTheorem = new Int32Array(set.theorems.length + 1);
    const all = Int32Array.from(kind.keys()).filter((i) => isNegative(kind[i] as number));
    this.#pool = all.sort((a, b) => (theorem[a] as number) - (theorem[b] as number) || a - b);
    for (const one of this.#pool) this.#ofTheorem[(theorem[one] as number) + 1]! += 1;
    for (let t = 0; t < set.theorems.length; t++) this.#ofTheorem[t + 1]! += this.#ofTheorem[t]!;
    this.#drawn = set.eligible.filter(
      (one) =>
        this.#ofOthersCount(one) > 0 || listAt(set.siblings, one).length + listAt(set.sameTheorem, one).length > 0,
    );
    this.#choices = contrastedChoices(set);
  }

  /** Whether there is anything to draw: a positive, and a negative to hold against it. */
  get canSample(): boolean {
    return this.#drawn.length > 0;
  }

  /** How many groups `sampleGroups` draws from. */
  get groups(): number {
    return this.#choices.length;
  }

  /** `size` samples of one positive and its negatives. Only where `canSample`. */
  sample(rng: Rng, size: number): Batch {
    const { positives, examples } = this.#set;
    const { negatives } = this.#settings;
    const batch = emptyBatch(size, negatives);
    for (let row = 0; row < size; row++) {
      const theorem = this.#drawn[rng.below(this.#drawn.length)] as number;
      const own = listAt(positives, theorem);
      const positive = own[rng.below(own.length)] as number;
      const at = row * (1 + negatives);
      batch.examples[at] = positive;
      batch.remaining[row] = examples.remaining[positive] as number;
      this.#drawNegatives(rng, theorem, batch, at + 1);
    }
    return batch;
  }

  /**
   * `size` choices of searches, drawn evenly: a child on the proof, and all its siblings of that choice beside it, in random order.
   * With more than `negatives` siblings some are left out; with fewer, the rest of the row is of `TIER_NONE`.
   */
  sampleGroups(rng: Rng, size: number): Batch {
    const { negatives } = this.#settings;
    const { choices, examples } = this.#set;
    const batch = emptyBatch(size, negatives);
    for (let row = 0; row < size; row++) {
      const choice = this.#choices[rng.below(this.#choices.length)] as number;
      const on: number[] = [];
      const beside: number[] = [];
      for (let at = choices.children[choice] as number; at < (choices.children[choice + 1] as number); at++) {
        if (choices.onProof[at] === 1) on.push(choices.example[at] as number);
        else if (choices.onProof[at] === 0) beside.push(choices.example[at] as number);
      }
      const positive = on[rng.below(on.length)] as number;
      const drawn = Int32Array.from(beside);
      rng.shuffle(drawn);
      const at = row * (1 + negatives);
      batch.examples.fill(positive, at, at + 1 + negatives);
      batch.tiers.fill(TIER_NONE, at + 1, at + 1 + negatives);
      batch.remaining[row] = examples.remaining[positive] as number;
      for (let k = 0; k < Math.min(negatives, drawn.length); k++) {
        batch.examples[at + 1 + k] = drawn[k] as number;
        batch.tiers[at + 1 + k] = TIER_HARD;
      }
    }
    return batch;
  }

  #drawNegatives(rng: Rng, theorem: number, { examples, tiers }: Batch, from: number): void {
    const [hard, medium, easy] = tierCounts(this.#settings);
    const siblings = listAt(this.#set.siblings, theorem);
    const others = listAt(this.#set.sameTheorem, theorem);
    let at = from;
    const take = (tier: number, example: number): void => {
      examples[at] = example;
      tiers[at] = tier;
      at += 1;
    };
    const draw = (list: Int32Array): number => list[rng.below(list.length)] as number;
    const hardDrawn = siblings.length > 0 ? hard : 0;
    for (let k = 0; k < hardDrawn; k++) take(TIER_HARD, draw(siblings));
    const mediumDrawn = others.length > 0 ? medium + hard - hardDrawn : 0;
    for (let k = 0; k < mediumDrawn; k++) take(TIER_MEDIUM, draw(others));
    for (let k = easy + medium + hard - hardDrawn - mediumDrawn; k > 0; k--) {
      const elsewhere = this.#ofOthers(rng, theorem);
      if (elsewhere !== null) take(TIER_EASY, elsewhere);
      else if (siblings.length > 0) take(TIER_HARD, draw(siblings));
      else take(TIER_MEDIUM, draw(others));
    }
  }

  #ofOthersCount(theorem: number): number {
    return this.#pool.length - ((this.#ofTheorem[theorem + 1] as number) - (this.#ofTheorem[theorem] as number));
  }

  /** A negative of another theorem, each as likely as any; null when there is none. */
  #ofOthers(rng: Rng, theorem: number): number | null {
    const begin = this.#ofTheorem[theorem] as number;
    const end = this.#ofTheorem[theorem + 1] as number;
    const count = this.#ofOthersCount(theorem);
    if (count === 0) return null;
    const drawn = rng.below(count);
    return this.#pool[drawn < begin ? drawn : drawn + end - begin] as number;
  }
}

function emptyBatch(size: number, negatives: number): Batch {
  return {
    size,
    negatives,
    examples: new Int32Array(size * (1 + negatives)),
    tiers: new Uint8Array(size * (1 + negatives)).fill(TIER_POSITIVE),
    remaining: new Int32Array(size),
  };
}

/** The choices at which something can be got wrong. */
function contrastedChoices({ choices }: TrainingSet): Int32Array {
  return Int32Array.from({ length: choices.length }, (_, i) => i).filter((i) => {
    const children = choices.onProof.subarray(choices.children[i], choices.children[i + 1]);
    return children.includes(1) && children.includes(0);
  });
}
