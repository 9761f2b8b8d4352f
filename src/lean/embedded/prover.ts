import { Worker } from 'node:worker_threads';
import type { LostReason } from '../transport.ts';
import type { FromHost, HostRequest } from './host-protocol.ts';
import { THREAD_LIMITS, THREAD_SCRIPT } from './scripts.ts';
import type { FatalCategory, FromThread, ThreadTask, ToThread } from './thread-messages.ts';

/** How often the cancel flag is set again: Lean clears it when it begins with a request. */
const CANCEL_REPEAT_MS = 20;
/** Offset of the value in a Lean `IO.Ref`. */
const REF_VALUE_BYTES = 8;
/** `box(true)`, as Lean stores a Bool in a reference. */
const BOXED_TRUE = 3;

export interface ProverOptions {
  readonly number: number;
  readonly task: Extract<ThreadTask, { mode: 'serve' }>;
  readonly wasm: Promise<WebAssembly.Module>;
  /** Wasm memory never shrinks: past this size the prover ends when no request waits. 0 switches it off. */
  readonly recycleBytes: number;
  readonly send: (message: FromHost) => void;
  /** Called once, after the last message; a collection after it gives the memory back. */
  readonly onEnd: () => void;
}

interface Running {
  readonly request: HostRequest;
  readonly since: number;
  isAskedToStop: boolean;
  timer: NodeJS.Timeout;
}

interface End {
  readonly reason: LostReason | 'recycled';
  readonly category: FatalCategory | 'closed';
  readonly detail: string;
}

/** One life of one Lean in a worker thread of the host process: a queue, a clock outside Lean, cancelling and killing. */
export class Prover {
  private readonly options: ProverOptions;
  private readonly worker: Worker;
  private readonly queue: HostRequest[] = [];
  private readonly launched = performance.now();
  private cancelFlag: Int32Array | undefined;
  private running: Running | undefined;
  private ending: End | undefined;

  constructor(options: ProverOptions) {
    this.options = options;
    this.worker = new Worker(THREAD_SCRIPT, { workerData: options.task, resourceLimits: THREAD_LIMITS });
    options.wasm.then(
      (wasm) => this.post({ type: 'module', wasm }),
      (error: unknown) =>
        this.end({ reason: 'crashed', category: 'damaged', detail: `lean.wasm cannot be compiled: ${error}` }),
    );
    this.worker.on('message', (message: FromThread) => this.onMessage(message));
    this.worker.on('error', (error: Error) => {
      const isMemory = 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY';
      this.ending ??= isMemory
        ? { reason: 'outOfMemory', category: 'outOfMemory', detail: error.message }
        : { reason: 'crashed', category: 'crashed', detail: error.message };
    });
    this.worker.on('exit', () => this.onExit());
  }

  request(request: HostRequest): void {
    this.queue.push(request);
    this.next();
  }

  cancel(): void {
    if (this.running && !this.running.isAskedToStop) this.askToStop(this.running);
  }

  close(): void {
    this.end({ reason: 'closed', category: 'closed', detail: 'the prover was closed' });
  }

  private post(message: ToThread): void {
    this.worker.postMessage(message);
  }

  private onMessage(message: FromThread): void {
    const { number, send } = this.options;
    if (message.type === 'ready') {
      this.cancelFlag = new Int32Array(message.memory.buffer, message.cancel + REF_VALUE_BYTES, 1);
      send({
        type: 'ready',
        prover: number,
        startMs: performance.now() - this.launched,
        bytes: message.memory.buffer.byteLength,
      });
      this.next();
    } else if (message.type === 'reply') {
      this.onReply(message);
    } else if (message.type === 'fatal') {
      const reason = message.category === 'outOfMemory' ? 'outOfMemory' : 'crashed';
      this.ending ??= { reason, category: message.category, detail: message.reason };
    } else if (message.type === 'line' && /out of memory/i.test(message.text)) {
      // Lean says so on its error stream before it exits.
      this.ending ??= { reason: 'outOfMemory', category: 'outOfMemory', detail: message.text };
    }
  }

  private next(): void {
    if (!this.cancelFlag || this.running || this.ending) return;
    const request = this.queue.shift();
    if (!request) return;
    const running: Running = {
      request,
      since: performance.now(),
      isAskedToStop: false,
      timer: setTimeout(() => this.askToStop(running), request.timeoutMs),
    };
    this.running = running;
    this.post({ type: 'request', id: request.id, text: request.text });
  }

  private askToStop(running: Running): void {
    clearTimeout(running.timer);
    running.isAskedToStop = true;
    const { graceMs } = running.request;
    const killAt = performance.now() + graceMs;
    const step = (): void => {
      if (performance.now() < killAt) Atomics.store(this.cancelFlag!, 0, BOXED_TRUE);
      else
        this.end({
          reason: 'timeout',
          category: 'crashed',
          detail: `did not stop within ${graceMs} ms of being asked to, and was killed`,
        });
    };
    running.timer = setInterval(step, CANCEL_REPEAT_MS);
    step();
  }

  private onReply(reply: Extract<FromThread, { type: 'reply' }>): void {
    if (this.running?.request.id !== reply.id) return;
    clearInterval(this.running.timer);
    this.running = undefined;
    const { number, recycleBytes, send } = this.options;
    send({ type: 'reply', prover: number, id: reply.id, text: reply.text, ms: reply.ms, bytes: reply.bytes });
    if (recycleBytes > 0 && reply.bytes > recycleBytes && this.queue.length === 0) {
      this.end({
        reason: 'recycled',
        category: 'closed',
        detail: `its memory had grown to ${reply.bytes} bytes, more than ${recycleBytes}`,
      });
    } else this.next();
  }

  /** Terminates the thread; all is reported when it has ended. */
  private end(end: End): void {
    this.ending ??= end;
    if (this.running) clearInterval(this.running.timer);
    void this.worker.terminate();
  }

  private onExit(): void {
    const { number, send, onEnd } = this.options;
    const { reason, category, detail } = this.ending ?? {
      reason: 'crashed',
      category: 'crashed',
      detail: 'Lean ended by itself',
    };
    // First, so that whoever hears of a lost request already knows that the prover is gone.
    send(
      this.cancelFlag
        ? { type: 'ended', prover: number, reason, detail }
        : { type: 'startFailed', prover: number, category, detail },
    );
    const lostReason = reason === 'recycled' ? 'closed' : reason;
    if (this.running) {
      clearInterval(this.running.timer);
      send({
        type: 'lost',
        id: this.running.request.id,
        reason: lostReason,
        detail,
        ms: performance.now() - this.running.since,
      });
    }
    for (const { id } of this.queue)
      send({ type: 'lost', id, reason: lostReason, detail: `before this request reached Lean: ${detail}`, ms: 0 });
    this.cancelFlag = undefined;
    onEnd();
  }
}
