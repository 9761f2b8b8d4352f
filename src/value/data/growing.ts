type Numbers = Int32Array<ArrayBuffer> | Float64Array<ArrayBuffer> | Uint8Array<ArrayBuffer>;

/** A column whose length is not known before. */
export class Growing<T extends Numbers> {
  length = 0;
  readonly #make: (length: number) => T;
  #values: T;

  constructor(make: (length: number) => T) {
    this.#make = make;
    this.#values = make(1024);
  }

  push(value: number): void {
    if (this.length === this.#values.length) {
      const larger = this.#make(this.length * 2);
      larger.set(this.#values);
      this.#values = larger;
    }
    this.#values[this.length++] = value;
  }

  /** The value pushed last; none when nothing was. */
  get last(): number | undefined {
    return this.length === 0 ? undefined : this.#values[this.length - 1];
  }

  set(index: number, value: number): void {
    this.#values[index] = value;
  }

  /** Replaces a value by a lower one. */
  lower(index: number, value: number): void {
    if (value < (this.#values[index] as number)) this.#values[index] = value;
  }

  /** What was pushed, in memory of its own. */
  values(): T {
    return this.#values.slice(0, this.length) as T;
  }
}
