import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { shellText } from '../../src/inference/serve/command-line.ts';
import { endingWords, remedyFor } from '../../src/inference/serve/death.ts';
import { chosenGpus } from '../../src/inference/serve/gpu-memory.ts';
import { type Launched, launch } from '../../src/inference/serve/launch.ts';
import { blotOut, lastLines } from '../../src/inference/serve/log-tail.ts';
import { portState } from '../../src/inference/serve/port-holder.ts';
import { type Readiness, waitUntilReady } from '../../src/inference/serve/readiness.ts';
import type { ServerRecord } from '../../src/inference/serve/record.ts';
import { systemClock } from '../../src/search/world.ts';
import { storageFailure } from '../../src/storage/failure.ts';
import { acquireLock, describeHolder } from '../../src/storage/lock.ts';
import { makeFolder } from '../../src/storage/make-folder.ts';
import { liveness } from '../../src/storage/process-identity.ts';
import { duration } from '../../src/text/quantity.ts';
import {
  allKeys,
  gpusNow,
  now,
  readKeys,
  type ServerKeys,
  type ServingContext,
  type ServingFailed,
  servingFailed,
  withTransport,
} from './context.ts';
import { makeRoom, type RoomOptions } from './make-room.ts';
import { type LaunchPlan, planLaunch, type StartWish } from './plan.ts';
import { keepServer, keyFilePath, newLogName, readServer, serverFolder, serverLockPath } from './server-store.ts';
import { StartProgress } from './start-progress.ts';

export interface StartOptions extends RoomOptions {
  /** Whether to return at once, while it loads. @default false */
  readonly noWait?: boolean;
}

export type StartResult =
  | {
      readonly kind: 'started';
      /** `already`: it ran before. */
      readonly state: 'ready' | 'loading' | 'already';
      readonly record: ServerRecord;
      readonly ms: number | null;
    }
  | ServingFailed;

/** Starts a server and waits until it does its work. It lives on when we end. */
export async function startServer(
  wish: StartWish,
  context: ServingContext,
  options: StartOptions = {},
): Promise<StartResult> {
  const keys = await readKeys(context);
  if (keys.kind === 'servingFailed') return keys;
  const plan = planLaunch(wish, context, allKeys(keys).length > 0);
  if (plan.kind === 'servingFailed') return plan;
  const { home } = context;
  try {
    await makeFolder(serverFolder(home, plan.name));
  } catch (error) {
    return servingFailed('missing', storageFailure(error, serverFolder(home, plan.name), 'make').message);
  }
  const locked = await acquireLock(serverLockPath(home, plan.name));
  if (locked.kind === 'storageFailed') return servingFailed('missing', locked.message);
  if (locked.kind === 'heldBy')
    return servingFailed(
      'failed',
      `${describeHolder(locked.holder)}, is starting or stopping the server ${plan.name}; wait for it`,
    );
  try {
    return await startLocked(plan, keys, context, options);
  } finally {
    locked.lock.release();
  }
}

async function startLocked(
  plan: LaunchPlan,
  keys: ServerKeys,
  context: ServingContext,
  options: StartOptions,
): Promise<StartResult> {
  const { home } = context;
  const known = await readServer(home, plan.name);
  if (known.kind === 'storageFailed') return servingFailed('missing', known.message);
  if (known.kind === 'server' && known.record.process !== null && liveness(known.record.process.identity) !== 'gone')
    return alreadyThere(plan, known.record);
  const port = await portState(plan.host, plan.port);
  if (port.kind === 'unusable') return servingFailed('usage', port.message);
  if (port.kind === 'taken' && options.instead !== true) return servingFailed('missing', takenMessage(plan, port));
  const room = await makeRoom(plan, context, options);
  if (room !== null) return room;
  return launchPlanned(plan, keys, context, options);
}

function takenMessage(
  { port }: LaunchPlan,
  { pid, command }: { readonly pid: number | null; readonly command: string | null },
): string {
  const who =
    pid === null
      ? 'a process that cannot be seen from here'
      : `process ${pid}${command === null ? '' : ` (${command})`}`;
  return `port ${port} is taken by ${who}: stop it, or choose another port (--port)`;
}

function alreadyThere(plan: LaunchPlan, record: ServerRecord): StartResult {
  const { process } = record;
  if (process?.settings.model_path === plan.model && record.mode === plan.mode && record.url === plan.url)
    return { kind: 'started', state: 'already', record, ms: null };
  return servingFailed(
    'failed',
    `the server ${record.name} runs already, with ${process?.settings.model_path} at ${record.url}: "proofdeck llm serve swap" gives it other weights, "proofdeck llm serve restart ${record.name}" other settings, --name starts a second one`,
  );
}

async function launchPlanned(
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
