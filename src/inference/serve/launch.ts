import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { type StorageFailed, storageFailure } from '../../storage/failure.ts';
import { identityOf, type ProcessIdentity } from '../../storage/process-identity.ts';
import type { CommandLine } from './command-line.ts';
import type { Ending } from './death.ts';

/** A server that was started: it lives on when we end. */
export interface Launched {
  readonly kind: 'launched';
  readonly identity: ProcessIdentity;
  /** How it ended; null while it runs. */
  ending(): Ending | null;
}

export type LaunchResult = Launched | { readonly kind: 'noProgram'; readonly message: string } | StorageFailed;

export interface LaunchOptions {
  readonly command: CommandLine;
  /** Gets what it prints. */
  readonly log: string;
  readonly folder: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** Starts a server as the leader of a process group of its own, with its output in a file that only its owner reads. */
export async function launch({ command, log, folder, environment }: LaunchOptions): Promise<LaunchResult> {
  const { program, args } = command;
  let file: number;
  try {
    file = openSync(log, 'a', 0o600);
  } catch (error) {
    return storageFailure(error, log, 'write');
  }
  const child = spawn(program, args, {
    detached: true,
    stdio: ['ignore', file, file],
    cwd: folder,
    env: environment,
  });
  closeSync(file);
  let ending: Ending | null = null;
  child.on('exit', (code, signal) => {
    ending = { code, signal };
  });
  const refused = await new Promise<NodeJS.ErrnoException | null>((resolve) => {
    child.once('spawn', () => resolve(null));
    child.once('error', resolve);
  });
  if (refused !== null || child.pid === undefined) {
    const why = refused?.code === 'ENOENT' ? 'there is no such program' : String(refused?.code ?? refused?.message);
    return {
      kind: 'noProgram',
      message: `${program} cannot be started (${why}): install SGLang, or name its program in serve.command`,
    };
  }
  child.unref();
  return { kind: 'launched', identity: identityOf(child.pid), ending: () => ending };
}
