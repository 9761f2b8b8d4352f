/** Milliseconds from some fixed point; injected so that tests own the time. */
export type Clock = () => number;

/** Latencies kept for the percentiles: the newest ones. */
const KEPT = 512;
/** Window for the rate, in milliseconds. */
const WINDOW_MS = 10_000;

/** Speed of one worker: requests per second lately, and percentiles of the newest latencies. Memory is bounded. */
export class Latency {
  private readonly clock: Clock;
  private readonly since: number;
  private readonly values: number[] = [];
  private readonly ends: number[] = [];
  private next = 0;
  count = 0;

  constructor(clock: Clock) {
    this.clock = clock;
    this.since = clock();
  }

  add(ms: number): void {
    this.values[this.next] = ms;
    this.ends[this.next] = this.clock();
    this.next = (this.next + 1) % KEPT;
    this.count += 1;
  }

  /** Requests per second over the last ten seconds, or since the start when that is shorter. */
  perSecond(): number {
    const now = this.clock();
    const recent = this.ends.filter((end) => now - end < WINDOW_MS);
    // More than the buffer holds have ended within the window: count over the span that it covers.
    const isCut = recent.length === KEPT && this.count > KEPT;
    const span = isCut ? now - Math.min(...recent) : Math.min(WINDOW_MS, now - this.since);
    return span > 0 ? (recent.length * 1000) / span : 0;
  }

  /** The value below which `part` (0 to 1) of the newest latencies lie, or null before the first. */
  quantile(part: number): number | null {
    if (this.values.length === 0) return null;
    const sorted = this.values.toSorted((a, b) => a - b);
    return sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))]!;
  }
}
