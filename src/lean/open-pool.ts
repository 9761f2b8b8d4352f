import { embeddedKind } from './embedded-kind.ts';
import { leanKind } from './native/lean-kind.ts';
import { pantographKind } from './pantograph/pantograph-kind.ts';
import type { Clock } from './pool/latency.ts';
import { LeanPool, type PoolOpenResult } from './pool/pool.ts';
import type { WorkerLimits } from './pool/worker.ts';
import type { TransportKind } from './transport.ts';
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
  const name = options.kind ?? 'embedded';
  const kind = WORKER_KINDS.find((one) => one.name === name);
  if (!kind)
    return {
      kind: 'startFailed',
      category: 'badOption',
      message: `no Lean worker is called "${name}": use ${kindNames()}`,
      detail: '',
    };
  const workers = options.workers ?? Math.min(kind.defaultWorkers(), options.atMostWorkers ?? Infinity);
  if (!Number.isInteger(workers) || workers < 1) {
    return {
      kind: 'startFailed',
      category: 'badOption',
      message: `${workers} is no number of workers: use 1 or more`,
      detail: '',
    };
  }
  const opened = await kind.open(options);
  if (opened.kind === 'startFailed') return opened;
  const { limits, clock } = options;
  const result = await LeanPool.open({
    source: opened.source,
    workers,
    ...(limits && { limits }),
    ...(clock && { clock }),
  });
  if (result.kind === 'startFailed') await opened.source.close();
  return result;
}

/** The kinds' names as a person would list them. */
export function kindNames(): string {
  const names: readonly TransportKind[] = WORKER_KINDS.map(({ name }) => name);
  return `${names.slice(0, -1).join(', ')} or ${names.at(-1)}`;
}
