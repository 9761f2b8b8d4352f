import { setTimeout as wait } from 'node:timers/promises';
import { familyOf, stopGroup } from '../../src/inference/serve/process-group.ts';
import type { ServerRecord } from '../../src/inference/serve/record.ts';
import { gibibytes } from '../../src/text/quantity.ts';
import { gpusNow, type ServingContext, type ServingFailed, servingFailed } from './context.ts';
import { alone } from './server-lock.ts';
import { forgetServer, readServer, recordPath } from './server-store.ts';

/** What a GPU had in use before and after. */
export interface GivenBack {
  readonly gpu: number;
  readonly beforeBytes: number;
  readonly afterBytes: number;
}

export type StopServerResult =
  | {
      readonly kind: 'stopped';
      /** Whether it had ended by itself before. */
      readonly wasGone: boolean;
      readonly forced: boolean;
      readonly ms: number;
      readonly memory: readonly GivenBack[];
      /** What is not as it should be afterwards; null when nothing is. */
      readonly warning: string | null;
    }
  | ServingFailed;

/** Drivers give memory back some seconds after a process has ended. */
const givenBackMs = 30_000;
const lookMs = 250;

/**
 * Stops a server that we started, sees whether its memory comes back, and forgets it.
 *
 * @param graceMs how long it may take to end by itself. @default its setting
 */
export async function stopServer(
  record: ServerRecord,
  context: ServingContext,
  graceMs?: number,
): Promise<StopServerResult> {
  return alone(record.name, context, () => stopAlone(record, context, graceMs));
}

/** As `stopServer`, for those who are already alone with the server. */
export async function stopAlone(
  { name }: ServerRecord,
  context: ServingContext,
  graceMs?: number,
): Promise<StopServerResult> {
  const known = await readServer(context.home, name);
  if (known.kind === 'storageFailed') return servingFailed('missing', known.message);
  if (known.kind === 'noServer')
    return { kind: 'stopped', wasGone: true, forced: false, ms: 0, memory: [], warning: null };
  const { record } = known;
  const { process } = record;
  if (process === null)
    return servingFailed(
      'failed',
      `the server ${record.name} (${record.url}) was not started from here, so it is not stopped from here either; to forget it, remove ${recordPath(context.home, name)}`,
    );
  const before = await gpusNow(context);
  const pids = new Set(familyOf(process.identity));
  const stopped = await stopGroup(process.identity, graceMs ?? process.settings.stop_timeout * 1000);
  if (stopped.kind === 'refused' || stopped.kind === 'notStopped')
    return servingFailed('failed', `the server ${record.name} is not stopped: ${stopped.message}`);
  await forgetServer(context.home, record.name);
  if (stopped.kind === 'alreadyGone')
    return { kind: 'stopped', wasGone: true, forced: false, ms: 0, memory: [], warning: null };
  const { forced, ms } = stopped;
  const result = { kind: 'stopped', wasGone: false, forced, ms } as const;
  if (before.kind !== 'gpus' || before.gpus.length === 0) return { ...result, memory: [], warning: null };
  for (const pid of stopped.pids) pids.add(pid);
  const startedMs = performance.now();
  for (;;) {
    const read = await gpusNow(context);
    if (read.kind !== 'gpus') return { ...result, memory: [], warning: read.message };
    const still = read.gpus.flatMap(({ index, processes }) =>
      processes.filter(({ pid }) => pids.has(pid)).map(({ pid, memoryBytes }) => ({ index, pid, memoryBytes })),
    );
    if (still.length > 0 && performance.now() - startedMs < givenBackMs && !context.signal.aborted) {
      await wait(lookMs);
      continue;
    }
    const memory = read.gpus
      .filter(({ index }) => process.gpus === null || process.gpus.includes(index))
      .flatMap(({ index, memoryUsedBytes: after }) => {
        const used = before.gpus.find((one) => one.index === index)?.memoryUsedBytes ?? null;
        return after === null || used === null ? [] : [{ gpu: index, beforeBytes: used, afterBytes: after }];
      });
    const warning =
      still.length === 0
        ? null
        : `process ${still.map(({ pid, index, memoryBytes }) => `${pid} still holds ${memoryBytes === null ? 'memory' : gibibytes(memoryBytes)} of GPU ${index}`).join(', ')}`;
    return { ...result, memory, warning };
  }
}
