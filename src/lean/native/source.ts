import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { WorkerSource } from '../pool/pool.ts';
import { defaultWorkers, type MemoryNeed, memoryRefusal } from '../pool/resources.ts';
import type { Dialect } from '../protocol/dialect.ts';
import type { StartFailed } from '../transport.ts';
import { tooMany, type WorkerKindOptions } from '../workers.ts';
import { ProcessTransport, type ProcessTransportOptions } from './process-transport.ts';

/** A guess: what Lean itself takes, or what Mathlib takes of its own beside mapped files. */
const PLAIN: MemoryNeed = { firstBytes: 0.6e9, furtherBytes: 0.5e9 };
const WITH_PROJECT: MemoryNeed = { firstBytes: 2.5e9, furtherBytes: 1.5e9 };

export function memoryNeed(projectFolder: string | undefined): MemoryNeed {
  return projectFolder === undefined ? PLAIN : WITH_PROJECT;
}

export function nativeDefaultWorkers(): number {
  return defaultWorkers(WITH_PROJECT);
}

/** Why the machine has no room for so many native workers, or null. */
export function nativeMemoryObjection(
  { projectFolder }: Pick<WorkerKindOptions, 'projectFolder'>,
  workers: number,
  kind: 'pantograph' | 'lean',
): StartFailed | null {
  return tooMany(memoryRefusal(workers, 0, memoryNeed(projectFolder), kind));
}

/** An empty home folder for native Lean, so that it neither reads nor writes in the user's. */
export function privateHome(): string {
  return mkdtempSync(join(tmpdir(), 'proofdeck-home-'));
}

/** A source of native processes. It owns their home folder and removes it in the end. */
export function processSource(
  command: ProcessTransportOptions,
  dialect: Dialect,
  toolchain: string | null,
  need: MemoryNeed,
): WorkerSource {
  return {
    kind: command.kind,
    dialect,
    toolchain,
    transport: () => new ProcessTransport(command),
    refusal: (count, running) => memoryRefusal(count, running, need, command.kind),
    close: async () => rmSync(command.home, { recursive: true, force: true }),
  };
}
