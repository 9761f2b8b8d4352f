import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { resources } from '../../lean/pool/resources.ts';
import { Gate, holdExit } from './gate.ts';
import type { FromThread, ThreadReply, ThreadRequest, ThreadTask, ToThread } from './thread-messages.ts';
import type { OnnxFailed, OnnxOptions, OnnxWorker } from './worker.ts';

const FROM_SOURCES = import.meta.url.endsWith('.ts');
const THREAD_SCRIPT = fileURLToPath(new URL(FROM_SOURCES ? './thread.ts' : './onnx-thread.js', import.meta.url));

/** Starts ONNX Runtime in a thread of its own; about 50 ms on a processor. */
export async function openOnnx(
  options: OnnxOptions = {},
): Promise<{ readonly kind: 'onnx'; readonly worker: OnnxWorker } | OnnxFailed> {
  const threads = options.threads || Math.max(1, Math.floor(resources().cores));
  const gate = new Gate();
  const task: ThreadTask = { device: options.device ?? 'auto', threads, gate: gate.memory };
  const thread = new Worker(THREAD_SCRIPT, { workerData: task, stdout: false, stderr: false });
  const letExit = holdExit(gate);
  thread.once('exit', () => {
    letExit();
    gate.leave();
  });
  const first = await new Promise<FromThread | OnnxFailed>((resolve) => {
    thread.once('message', resolve);
    thread.once('error', (error) => resolve(lost(describe(error))));
    thread.once('exit', (code) => resolve(lost(`it ended with code ${code}`)));
  });
  if ('type' in first && first.type === 'ready')
    return { kind: 'onnx', worker: new ThreadedOnnx(thread, gate, first.device, threads) };
  await gate.empty();
  await thread.terminate();
  if ('kind' in first) return first;
  if (first.type === 'unavailable') return first.failure;
  throw new Error(`the ONNX thread began with the message ${first.type}`);
}

function lost(why: string): OnnxFailed {
  return { kind: 'onnxFailed', reason: 'lost', message: `the thread of ONNX Runtime is gone (${why})` };
}

const describe = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const CLOSED: OnnxFailed = { kind: 'onnxFailed', reason: 'closed', message: 'ONNX Runtime has been closed' };

class ThreadedOnnx implements OnnxWorker {
  readonly device;
  readonly threads;
  readonly #thread: Worker;
  readonly #gate: Gate;
  readonly #waiting = new Map<number, (reply: ThreadReply) => void>();
  #asked = 0;
  #end: OnnxFailed | null = null;

  constructor(thread: Worker, gate: Gate, device: OnnxWorker['device'], threads: number) {
    this.#thread = thread;
    this.#gate = gate;
    this.device = device;
    this.threads = threads;
    thread.on('message', (message: FromThread) => {
      if (message.type !== 'reply') return;
      const answer = this.#waiting.get(message.id);
      // An answer that comes after closing must not let the process end before the thread has.
      if (answer === undefined) return;
      answer(message.reply);
      this.#settle(message.id);
    });
    thread.on('error', (error) => this.#finish(lost(describe(error))));
    thread.on('exit', (code) => this.#finish(lost(`it ended with code ${code}`)));
    // Somebody who waits for an answer holds the process; an idle thread does not.
    thread.unref();
  }

  async load(model: Uint8Array) {
    const reply = await this.#ask({ type: 'load', model });
    return reply.kind === 'loaded' ? reply : failure(reply);
  }

  async unload(session: number) {
    await this.#ask({ type: 'unload', session });
  }

  async run(request: Parameters<OnnxWorker['run']>[0], transfer?: readonly ArrayBuffer[]) {
    const reply = await this.#ask({ type: 'run', request }, transfer);
    return reply.kind === 'ran' ? reply : failure(reply);
  }

  async keep(...[name, tensor, transfer]: Parameters<OnnxWorker['keep']>) {
    return unless(await this.#ask({ type: 'keep', name, tensor }, transfer));
  }

  async rename(names: Readonly<Record<string, string>>) {
    return unless(await this.#ask({ type: 'rename', names }));
  }

  async share(names: Readonly<Record<string, string>>) {
    return unless(await this.#ask({ type: 'share', names }));
  }

  async read(names: readonly string[]) {
    const reply = await this.#ask({ type: 'read', names });
    return reply.kind === 'read' ? reply : failure(reply);
  }

  async drop(names: readonly string[]) {
    await this.#ask({ type: 'drop', names });
  }

  async close() {
    this.#finish(CLOSED);
    this.#gate.shut();
    // Waiting for the gate does not hold the process; the thread does.
    this.#thread.ref();
    await this.#gate.empty();
    await this.#thread.terminate();
  }

  #ask(request: ThreadRequest, transfer: readonly ArrayBuffer[] = []): Promise<ThreadReply> {
    if (this.#end !== null) return Promise.resolve(this.#end);
    this.#asked += 1;
    const id = this.#asked;
    return new Promise((resolve) => {
      if (this.#waiting.size === 0) this.#thread.ref();
      this.#waiting.set(id, resolve);
      this.#thread.postMessage({ id, request } satisfies ToThread, [...transfer]);
    });
  }

  #settle(id: number): void {
    if (this.#waiting.delete(id) && this.#waiting.size === 0) this.#thread.unref();
  }

  #finish(end: OnnxFailed): void {
    this.#end ??= end;
    for (const [id, resolve] of this.#waiting) {
      resolve(this.#end);
      this.#settle(id);
    }
  }
}

function failure(reply: ThreadReply): OnnxFailed {
  if (reply.kind === 'onnxFailed') return reply;
  throw new Error(`the ONNX thread answered ${reply.kind}`);
}

function unless(reply: ThreadReply): OnnxFailed | null {
  return reply.kind === 'onnxFailed' ? reply : null;
}
