import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { startFakeSglang } from './server.ts';
import type { Switches } from './switches.ts';

/*
 * `sglang.launch_server` without a model: a program with its arguments, its output, its signals and a process below it that holds memory
 * of a GPU that is not there (see nvidia-smi.sh). What goes wrong is said by the variable FAKE_SGLANG, as JSON.
 */

export interface LaunchSwitches {
  /** Milliseconds until the model is read; health says 503 meanwhile. @default 0 */
  readonly loadMs?: number;
  /** A file: it loads until the file is there. */
  readonly loadsUntil?: string;
  /** What it prints before it dies while it loads, with exit code 1. */
  readonly diesSaying?: string;
  /** Does not end when asked to. */
  readonly ignoresTerm?: boolean;
  /** The process below it lives on when it is killed. */
  readonly orphans?: boolean;
  /** Of the memory of its GPU, in MiB; without it the share that it is told to take of 80 GiB. */
  readonly memoryMiB?: number;
  /** Answers no more after so many embeddings at once. */
  readonly freezeAtParallel?: number;
  /** Answers no more after so many requests for vectors in all. */
  readonly freezeAfter?: number;
  /** A file: only the first start freezes, as it makes this file. */
  readonly freezeOnce?: string;
  readonly healthLimitMs?: number;
}

/** What a test left behind ends by itself. */
const longestLifeMs = 15 * 60_000;
setTimeout(() => process.exit(0), longestLifeMs).unref();

const gpuFolder = process.env.FAKE_GPU_FOLDER;
const args = process.argv.slice(2);
const switches = JSON.parse(process.env.FAKE_SGLANG ?? '{}') as LaunchSwitches;

/** The process below: it holds memory until it ends. */
if (args[0] === 'scheduler') {
  const mine = join(gpuFolder ?? '', `${process.pid}.mib`);
  if (gpuFolder !== undefined) writeFileSync(mine, `${args[1]}\n`);
  process.send?.('up');
  // The file stays when it is killed; it counts as long as the process lives.
  process.on('SIGTERM', () => {
    if (switches.ignoresTerm === true) return;
    rmSync(mine, { force: true });
    process.exit(0);
  });
  process.on('disconnect', () => {
    if (switches.orphans !== true) process.exit(0);
  });
  setInterval(() => {}, 1000);
} else await serve();

async function serve(): Promise<void> {
  const value = (flag: string): string | null => {
    const at = args.indexOf(flag);
    return at === -1 ? null : (args[at + 1] ?? null);
  };
  const keys = keysOf(value('--config'));
  const model = value('--model-path') ?? '';
  const port = Number(value('--port'));
  console.log(
    `server_args=ServerArgs(model_path='${model}', port=${port}, api_key=${JSON.stringify(keys['api-key'] ?? null)})`,
  );
  const share = Number(value('--mem-fraction-static') ?? 0.8);
  const memoryMiB = switches.memoryMiB ?? Math.round(share * 80 * 1024);
  const below = spawn(process.execPath, [import.meta.filename, 'scheduler', String(memoryMiB)], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const holdsMemory = once(below, 'message');
  if (switches.diesSaying !== undefined) {
    console.log('Load weight begin. avail mem=79.10 GB');
    console.error(`Traceback (most recent call last):\n${switches.diesSaying}`);
    below.kill('SIGKILL');
    process.exit(1);
  }
  const fake = await startFakeSglang(fakeSwitches(args, model, keys), port);
  process.on('SIGTERM', () => {
    if (switches.ignoresTerm === true) return void console.log('SIGTERM received; draining for ever.');
    console.log('SIGTERM received. signum=15. Draining requests and shutting down...');
    below.disconnect();
    void fake.close().then(() => process.exit(0));
  });
  const { loadMs = 0, loadsUntil } = switches;
  console.log('Loading safetensors checkpoint shards: 0 % Completed');
  await holdsMemory;
  if (loadMs > 0) await wait(loadMs);
  while (loadsUntil !== undefined && !existsSync(loadsUntil)) await wait(20);
  fake.set({ health: 'ok' });
  console.log('The server is fired up and ready to roll!');
}

function fakeSwitches(
  words: readonly string[],
  model: string,
  keys: Readonly<Record<string, string>>,
): Partial<Switches> {
  const mayFreeze = switches.freezeOnce === undefined || isFirst(switches.freezeOnce);
  let vectors = 0;
  return {
    model,
    health: 'starting',
    isEmbedding: words.includes('--is-embedding'),
    memorySaver: words.includes('--enable-memory-saver'),
    weightsCpuBackup: words.includes('--enable-weights-cpu-backup'),
    apiKey: keys['api-key'] ?? null,
    adminKey: keys['admin-api-key'] ?? null,
    healthLimitMs: switches.healthLimitMs ?? 20_000,
    freezeAtParallel: (mayFreeze ? switches.freezeAtParallel : undefined) ?? Number.POSITIVE_INFINITY,
    freezes: () => {
      vectors++;
      return mayFreeze && switches.freezeAfter !== undefined && vectors > switches.freezeAfter;
    },
  };
}

function isFirst(file: string): boolean {
  try {
    writeFileSync(file, '', { flag: 'wx' });
    return true;
  } catch {
    return false;
  }
}

/** The YAML that it is given is of the simplest kind. */
function keysOf(file: string | null): Readonly<Record<string, string>> {
  if (file === null) return {};
  const lines = readFileSync(file, 'utf8').trim().split('\n');
  return Object.fromEntries(
    lines.map((line) => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon), JSON.parse(line.slice(colon + 1)) as string];
    }),
  );
}
