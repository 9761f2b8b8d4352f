import type {
  AskLimit,
  LostReason,
  StartFailed,
  StartResult,
  Transport,
  TransportReply,
  TransportStats,
} from '../transport.ts';
import type { FromHost, HostRequest, ToHost } from './host-protocol.ts';

const DEFAULT_GRACE_MS = 1500;
/** From the moment the host is asked for a prover. A busy machine needs 3 s. */
const START_TIMEOUT_MS = 60_000;

/** What a transport needs of its host. */
export interface HostLink {
  newProver(): number;
  /** To open a prover, the host process is started first if it does not run. */
  send(message: ToHost): void;
  request(request: Omit<HostRequest, 'type' | 'id'>): Promise<TransportReply>;
  /** Builds the image again after it was found damaged. */
  repair(): Promise<StartFailed | undefined>;
  stats(): { readonly pid?: number; readonly rssBytes?: number };
  isClosed(): boolean;
  forget(transport: EmbeddedTransport): void;
}

type ProverMessage = Extract<FromHost, { readonly prover: number }>;

/** One embedded prover. */
export class EmbeddedTransport implements Transport {
  readonly kind = 'embedded';
  private readonly link: HostLink;
  private readonly listeners = new Set<(reason: string) => void>();
  private prover = 0;
  private starting:
    | { readonly promise: Promise<StartResult>; readonly settle: (result: StartResult) => void }
    | undefined;
  private start_: Promise<StartResult> | undefined;
  private lives = 0;
  private isReady = false;
  private isClosed = false;
  private memoryBytes: number | undefined;

  constructor(link: HostLink) {
    this.link = link;
  }

  get generation(): number {
    return this.lives;
  }

  get alive(): boolean {
    return this.isReady;
  }

  start(): Promise<StartResult> {
    this.start_ ??= this.startOrRepair().finally(() => {
      this.start_ = undefined;
    });
    return this.start_;
  }

  async ask(line: string, limit: AskLimit): Promise<TransportReply> {
    if (!this.isReady) {
      const result = await this.start();
      if (result.kind === 'startFailed')
        return { kind: 'lost', reason: lostReason(result), detail: `${result.message}: ${result.detail}`, ms: 0 };
    }
    return this.link.request({
      prover: this.prover,
      text: line,
      timeoutMs: limit.timeoutMs,
      graceMs: limit.graceMs ?? DEFAULT_GRACE_MS,
    });
  }

  cancel(): void {
    if (this.isReady) this.link.send({ type: 'cancel', prover: this.prover });
  }

  stats(): TransportStats {
    return {
      ...this.link.stats(),
      ...(this.isReady && this.memoryBytes !== undefined && { memoryBytes: this.memoryBytes }),
    };
  }

  onLost(listener: (reason: string) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  async close(): Promise<void> {
    this.isClosed = true;
    this.retire('closed');
    this.starting?.settle(failure('closed', 'the prover was closed'));
    this.link.forget(this);
  }

  /** Messages about provers; those of other numbers are not ours, or of an earlier life. */
  receive(message: ProverMessage): void {
    if (message.prover !== this.prover) return;
    if (message.type === 'reply') this.memoryBytes = message.bytes;
    else if (message.type === 'ready') {
      this.isReady = true;
      this.lives++;
      this.memoryBytes = message.bytes;
      this.starting?.settle({ kind: 'ready', startMs: Math.round(message.startMs) });
    } else if (message.type === 'startFailed') {
      this.starting?.settle(failure(message.category, message.detail));
    } else {
      this.lose(`${message.reason}: ${message.detail}`);
      // Recycling is our own doing, so the next request need not wait for the start.
      if (message.reason === 'recycled') void this.start();
    }
  }

  hostEnded(reason: LostReason, detail: string): void {
    this.starting?.settle(failure(reason === 'closed' ? 'closed' : 'crashed', detail));
    this.lose(`${reason}: ${detail}`);
  }

  private async startOrRepair(): Promise<StartResult> {
    const first = await this.startOnce();
    if (first.kind === 'ready' || first.category !== 'damaged') return first;
    return (await this.link.repair()) ?? this.startOnce();
  }

  private startOnce(): Promise<StartResult> {
    if (this.isClosed || this.link.isClosed()) return Promise.resolve(failure('closed', 'the prover was closed'));
    this.retire('restarted');
    this.prover = this.link.newProver();
    const { promise, resolve } = Promise.withResolvers<StartResult>();
    const timer = setTimeout(() => {
      this.retire('timeout');
      this.starting?.settle(failure('timeout', `no answer within ${START_TIMEOUT_MS / 1000} s`));
    }, START_TIMEOUT_MS);
    this.starting = {
      promise,
      settle: (result) => {
        clearTimeout(timer);
        this.starting = undefined;
        resolve(result);
      },
    };
    this.link.send({ type: 'open', prover: this.prover });
    return promise;
  }

  /** Ends the present life. Its requests are answered by the host with `lost`. */
  private retire(reason: string): void {
    if (this.prover > 0) this.link.send({ type: 'close', prover: this.prover });
    this.prover = 0;
    this.lose(reason);
  }

  private lose(reason: string): void {
    if (!this.isReady) return;
    this.isReady = false;
    for (const listener of this.listeners) listener(reason);
  }
}

function lostReason({ category }: StartFailed): LostReason {
  return category === 'outOfMemory' || category === 'closed' || category === 'timeout' ? category : 'crashed';
}

const SENTENCES: Partial<Record<StartFailed['category'], string>> = {
  damaged: 'the prepared Lean is damaged even after building it again: check the disk, then delete the cache folder',
  outOfMemory:
    'no memory for one more Lean prover (0.7 GB for the first, 0.45 GB for each further one): use fewer workers',
  timeout: 'a Lean prover did not become ready; the machine may be overloaded: use fewer workers',
  closed: 'the Lean prover was closed',
};

function failure(category: StartFailed['category'], detail: string): StartFailed {
  return {
    kind: 'startFailed',
    category,
    message: SENTENCES[category] ?? 'the embedded Lean did not start: run "proofdeck doctor"',
    detail,
  };
}
