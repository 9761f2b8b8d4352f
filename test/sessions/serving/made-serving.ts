import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { readKeys, type ServerKeys, type ServingContext } from '../../../sessions/serving/context.ts';
import { listServers } from '../../../sessions/serving/server-store.ts';
import { configFrom } from '../../../src/config/schema.ts';
import { stopGroup } from '../../../src/inference/serve/process-group.ts';
import { packageRoot } from '../../../src/storage/paths.ts';
import type { LaunchSwitches } from '../../fakes/sglang/launch-server.ts';
import { type FakeSglang, startFakeSglang } from '../../fakes/sglang/server.ts';
import type { Switches } from '../../fakes/sglang/switches.ts';
import { freePort } from '../../helpers/free-port.ts';
import { temporaryFolder } from '../../storage/temporary.ts';

/** A machine with one GPU that is not there, and a program that behaves as SGLang does. */
export interface MadeServing {
  readonly context: ServingContext;
  readonly home: string;
  readonly environment: Readonly<Record<string, string>>;
  /** What was said to the person who waits. */
  readonly notes: readonly string[];
  /** Ports of `sglang.url` and `sglang.encode_url`. */
  readonly ports: readonly [number, number];
  /** Lets the next servers that are started go wrong. */
  readonly with: (switches: LaunchSwitches, more?: Readonly<Record<string, string>>) => ServingContext;
  /** How busy the GPU is, in per cent. */
  readonly busy: (utilisation: number) => void;
}

export const fakeCommand = `${process.execPath} ${join(packageRoot(), 'test', 'fakes', 'sglang', 'launch-server.ts')}`;

/** Everything that is started in it is ended with the test. */
export async function makeServing(
  settings: Readonly<Record<string, unknown>> = {},
  variables: Readonly<Record<string, string>> = {},
): Promise<MadeServing> {
  const folder = temporaryFolder();
  const home = join(folder, 'home');
  const gpuFolder = join(folder, 'gpu');
  const programs = join(folder, 'bin');
  for (const one of [home, gpuFolder, programs]) mkdirSync(one);
  const tool = join(packageRoot(), 'test', 'fakes', 'nvidia-smi.sh');
  writeFileSync(
    join(programs, 'nvidia-smi'),
    `#!/bin/sh\nFAKE_GPU_FOLDER='${gpuFolder}' exec /bin/sh '${tool}' "$@"\n`,
    { mode: 0o755 },
  );
  const ports = [await freePort(), await freePort()] as const;
  const environment = {
    PATH: `${programs}:${process.env.PATH}`,
    HOME: home,
    FAKE_GPU_FOLDER: gpuFolder,
    ...variables,
  };
  const config = configFrom(
    new Map<string, unknown>([
      ['serve.command', fakeCommand],
      ['sglang.url', `http://127.0.0.1:${ports[0]}`],
      ['sglang.encode_url', `http://127.0.0.1:${ports[1]}`],
      ...Object.entries(settings),
    ]),
  );
  const notes: string[] = [];
  const context: ServingContext = {
    home,
    config,
    environment,
    folder,
    note: (message) => notes.push(message),
    signal: new AbortController().signal,
  };
  onTestFinished(() => stopEverything(home));
  return {
    context,
    home,
    environment,
    notes,
    ports,
    with: (switches, more = {}) => ({
      ...context,
      environment: { ...environment, FAKE_SGLANG: JSON.stringify(switches), ...more },
    }),
    busy: (utilisation) => writeFileSync(join(gpuFolder, 'utilisation'), `${utilisation}\n`),
  };
}

/** A server that somebody else started; closed with the test. */
export async function fakeServer(switches: Partial<Switches> = {}): Promise<FakeSglang> {
  const fake = await startFakeSglang({ model: '/models/1', weightVersion: '1', memorySaver: true, ...switches });
  onTestFinished(() => fake.close());
  return fake;
}

/** The keys that its configuration names. */
export async function keysOf({ context }: MadeServing): Promise<ServerKeys> {
  const keys = await readKeys(context);
  if (keys.kind !== 'keys') throw new Error(keys.message);
  return keys;
}

async function stopEverything(home: string): Promise<void> {
  const known = await listServers(home);
  if (known.kind === 'storageFailed') return;
  for (const { process } of known.records) if (process !== null) await stopGroup(process.identity, 0);
}

/** The arguments of a process, as everybody on the machine can read them. */
export const argumentsOf = (pid: number): string =>
  execFileSync('ps', ['-o', 'args=', '-p', String(pid)], { encoding: 'utf8' });
