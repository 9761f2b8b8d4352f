import { createInterface } from 'node:readline/promises';
import { cleanText } from '../src/text/clean.ts';
import { type CommandContext, EXIT } from './context.ts';
import { echoedSignals } from './echoed-signals.ts';
import { progressTerminal } from './progress/terminal.ts';

/** The context of the command line: the process's own streams, folder and signals. */
export function terminalContext(): CommandContext {
  const stop = new AbortController();
  let taker: ((signal: string) => void) | null = null;
  let outlivesReader = false;
  const isEcho = echoedSignals();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (isEcho(signal)) return;
      if (taker !== null) return taker(signal);
      // A second one means it.
      if (stop.signal.aborted) process.exit(signal === 'SIGINT' ? 130 : 143);
      stop.abort(signal);
    });
  }
  // A reader that goes away (`| head`) ends us quietly, unless the command has more to do than to be read.
  for (const stream of [process.stdout, process.stderr])
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (taker === null && !outlivesReader) process.exit(error.code === 'EPIPE' ? EXIT.ok : EXIT.failed);
    });
  const interactive = process.stdin.isTTY === true && process.stderr.isTTY === true;
  return {
    // What a program reads stays as it is; a terminal would act on what it holds.
    out: (text) => process.stdout.write(`${process.stdout.isTTY ? cleanText(text, Number.POSITIVE_INFINITY) : text}\n`),
    note: (text) => process.stderr.write(`${text}\n`),
    terminal: progressTerminal(process.stderr, process.env),
    environment: process.env,
    folder: process.cwd(),
    readInput,
    confirm: interactive ? confirm : async () => false,
    interactive,
    signal: stop.signal,
    outliveReader: () => {
      outlivesReader = true;
    },
    takeSignals: (taking) => {
      taker = taking;
      return () => {
        taker = null;
      };
    },
  };
}

async function readInput(): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString('utf8');
}

async function confirm(question: string): Promise<boolean> {
  const line = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^y(es)?$/i.test((await line.question(`${question} [y/N] `)).trim());
  } finally {
    line.close();
  }
}
