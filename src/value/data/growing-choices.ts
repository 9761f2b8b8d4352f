import { Growing } from './growing.ts';
import type { Choices } from './training-set.ts';

const ints = () => new Growing((length) => new Int32Array(length));
const floats = () => new Growing((length) => new Float64Array(length));
const flags = () => new Growing((length) => new Uint8Array(length));

/** Choices that are put together one by one: a choice's children first, then `end` with what concerns the choice itself. */
export class GrowingChoices {
  readonly #theorem = ints();
  readonly #parent = ints();
  readonly #depth = ints();
  readonly #children = ints();
  readonly example = ints();
  readonly logProb = floats();
  readonly energy = floats();
  readonly onProof = flags();
  readonly onFirst = flags();

  constructor() {
    this.#children.push(0);
  }

  /** Ends a choice: the children since the last one are its own. */
  end(theorem: number, parent: number, depth: number): void {
    this.#theorem.push(theorem);
    this.#parent.push(parent);
    this.#depth.push(depth);
    this.#children.push(this.example.length);
  }

  /** Whether the choice that is being put together has a child. */
  get hasChild(): boolean {
    return this.example.length !== this.#children.last;
  }

  /** All choices that were ended. */
  values(): Choices {
    return {
      length: this.#theorem.length,
      theorem: this.#theorem.values(),
      parent: this.#parent.values(),
      depth: this.#depth.values(),
      children: this.#children.values(),
      example: this.example.values(),
      logProb: this.logProb.values(),
      energy: this.energy.values(),
      onProof: this.onProof.values(),
      onFirst: this.onFirst.values(),
    };
  }
}
