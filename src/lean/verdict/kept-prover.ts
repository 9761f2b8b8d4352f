import type { Transport, TransportReply } from '../transport.ts';

/** Opens a prover that has run nothing. */
export type OpenProver = () => Transport | Promise<Transport>;

export interface KeptProverOptions {
  readonly open: OpenProver;
  /** Requests after which the prover is replaced by a new one, in the background. */
  readonly uses: number;
}

/**
 * One prover kept ready for judging. Requests run one after the other; after a number of them, and after every request
 * that did not come to an end, it starts anew before the next.
 */
export class KeptProver {
  readonly #options: KeptProverOptions;
  #transport: Promise<Transport> | undefined;
  #used = 0;
  #turn: Promise<unknown> = Promise.resolve();
  #isClosed = false;

  constructor(options: KeptProverOptions) {
    this.#options = options;
  }

  /** Starts it ahead of the first request. Failures show at the request. */
  async warm(): Promise<void> {
    const transport = await this.#ready();
    await transport.start();
  }

  ask(line: string, timeoutMs: number): Promise<TransportReply> {
    const reply = this.#turn.then(() => this.#askNow(line, timeoutMs));
    this.#turn = reply.catch(() => undefined);
    return reply;
  }

  /** Bytes of memory of the prover alone, where the transport can tell. */
  async memoryBytes(): Promise<number | undefined> {
    return (await this.#transport)?.stats().memoryBytes;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    const transport = await this.#transport?.catch(() => undefined);
    await transport?.close();
  }

  async #askNow(line: string, timeoutMs: number): Promise<TransportReply> {
    if (this.#isClosed) return { kind: 'lost', reason: 'closed', detail: 'the judge was closed', ms: 0 };
    const transport = await this.#ready();
    const reply = await transport.ask(line, { timeoutMs });
    this.#used++;
    if (this.#used >= this.#options.uses && reply.kind === 'answer') {
      this.#used = 0;
      void transport.start();
    }
    return reply;
  }

  #ready(): Promise<Transport> {
    this.#transport ??= Promise.resolve(this.#options.open());
    return this.#transport;
  }
}
