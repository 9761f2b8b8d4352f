import { embeddedKind } from './embedded-kind.ts';
import { leanKind } from './native/lean-kind.ts';
import { pantographKind } from './pantograph/pantograph-kind.ts';
import type { Clock } from './pool/latency.ts';
import { LeanPool, type PoolOpenResult } from './pool/pool.ts';
import type { WorkerLimits } from './pool/worker.ts';
import type { StartFailed, TransportKind } from './transport.ts';
import type { WorkerKind, WorkerKindOptions } from './workers.ts';

/** All worker kinds, the default first. */
export const WORKER_KINDS: readonly WorkerKind[] = [embeddedKind, pantographKind, leanKind];

export interface OpenPoolOptions extends WorkerKindOptions {
  /** @default 'embedded' */
  readonly kind?: string;
  /** @default what the kind thinks fit for this machine */
  readonly workers?: number;
  /** A ceiling to that default. @default none */
  readonly atMostWorkers?: number;
  readonly limits?: Partial<WorkerLimits>;
  readonly clock?: Clock;
}

/** Opens a pool of workers of one kind; resolves when the first of them answers. */
export async function openPool(options: OpenPoolOptions): Promise<PoolOpenResult> {
  const choice = choose(options);
  if (choice.kind === 'startFailed') return choice;
  const opened = await choice.worker.open(options);
  if (opened.kind === 'startFailed') return opened;
  const { limits, clock } = options;
  const result = await LeanPool.open({
    source: opened.source,
    workers: choice.workers,
    ...(limits && { limits }),
    ...(clock && { clock }),
  });
  if (result.kind === 'startFailed') await opened.source.close();
  return result;
}

/** Why this pool could not be opened, as far as that is known without starting anything; null when nothing speaks against it. */
export function poolObjection(options: OpenPoolOptions): StartFailed | null {
  const choice = choose(options);
  return choice.kind === 'startFailed' ? choice : choice.worker.objection(options, choice.workers);
}

interface Choice {
  readonly kind: 'choice';
  readonly worker: WorkerKind;
  readonly workers: number;
}

function choose(options: OpenPoolOptions): Choice | StartFailed {
  const name = options.kind ?? 'embedded';
  const worker = WORKER_KINDS.find((one) => one.name === name);
  if (!worker) return badOption(`no Lean worker is called "${name}": use ${kindNames()}`);
  const workers = options.workers ?? Math.min(worker.defaultWorkers(), options.atMostWorkers ?? Infinity);
  if (!Number.isInteger(workers) || workers < 1) return badOption(`${workers} is no number of workers: use 1 or more`);
  return { kind: 'choice', worker, workers };
}

function badOption(message: string): StartFailed {
  return { kind: 'startFailed', category: 'badOption', message, detail: '' };
}

/** The kinds' names as a person would list them. */
function kindNames(): string {
  const names: readonly TransportKind[] = WORKER_KINDS.map(({ name }) => name);
  return `${names.slice(0, -1).join(', ')} or ${names.at(-1)}`;
}
