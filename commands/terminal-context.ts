import { createInterface } from 'node:readline/promises';
import type { CommandContext } from './context.ts';
import { progressTerminal } from './progress/terminal.ts';

/** The context of the command line: the process's own streams, folder and signals. */
export function terminalContext(): CommandContext {
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      // A second one means it.
      if (stop.signal.aborted) process.exit(signal === 'SIGINT' ? 130 : 143);
      stop.abort(signal);
    });
  }
  const interactive = process.stdin.isTTY === true && process.stderr.isTTY === true;
  return {
    out: (text) => process.stdout.write(`${text}\n`),
    note: (text) => process.stderr.write(`${text}\n`),
    terminal: progressTerminal(process.stderr, process.env),
    environment: process.env,
    folder: process.cwd(),
    readInput,
    confirm: interactive ? confirm : async () => false,
    interactive,
    signal: stop.signal,
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
