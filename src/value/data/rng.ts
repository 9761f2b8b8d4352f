/** Four 32-bit numbers: all that a generator needs to go on where it was. */
export type RngState = readonly [number, number, number, number];

/** Reproducible random numbers (sfc32, which passes PractRand), with a state that can be written down. */
export class Rng {
  #a: number;
  #b: number;
  #c: number;
  #counter: number;

  /** Goes on from a state. */
  constructor([a, b, c, counter]: RngState) {
    this.#a = a | 0;
    this.#b = b | 0;
    this.#c = c | 0;
    this.#counter = counter | 0;
  }

  /** @param stream other numbers under the same seed, such as one stream for sampling and one for validation */
  static seeded(seed: number, stream = 0): Rng {
    const rng = new Rng([seed, Math.floor(seed / 2 ** 32), stream, 1]);
    // The first numbers of neighbouring seeds are alike; sfc32's authors drop twelve.
    for (let i = 0; i < 12; i++) rng.bits();
    return rng;
  }

  get state(): RngState {
    return [this.#a, this.#b, this.#c, this.#counter];
  }

  /** 32 random bits as a number from 0 to 2³² − 1. */
  bits(): number {
    const sum = (((this.#a + this.#b) | 0) + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + sum) | 0;
    return sum >>> 0;
  }

  /** A whole number from 0 to `n` − 1. `n` is at least 1 and below 2³². */
  below(n: number): number {
    return Math.floor((this.bits() / 4_294_967_296) * n);
  }

  /** Puts numbers into a random order, in their place. */
  shuffle(values: Int32Array): void {
    for (let i = values.length - 1; i > 0; i--) {
      const j = this.below(i + 1);
      const kept = values[i] as number;
      values[i] = values[j] as number;
      values[j] = kept;
    }
  }
}
