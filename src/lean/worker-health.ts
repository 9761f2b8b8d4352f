/** How one Lean worker is doing, for a person to see live. */
export interface WorkerHealth {
  readonly id: number;
  readonly kind: string;
  readonly status: 'starting' | 'idle' | 'busy' | 'dead';
  /** What it is working on, for a person. */
  readonly doing: string | null;
  readonly restarts: number;
  readonly recycles: number;
  readonly requests: number;
  readonly rssBytes: number | null;
  readonly memoryBytes: number | null;
  readonly tacticsPerSecond: number;
  readonly medianMs: number | null;
  readonly p99Ms: number | null;
  readonly lastError: string | null;
}
