import { isAnswerLine } from '../protocol/answer.ts';
import type {
  AskLimit,
  LostReason,
  StartFailed,
  StartResult,
  Transport,
  TransportKind,
  TransportReply,
  TransportStats,
} from '../transport.ts';
import { Child, type ChildCommand } from './child.ts';
import { residentBytes } from './process-tree.ts';
import { exitedBeforeReady } from './start-errors.ts';

const DEFAULT_GRACE_MS = 1500;
/** Loading Mathlib takes minutes on a cold disk. */
const READY_TIMEOUT_MS = 120_000;
/** How long a figure of resident memory is good enough. */
const STATS_MS = 2000;

export interface ProcessTransportOptions extends ChildCommand {
  readonly kind: TransportKind;
  /** For messages: `Pantograph 0.3.4`. */
  readonly name: string;
  /** @default 120 s */
  readonly readyTimeoutMs?: number;
}

interface Running {
  readonly since: number;
  readonly settle: (reply: TransportReply) => void;
  readonly limit: AskLimit;
  timer: NodeJS.Timeout;
}

/** One life of the process. */
interface Life {
  readonly child: Child;
  readonly onReady: (failure?: StartFailed) => void;
  isReady: boolean;
  /** Set when it is being killed: why its request is lost. */
  ending?: { readonly reason: LostReason; readonly detail: string };
}

/** A native Lean process that says `ready.`, then answers one line with one line. */
export class ProcessTransport implements Transport {
  readonly kind: TransportKind;
  private readonly options: ProcessTransportOptions;
  private readonly listeners = new Set<(reason: string) => void>();
  private chain: Promise<unknown> = Promise.resolve();
  /** Requests on their way, and whether the next is to be cancelled as soon as it runs. */
  private pending = 0;
  private cancelNext = false;
  private starting: Promise<StartResult> | undefined;
  private life: Life | undefined;
  private running: Running | undefined;
  private lives = 0;
  private isClosed = false;
  private lastStartMs = 0;
  private resident: { readonly at: number; readonly bytes: number | undefined } | undefined;

  constructor(options: ProcessTransportOptions) {
    this.kind = options.kind;
    this.options = options;
  }

  get generation(): number {
    return this.lives;
  }

  get alive(): boolean {
    return this.life?.isReady === true && this.life.ending === undefined;
  }

  start(): Promise<StartResult> {
    this.starting ??= this.restart().finally(() => {
      this.starting = undefined;
    });
    return this.starting;
  }

  ask(line: string, limit: AskLimit): Promise<TransportReply> {
    // A blank line would end the process, and a line break would make two requests of one.
    if (line.trim() === '' || line.includes('\n'))
      throw new Error(`not one request line: ${JSON.stringify(line.slice(0, 80))}`);
    this.pending += 1;
    const turn = this.chain.then(() => this.askNow(line, limit));
    this.chain = turn.finally(() => {
      this.pending -= 1;
    });
    return turn;
  }

  /** Nothing can tell native Lean to stop, so this waits as long as starting again would take, and then kills. */
  cancel(): void {
    const { running } = this;
    if (!running) {
      this.cancelNext = this.pending > 0;
      return;
    }
    const patience = Math.max(running.limit.graceMs ?? DEFAULT_GRACE_MS, this.lastStartMs);
    const left =
      running.since + running.limit.timeoutMs + (running.limit.graceMs ?? DEFAULT_GRACE_MS) - performance.now();
    this.killAfter(running, Math.min(patience, left), 'did not stop after being cancelled');
  }

  stats(): TransportStats {
    const pid = this.life?.child.pid;
    if (pid === undefined) return {};
    if (!this.resident || performance.now() - this.resident.at > STATS_MS)
      this.resident = { at: performance.now(), bytes: residentBytes(pid) };
    const { bytes } = this.resident;
    return { pid, ...(bytes === undefined ? {} : { rssBytes: bytes }) };
  }

  onLost(listener: (reason: string) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  async close(): Promise<void> {
    this.isClosed = true;
    await this.end('closed', `${this.options.name} was closed`);
    await this.starting;
  }

  private async askNow(line: string, limit: AskLimit): Promise<TransportReply> {
    if (!this.alive) {
      const started = await this.start();
      if (started.kind === 'startFailed') {
        const reason =
          started.category === 'closed' || started.category === 'outOfMemory' ? started.category : 'crashed';
        return { kind: 'lost', reason, detail: `${started.message}${started.detail && `: ${started.detail}`}`, ms: 0 };
      }
    }
    const { promise, resolve } = Promise.withResolvers<TransportReply>();
    const running: Running = { since: performance.now(), settle: resolve, limit, timer: setTimeout(() => {}, 0) };
    this.running = running;
    this.killAfter(
      running,
      limit.timeoutMs + (limit.graceMs ?? DEFAULT_GRACE_MS),
      `no answer within ${limit.timeoutMs} ms`,
    );
    this.life?.child.write(line);
    if (this.cancelNext) this.cancel();
    this.cancelNext = false;
    return promise;
  }

  private killAfter(running: Running, ms: number, detail: string): void {
    clearTimeout(running.timer);
    running.timer = setTimeout(() => void this.end('timeout', detail), Math.max(0, ms));
  }

  private async restart(): Promise<StartResult> {
    await this.end('closed', 'started anew');
    if (this.isClosed)
      return { kind: 'startFailed', category: 'closed', message: `${this.options.name} was closed`, detail: '' };
    const { name, readyTimeoutMs = READY_TIMEOUT_MS } = this.options;
    const began = performance.now();
    const { promise, resolve } = Promise.withResolvers<StartFailed | undefined>();
    const child = new Child(this.options, (line) => this.onLine(life, line));
    const life: Life = { child, isReady: false, onReady: resolve };
    this.life = life;
    const timer = setTimeout(() => {
      resolve({
        kind: 'startFailed',
        category: 'readyTimeout',
        message: `${name} was not ready after ${readyTimeoutMs / 1000} s`,
        detail: child.stderr,
      });
      void child.kill();
    }, readyTimeoutMs);
    void child.ended.then((ending) => {
      resolve(
        this.isClosed
          ? { kind: 'startFailed', category: 'closed', message: `${name} was closed`, detail: '' }
          : exitedBeforeReady(name, ending, child.stderr),
      );
      this.onEnded(life, ending);
    });
    const failure = await promise;
    clearTimeout(timer);
    if (failure) return failure;
    this.lives += 1;
    this.lastStartMs = performance.now() - began;
    return { kind: 'ready', startMs: Math.round(this.lastStartMs) };
  }

  private onLine(life: Life, line: string): void {
    if (life !== this.life) return;
    if (!life.isReady) {
      if (line.trim() !== 'ready.') return;
      life.isReady = true;
      life.onReady();
      return;
    }
    const answer = answerIn(line);
    const { running } = this;
    if (answer === undefined || !running || life.ending) return;
    clearTimeout(running.timer);
    this.running = undefined;
    running.settle({ kind: 'answer', text: answer, ms: performance.now() - running.since });
  }

  /** Ends the present life, if there is one. Its request is lost for the given reason. */
  private async end(reason: LostReason, detail: string): Promise<void> {
    const { life } = this;
    if (!life) return;
    life.ending ??= { reason, detail };
    await life.child.kill();
    this.onEnded(life, detail);
  }

  private onEnded(life: Life, ending: string): void {
    if (this.life !== life) return;
    this.life = undefined;
    this.resident = undefined;
    const { running } = this;
    this.running = undefined;
    const { stderr } = life.child;
    const detail = `${this.options.name} ended with ${ending}${stderr && `: ${stderr}`}`;
    if (running) {
      clearTimeout(running.timer);
      const reason = /out of memory|std::bad_alloc/i.test(stderr) ? 'outOfMemory' : 'crashed';
      running.settle({ kind: 'lost', ...(life.ending ?? { reason, detail }), ms: performance.now() - running.since });
    }
    if (life.isReady) for (const listener of this.listeners) listener(life.ending?.detail ?? detail);
  }
}

/** The answer in a line of stdout. Before 0.3.4, text that a command prints may stand on lines of its own or in front of the answer. */
function answerIn(line: string): string | undefined {
  if (isAnswerLine(line)) return line;
  for (let at = line.indexOf('{"'); at >= 0; at = line.indexOf('{"', at + 1)) {
    const rest = line.slice(at);
    if (isAnswerLine(rest)) return rest;
  }
  return undefined;
}
