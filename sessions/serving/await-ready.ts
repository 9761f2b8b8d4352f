import { join } from 'node:path';
import { endingWords, remedyFor } from '../../src/inference/serve/death.ts';
import { blotOut, lastLines } from '../../src/inference/serve/log-tail.ts';
import { type Readiness, waitUntilReady } from '../../src/inference/serve/readiness.ts';
import type { ServerProcess, ServerRecord } from '../../src/inference/serve/record.ts';
import { systemClock } from '../../src/search/world.ts';
import { duration } from '../../src/text/quantity.ts';
import {
  allKeys,
  now,
  readKeys,
  type ServingContext,
  type ServingFailed,
  servingFailed,
  withTransport,
} from './context.ts';
import type { Begun } from './launch-server.ts';
import { forgetKeys, keepReady, serverFolder } from './server-store.ts';
import { StartProgress } from './start-progress.ts';
import type { StartResult } from './start-server.ts';

/** Waits until a server that was launched does its work. Nobody else is kept from it meanwhile: it can be stopped. */
export async function awaitReady({ record, already, ending }: Begun, context: ServingContext): Promise<StartResult> {
  const { home, clock = systemClock, signal } = context;
  const { name, url, process } = record;
  if (process === null) throw new Error(`the server ${name} was launched and has no process`);
  const keys = await readKeys(context);
  if (keys.kind === 'servingFailed') return keys;
  const logPath = join(serverFolder(home, name), process.log);
  const progress = new StartProgress(context.note, () => lastLines(logPath, 1, allKeys(keys)).at(-1) ?? null);
  const readiness = await withTransport(url, keys.usual, context, (transport) =>
    waitUntilReady({
      transport,
      mode: record.mode ?? 'generate',
      ending,
      patienceMs: process.settings.start_timeout * 1000,
      clock,
      signal,
      onPhase: (phase) => progress.phase(phase),
    }),
  ).finally(() => progress.close());
  blotOut(logPath, allKeys(keys));
  if (readiness.kind === 'died') await forgetKeys(home, record);
  if (readiness.kind !== 'ready')
    return notReady(record, process, readiness, lastLines(logPath, shownLines, allKeys(keys)), logPath);
  const ready = await keepReady(home, record, now());
  return { kind: 'started', state: already ? 'already' : 'ready', record: ready, ms: readiness.ms };
}

const shownLines = 12;

function notReady(
  { name }: ServerRecord,
  { identity: { pid } }: ServerProcess,
  readiness: Exclude<Readiness, { kind: 'ready' }>,
  lines: readonly string[],
  log: string,
): ServingFailed {
  const goesOn = `process ${pid} goes on: "proofdeck llm serve status" shows it, "proofdeck llm serve stop ${name}" ends it`;
  switch (readiness.kind) {
    case 'died': {
      const remedy = remedyFor(lines);
      const said =
        lines.length === 0 ? ' without a word' : `. Its last lines:\n${lines.map((line) => `  ${line}`).join('\n')}`;
      const message = `the server ${name} ended ${endingWords(readiness.ending)} after ${duration(readiness.ms)}${said}\nlog: ${log}`;
      return servingFailed('failed', remedy === null ? message : `${message}\nwhat to do: ${remedy}`);
    }
    case 'unfit':
      return servingFailed('failed', `the server ${name} cannot be used: ${readiness.message}\nlog: ${log}\n${goesOn}`);
    case 'notYet':
      return servingFailed(
        'failed',
        `the server ${name} is ${readiness.message}\nlog: ${log}\n${goesOn}; serve.start_timeout sets how long is waited`,
      );
    case 'aborted':
      return servingFailed('interrupted', `not waited for any longer; ${goesOn}`);
  }
}
