import type { Slot, SlotStatus } from './dispatcher.ts';

/** How one worker is doing. */
export interface WorkerHealth {
  readonly id: number;
  readonly kind: string;
  readonly status: SlotStatus;
  /** What it is working on, for a person. */
  readonly doing: string | null;
  readonly restarts: number;
  readonly recycles: number;
  readonly requests: number;
  /** Resident memory of its process; embedded workers share one process. */
  readonly rssBytes: number | null;
  /** Memory of this worker alone, where that can be told apart. */
  readonly memoryBytes: number | null;
  /** States that it holds. */
  readonly states: number;
  /** Over the last ten seconds. */
  readonly tacticsPerSecond: number;
  /** Of the newest tactics, queueing left out. */
  readonly medianMs: number | null;
  readonly p99Ms: number | null;
  readonly lastError: string | null;
}

export function healthOf({ worker, status, doing }: Slot): WorkerHealth {
  const { transport } = worker.client;
  const { rssBytes, memoryBytes } = transport.stats();
  return {
    id: worker.id,
    kind: transport.kind,
    status: status === 'idle' && !transport.alive ? 'starting' : status,
    doing,
    restarts: worker.restarts,
    recycles: worker.recycles,
    requests: worker.requests,
    rssBytes: rssBytes ?? null,
    memoryBytes: memoryBytes ?? null,
    states: worker.held.size,
    tacticsPerSecond: worker.latency.perSecond(),
    medianMs: worker.latency.quantile(0.5),
    p99Ms: worker.latency.quantile(0.99),
    lastError: worker.lastError,
  };
}
