/** How often a problem may be passed over in favour of one whose state a free worker holds. */
const MAXIMUM_PASSES = 8;

interface Line<T> {
  readonly jobs: T[];
  passes: number;
}

/**
 * Waiting jobs, in order within their problem, taking turns between problems. `prefer` may move a problem's turn
 * forward, because its state is at hand; nobody is passed over more than a few times in a row.
 */
export class FairQueue<T> {
  /** In the order of their turns. */
  private readonly lines = new Map<number, Line<T>>();

  get size(): number {
    let size = 0;
    for (const line of this.lines.values()) size += line.jobs.length;
    return size;
  }

  push(problem: number, job: T): void {
    this.line(problem).jobs.push(job);
  }

  /** Puts a job that was taken already back to the front of its problem. */
  putBack(problem: number, job: T): void {
    this.line(problem).jobs.unshift(job);
  }

  /** Takes the job whose turn it is, or undefined. */
  take(prefer: (job: T) => boolean): T | undefined {
    const first = this.lines.entries().next();
    if (first.done) return undefined;
    let chosen: [number, Line<T>] = first.value;
    if (chosen[1].passes < MAXIMUM_PASSES && this.lines.size > 1) {
      for (const entry of this.lines) {
        if (!prefer(entry[1].jobs[0]!)) continue;
        if (entry !== chosen && entry[0] !== chosen[0]) chosen[1].passes += 1;
        chosen = entry;
        break;
      }
    }
    const [problem, line] = chosen;
    const job = line.jobs.shift()!;
    line.passes = 0;
    this.lines.delete(problem);
    if (line.jobs.length > 0) this.lines.set(problem, line);
    return job;
  }

  /** Removes and returns the waiting jobs that `isWanted` picks. */
  remove(isWanted: (job: T) => boolean): readonly T[] {
    const removed: T[] = [];
    for (const [problem, line] of [...this.lines]) {
      const kept = line.jobs.filter((job) => !isWanted(job));
      removed.push(...line.jobs.filter(isWanted));
      if (kept.length === 0) this.lines.delete(problem);
      else line.jobs.splice(0, line.jobs.length, ...kept);
    }
    return removed;
  }

  private line(problem: number): Line<T> {
    let line = this.lines.get(problem);
    if (!line) {
      line = { jobs: [], passes: 0 };
      this.lines.set(problem, line);
    }
    return line;
  }
}
