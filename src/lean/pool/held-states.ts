/**
 * The states that one worker holds, under the keys of their problems, oldest use first. What is dropped here waits in
 * `takeDropped` until the worker is told to free it.
 */
export class HeldStates {
  private readonly ids = new Map<string, number>();
  private readonly keysOfProblem = new Map<number, Set<string>>();
  private dropped: number[] = [];

  get size(): number {
    return this.ids.size;
  }

  get droppedCount(): number {
    return this.dropped.length;
  }

  has(problem: number, key: string): boolean {
    return this.ids.has(fullKey(problem, key));
  }

  /** The worker's id of a state; counts as a use. */
  use(problem: number, key: string): number | undefined {
    const full = fullKey(problem, key);
    const id = this.ids.get(full);
    if (id === undefined) return undefined;
    this.ids.delete(full);
    this.ids.set(full, id);
    return id;
  }

  /** Remembers a state; an older one under the same key is dropped. */
  hold(problem: number, key: string, id: number): void {
    this.drop(problem, key);
    this.ids.set(fullKey(problem, key), id);
    let keys = this.keysOfProblem.get(problem);
    if (!keys) {
      keys = new Set();
      this.keysOfProblem.set(problem, keys);
    }
    keys.add(key);
  }

  drop(problem: number, key: string): void {
    const full = fullKey(problem, key);
    const id = this.ids.get(full);
    if (id === undefined) return;
    this.ids.delete(full);
    this.dropped.push(id);
    const keys = this.keysOfProblem.get(problem);
    keys?.delete(key);
    if (keys?.size === 0) this.keysOfProblem.delete(problem);
  }

  dropProblem(problem: number): void {
    for (const key of [...(this.keysOfProblem.get(problem) ?? [])]) this.drop(problem, key);
  }

  /** Drops the states that were not used for longest until at most `count` are left. */
  shrinkTo(count: number): void {
    for (const full of this.ids.keys()) {
      if (this.ids.size <= count) return;
      const cut = full.indexOf('/');
      this.drop(Number(full.slice(0, cut)), full.slice(cut + 1));
    }
  }

  takeDropped(): readonly number[] {
    const taken = this.dropped;
    this.dropped = [];
    return taken;
  }

  /** The worker was started anew: nothing is held and nothing is left to free. */
  forgetAll(): void {
    this.ids.clear();
    this.keysOfProblem.clear();
    this.dropped = [];
  }
}

function fullKey(problem: number, key: string): string {
  return `${problem}/${key}`;
}
