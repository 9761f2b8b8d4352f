import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { shellText } from '../../src/inference/serve/command-line.ts';
import { endingWords, remedyFor } from '../../src/inference/serve/death.ts';
import { chosenGpus } from '../../src/inference/serve/gpu-memory.ts';
import { type Launched, launch } from '../../src/inference/serve/launch.ts';
import { blotOut, lastLines } from '../../src/inference/serve/log-tail.ts';
import { type Readiness, waitUntilReady } from '../../src/inference/serve/readiness.ts';
import type { ServerRecord } from '../../src/inference/serve/record.ts';
import { systemClock } from '../../src/search/world.ts';
import { storageFailure } from '../../src/storage/failure.ts';
import { duration } from '../../src/text/quantity.ts';
import {
  allKeys,
  gpusNow,
  now,
  type ServerKeys,
  type ServingContext,
  type ServingFailed,
  servingFailed,
  withTransport,
} from './context.ts';
import type { LaunchPlan } from './plan.ts';
import { keepServer, keyFilePath, newLogName, serverFolder } from './server-store.ts';
import { StartProgress } from './start-progress.ts';
import type { StartOptions, StartResult } from './start-server.ts';

/** Launches a server and, unless told otherwise, waits until it does its work. */
export async function launchServer(
  plan: LaunchPlan,
  keys: ServerKeys,
  context: ServingContext,
  options: StartOptions,
): Promise<StartResult> {
  const { home, folder, environment } = context;
  const log = await newLogName(home, plan.name, new Date());
  const logPath = join(serverFolder(home, plan.name), log);
  const refused = await writeKeys(keyFilePath(home, plan.name), keys);
  if (refused !== null) return refused;
  // It gets its keys in the file; what we read them from is not its matter.
  const { [context.config.sglang.api_key_env]: _, [context.config.serve.admin_key_env]: __, ...rest } = environment;
  const launched = await launch({
    command: plan.command,
    log: logPath,
    folder,
    environment: { ...rest, ...plan.variables },
  });
  if (launched.kind !== 'launched') {
    await rm(keyFilePath(home, plan.name), { force: true });
    return servingFailed('missing', launched.message);
  }
  const read = await gpusNow(context);
  const gpus =
    read.kind === 'gpus' && read.gpus.length > 0 ? chosenGpus(read.gpus, plan.need).map(({ index }) => index) : null;
  const { program, args } = plan.command;
  const record: ServerRecord = {
    version: 1,
    name: plan.name,
    url: plan.url,
    mode: plan.mode,
    process: {
      identity: launched.identity,
      argv: [program, ...args],
      startedAt: now(),
      readyAt: null,
      log,
      gpus,
      settings: plan.settings,
    },
    paused: null,
    released: null,
  };
  const unkept = await keepServer(home, record);
  if (unkept !== null) {
    // A server that nobody knows of could never be stopped.
    process.kill(-launched.identity.pid, 'SIGKILL');
    return servingFailed('missing', unkept.message);
  }
  context.note(`process ${launched.identity.pid}: ${shellText([program, ...args])}`);
  context.note(`log: ${logPath}`);
  if (options.noWait === true) return { kind: 'started', state: 'loading', record, ms: null };
  return awaitReady(plan, record, launched, keys, context);
}

async function awaitReady(
  plan: LaunchPlan,
  record: ServerRecord,
  launched: Launched,
  keys: ServerKeys,
  context: ServingContext,
): Promise<StartResult> {
  const { home, clock = systemClock, signal } = context;
  const logPath = join(serverFolder(home, plan.name), record.process?.log ?? '');
  const progress = new StartProgress(context.note, () => lastLines(logPath, 1, allKeys(keys)).at(-1) ?? null);
  const readiness = await withTransport(plan.url, keys.usual, context, (transport) =>
    waitUntilReady({
      transport,
      mode: plan.mode,
      ending: launched.ending,
      patienceMs: plan.settings.start_timeout * 1000,
      clock,
      signal,
      onPhase: (phase) => progress.phase(phase),
    }),
  ).finally(() => progress.close());
  blotOut(logPath, allKeys(keys));
  if (readiness.kind === 'ready' || readiness.kind === 'died') await rm(keyFilePath(home, plan.name), { force: true });
  if (readiness.kind !== 'ready')
    return notReady(plan, record, readiness, lastLines(logPath, shownLines, allKeys(keys)), logPath);
  const ready: ServerRecord = {
    ...record,
    process: record.process && { ...record.process, readyAt: now() },
  };
  await keepServer(home, ready);
  return { kind: 'started', state: 'ready', record: ready, ms: readiness.ms };
}

const shownLines = 12;

function notReady(
  plan: LaunchPlan,
  record: ServerRecord,
  readiness: Exclude<Readiness, { kind: 'ready' }>,
  lines: readonly string[],
  log: string,
): ServingFailed {
  const pid = record.process?.identity.pid;
  const goesOn = `process ${pid} goes on: "proofdeck llm serve status" shows it, "proofdeck llm serve stop ${plan.name}" ends it`;
  switch (readiness.kind) {
    case 'died': {
      const remedy = remedyFor(lines);
      const said =
        lines.length === 0 ? ' without a word' : `. Its last lines:\n${lines.map((line) => `  ${line}`).join('\n')}`;
      const message = `the server ${plan.name} ended ${endingWords(readiness.ending)} after ${duration(readiness.ms)}${said}\nlog: ${log}`;
      return servingFailed('failed', remedy === null ? message : `${message}\nwhat to do: ${remedy}`);
    }
    case 'unfit':
      return servingFailed(
        'failed',
        `the server ${plan.name} cannot be used: ${readiness.message}\nlog: ${log}\n${goesOn}`,
      );
    case 'notYet':
      return servingFailed(
        'failed',
        `the server ${plan.name} is ${readiness.message}\nlog: ${log}\n${goesOn}; serve.start_timeout sets how long is waited`,
      );
    case 'aborted':
      return servingFailed('interrupted', `not waited for any longer; ${goesOn}`);
  }
}

/** Keys go to the server in a file that nobody else can read: arguments can be read by everybody on the machine. */
async function writeKeys(path: string, { usual, admin }: ServerKeys): Promise<ServingFailed | null> {
  if (usual === null && admin === null) return null;
  const lines = [
    usual === null ? [] : [`api-key: ${JSON.stringify(usual.reveal())}`],
    admin === null ? [] : [`admin-api-key: ${JSON.stringify(admin.reveal())}`],
  ].flat();
  try {
    await rm(path, { force: true });
    await writeFile(path, `${lines.join('\n')}\n`, { mode: 0o600, flag: 'wx' });
    return null;
  } catch (error) {
    return servingFailed('missing', storageFailure(error, path, 'write').message);
  }
}
