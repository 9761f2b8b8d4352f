import type { ReadGpusResult } from '../../src/inference/gpu/read-gpus.ts';
import { familyOf } from '../../src/inference/serve/process-group.ts';
import type { ServerRecord } from '../../src/inference/serve/record.ts';
import { liveness } from '../../src/storage/process-identity.ts';
import type { ServerStatus } from './server-status.ts';

/** What is known of a server without asking it. */
export type OwnFacts = Pick<
  ServerStatus,
  'name' | 'url' | 'mode' | 'model' | 'pid' | 'startedAt' | 'log' | 'gpus' | 'gpuMemoryBytes' | 'gpuUtilisation'
>;

/** What is known of a server without asking it. */
export function ownFacts(
  { name, url, mode, process }: ServerRecord,
  log: string | null,
  gpus: ReadGpusResult,
): OwnFacts {
  const isAlive = process !== null && liveness(process.identity) !== 'gone';
  const family = isAlive ? new Set(familyOf(process.identity)) : new Set<number>();
  const cards = gpus.kind === 'gpus' ? gpus.gpus.filter(({ index }) => process?.gpus?.includes(index) === true) : [];
  const held = cards.flatMap(({ processes }) => processes.filter(({ pid }) => family.has(pid)));
  const busy = cards.flatMap(({ utilisation }) => utilisation ?? []);
  return {
    name,
    url,
    mode,
    model: process?.settings.model_path ?? null,
    pid: isAlive ? process.identity.pid : null,
    startedAt: process?.startedAt ?? null,
    log,
    gpus: process?.gpus ?? null,
    gpuMemoryBytes: held.length === 0 ? null : held.reduce((sum, { memoryBytes }) => sum + (memoryBytes ?? 0), 0),
    gpuUtilisation: busy.length === 0 ? null : Math.max(...busy),
  };
}
