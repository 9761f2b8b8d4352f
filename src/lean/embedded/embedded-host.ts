import type { LostReason, StartFailed, Transport, TransportReply } from '../transport.ts';
import { type CacheOptions, type PreparedEntry, prepareEntry, rebuildEntry } from './cache.ts';
import { EmbeddedTransport, type HostLink } from './embedded-transport.ts';
import type { FromHost, HostRequest } from './host-protocol.ts';
import { type HostChild, spawnHost } from './host-spawn.ts';

/** Address space of 32-bit WebAssembly as Lean was built for it. */
const MAXIMUM_MEMORY_BYTES = 2 ** 31;
const RECYCLE_BYTES = 1.2e9;
/** A host that does not end by itself for so long after its channel closed is killed. */
const CLOSE_GRACE_MS = 2000;

export interface EmbeddedHostOptions extends CacheOptions {
  /** Limit of each prover's WebAssembly memory; a prover that needs more is lost with `outOfMemory`. @default 2 GiB */
  readonly maxMemoryBytes?: number;
  /** A prover whose memory has grown beyond this is ended and started anew when it is idle (its memory never shrinks); 0 for never. @default 1.2 GB */
  readonly recycleBytes?: number;
}

/**
 * Prepares the embedded Lean if need be and starts the process that holds its provers. The process is ours alone, ends
 * with us, and is started again by itself when it dies.
 *
 *     const host = await openEmbeddedHost({ cacheRoot: cacheRoot() });
 *     if (host.kind === 'startFailed') return report(host);
 *     const worker = host.transport();
 */
export async function openEmbeddedHost(options: EmbeddedHostOptions): Promise<EmbeddedHost | StartFailed> {
  const entry = await prepareEntry(options);
  if (entry.kind === 'startFailed') return entry;
  const host = new EmbeddedHost(options, entry);
  host.launch();
  return host;
}

interface Pending {
  readonly resolve: (reply: TransportReply) => void;
}

/** The process with the embedded provers, seen from proofdeck. */
export class EmbeddedHost {
  readonly kind = 'host';
  /** What is served; `built` says whether the image was made just now. */
  get entry(): PreparedEntry {
    return this.prepared;
  }

  private prepared: PreparedEntry;
  private readonly options: EmbeddedHostOptions;
  private readonly transports = new Set<EmbeddedTransport>();
  private readonly pending = new Map<number, Pending>();
  private child: HostChild | undefined;
  private rss: number | undefined;
  private lastProver = 0;
  private lastRequest = 0;
  private repairing: Promise<StartFailed | undefined> | undefined;
  private isClosed = false;

  constructor(options: EmbeddedHostOptions, entry: PreparedEntry) {
    this.options = options;
    this.prepared = entry;
  }

  /** One more prover; it starts with `start()` or with the first request. */
  transport(): Transport {
    const transport = new EmbeddedTransport(this.link());
    this.transports.add(transport);
    return transport;
  }

  /** Of the host process; undefined while none runs. */
  get pid(): number | undefined {
    return this.child?.process.pid;
  }

  /** Resident memory of the host process as last reported. */
  get rssBytes(): number | undefined {
    return this.rss;
  }

  /** Starts the process unless it runs. */
  launch(): void {
    if (this.child || this.isClosed) return;
    const child = spawnHost({
      mode: 'serve',
      folder: this.entry.folder,
      wasmCrc: this.entry.wasmCrc,
      maximumMemoryBytes: Math.min(this.options.maxMemoryBytes ?? MAXIMUM_MEMORY_BYTES, MAXIMUM_MEMORY_BYTES),
      recycleBytes: this.options.recycleBytes ?? RECYCLE_BYTES,
    });
    this.child = child;
    let isOver = false;
    const over = (detail: string): void => {
      if (isOver) return;
      isOver = true;
      this.onExit(child, detail);
    };
    child.process.on('message', (message: FromHost) => this.onMessage(message));
    child.process.on('error', (error) => over(`the Lean host process could not be started: ${error.message}`));
    child.process.on('exit', (code, signal) =>
      over(`the Lean host process ended with ${signal ?? `code ${code}`}${child.stderr() && `: ${child.stderr()}`}`),
    );
  }

  /** Ends all provers and the process. */
  async close(): Promise<void> {
    this.isClosed = true;
    const child = this.child;
    if (!child || child.process.exitCode !== null || child.process.signalCode !== null) return;
    const ended = new Promise<void>((resolve) => child.process.once('exit', () => resolve()));
    const force = setTimeout(() => child.process.kill('SIGKILL'), CLOSE_GRACE_MS);
    if (child.process.connected) child.process.disconnect();
    await ended;
    clearTimeout(force);
  }

  private link(): HostLink {
    return {
      newProver: () => ++this.lastProver,
      send: (message) => {
        if (message.type === 'open') this.launch();
        this.child?.send(message);
      },
      request: (request) => this.request(request),
      repair: () => {
        this.repairing ??= this.repair().finally(() => {
          this.repairing = undefined;
        });
        return this.repairing;
      },
      stats: () => ({
        ...(this.pid !== undefined && { pid: this.pid }),
        ...(this.rss !== undefined && { rssBytes: this.rss }),
      }),
      isClosed: () => this.isClosed,
      forget: (transport) => this.transports.delete(transport),
    };
  }

  private request(request: Omit<HostRequest, 'type' | 'id'>): Promise<TransportReply> {
    const id = ++this.lastRequest;
    return new Promise((resolve) => {
      if (!this.child) {
        resolve({ kind: 'lost', reason: 'crashed', detail: 'the Lean host process has ended', ms: 0 });
        return;
      }
      this.pending.set(id, { resolve });
      this.child.send({ type: 'request', id, ...request });
    });
  }

  private onMessage(message: FromHost): void {
    if (message.type === 'memory') this.rss = message.rssBytes;
    else if (message.type === 'reply') this.settle(message.id, { kind: 'answer', text: message.text, ms: message.ms });
    else if (message.type === 'lost')
      this.settle(message.id, { kind: 'lost', reason: message.reason, detail: message.detail, ms: message.ms });
    if ('prover' in message) for (const transport of this.transports) transport.receive(message);
  }

  private settle(id: number, reply: TransportReply): void {
    const waiting = this.pending.get(id);
    this.pending.delete(id);
    waiting?.resolve(reply);
  }

  private onExit(child: HostChild, detail: string): void {
    if (this.child !== child) return;
    this.child = undefined;
    this.rss = undefined;
    const reason: LostReason = this.isClosed ? 'closed' : 'crashed';
    for (const id of [...this.pending.keys()]) this.settle(id, { kind: 'lost', reason, detail, ms: 0 });
    for (const transport of this.transports) transport.hostEnded(reason, detail);
  }

  /** The image turned out to be damaged: builds it again and starts the process on it. */
  private async repair(): Promise<StartFailed | undefined> {
    const child = this.child;
    child?.process.kill('SIGKILL');
    if (child) this.onExit(child, 'the Lean image was damaged and is built again');
    const entry = await rebuildEntry(this.options, this.entry.folder);
    if (entry.kind === 'startFailed') return entry;
    this.prepared = entry;
    return undefined;
  }
}
