import { LeanClient } from './client.ts';
import { openEmbeddedHost } from './embedded/embedded-host.ts';
import { checkImports } from './embedded-kind.ts';
import { LineBuffer } from './native/line-buffer.ts';
import { PROOFDECK_DIALECT } from './protocol/dialect.ts';
import { requestLine } from './protocol/requests.ts';
import type { StartFailed, Transport } from './transport.ts';
import type { WorkerProgress } from './workers.ts';

export interface ServeOptions {
  readonly cacheRoot: string;
  /** Modules that have to be there; all of them are imported in any case. */
  readonly modules: readonly string[];
  readonly input: AsyncIterable<Buffer | string>;
  /** Writes one line; resolves when more may be written. */
  readonly output: (line: string) => Promise<void>;
  readonly onProgress?: (progress: WorkerProgress) => void;
  readonly signal?: AbortSignal;
}

export type ServeResult =
  /** A blank line or the end of input. */
  | { readonly kind: 'ended' }
  /** Lean died or was killed. Its states are gone and their numbers would mean others, so serving ends, as a native binary would. */
  | { readonly kind: 'lost'; readonly message: string }
  | StartFailed;

/** Longest timer that Node keeps: a client that sets no `timeout` wants none. */
const NO_TIMEOUT_MS = 2 ** 31 - 1;

/**
 * The embedded Lean as Pantograph's `repl` is seen from outside: `ready.`, then one answer line for each request line,
 * in order, until a blank line or the end of input. The option `timeout` is kept with a clock outside Lean.
 */
export async function serveLean(options: ServeOptions): Promise<ServeResult> {
  const { cacheRoot, onProgress, signal } = options;
  // A worker that is started anew has lost its states, which no client of this protocol expects.
  const host = await openEmbeddedHost({
    cacheRoot,
    recycleBytes: 0,
    ...(onProgress && { onProgress }),
    ...(signal && { signal }),
  });
  if (host.kind === 'startFailed') return host;
  const transport = host.transport();
  const stop = (): void => void host.close();
  signal?.addEventListener('abort', stop, { once: true });
  try {
    const started = await transport.start();
    if (started.kind === 'startFailed') return started;
    const failure = await checkImports(new LeanClient(transport, PROOFDECK_DIALECT), options.modules);
    if (failure) return failure;
    await options.output('ready.');
    return await answerLines(transport, options);
  } finally {
    signal?.removeEventListener('abort', stop);
    await host.close();
  }
}

async function answerLines(transport: Transport, { input, output }: ServeOptions): Promise<ServeResult> {
  let timeoutMs = NO_TIMEOUT_MS;
  const { generation } = transport;
  for await (const line of readAhead(linesOf(input), (read) => isCancel(read) && transport.cancel())) {
    if (line.trim() === '') return { kind: 'ended' };
    if (isCancel(line)) {
      await output('{}');
      continue;
    }
    const reply = await transport.ask(line, { timeoutMs });
    if (reply.kind === 'lost' || transport.generation !== generation) {
      const message =
        reply.kind === 'lost' ? `Lean was lost (${reply.reason}): ${reply.detail}` : 'Lean was started anew';
      await output(JSON.stringify({ error: 'main', desc: message }));
      return { kind: 'lost', message };
    }
    await output(reply.text);
    if (line.includes('options.set')) timeoutMs = (await timeoutOption(transport)) ?? timeoutMs;
  }
  return { kind: 'ended' };
}

/** The client's `timeout` as Lean keeps it, whatever the form of the request that set it. */
async function timeoutOption(transport: Transport): Promise<number | undefined> {
  const reply = await transport.ask(requestLine('options.print', {}), { timeoutMs: NO_TIMEOUT_MS });
  const found = reply.kind === 'answer' ? /"timeout":\s*(\d+)/.exec(reply.text) : null;
  if (!found) return undefined;
  return Math.min(Number(found[1]), NO_TIMEOUT_MS) || NO_TIMEOUT_MS;
}

/** `proofdeck.cancel` acts when it is read, and is answered when its turn comes. */
function isCancel(line: string): boolean {
  return /^\s*(proofdeck\.cancel(\s|$)|\{\s*"cmd"\s*:\s*"proofdeck\.cancel")/.test(line);
}

/** Reads on while earlier lines are being worked on, and shows each line to `seen` as soon as it is there. */
async function* readAhead(lines: AsyncIterable<string>, seen: (line: string) => void): AsyncGenerator<string> {
  const waiting: string[] = [];
  let isOver = false;
  let wake = (): void => {};
  const reading = (async () => {
    try {
      for await (const line of lines) {
        seen(line);
        waiting.push(line);
        wake();
      }
    } finally {
      isOver = true;
      wake();
    }
  })();
  // Whoever stops listening early does not want to hear of it; the others do, below.
  reading.catch(() => {});
  for (;;) {
    const line = waiting.shift();
    if (line !== undefined) yield line;
    else if (isOver) break;
    else await new Promise<void>((resolve) => (wake = resolve));
  }
  await reading;
}

async function* linesOf(input: AsyncIterable<Buffer | string>): AsyncGenerator<string> {
  const lines = new LineBuffer();
  for await (const chunk of input) yield* lines.push(Buffer.from(chunk));
  const rest = lines.rest();
  if (rest.trim() !== '') yield rest;
}
