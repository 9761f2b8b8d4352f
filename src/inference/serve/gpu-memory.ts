import { setTimeout as wait } from 'node:timers/promises';
import { gibibytes } from '../../text/quantity.ts';
import type { GpuGauges, GpuProcess } from '../gpu/gauges.ts';
import type { ReadGpusResult } from '../gpu/read-gpus.ts';

/** What a server needs of the GPUs that it will use. */
export interface GpuNeed {
  /** Numbers or identifiers, as in CUDA_VISIBLE_DEVICES, of which the first `count` are used; null = the first `count` of the machine. */
  readonly devices: readonly string[] | null;
  readonly count: number;
  /** Share of each one's memory. */
  readonly share: number;
}

export type MemoryState =
  | { readonly kind: 'free'; readonly gpus: readonly GpuGauges[] }
  /** Somebody holds too much of one of them. */
  | {
      readonly kind: 'held';
      readonly gpu: GpuGauges;
      readonly holders: readonly GpuProcess[];
      readonly message: string;
    }
  /** There is nobody to ask, so nothing is known of them. */
  | { readonly kind: 'unknown'; readonly message: string };

/** The GPUs that a server will use. */
export function chosenGpus(
  gpus: readonly GpuGauges[],
  { devices, count }: Omit<GpuNeed, 'share'>,
): readonly GpuGauges[] {
  if (devices === null) return gpus.slice(0, count);
  const used = devices.slice(0, count);
  return gpus.filter(({ index, uuid }) =>
    used.some((one) => one === String(index) || (one !== '' && uuid.startsWith(one))),
  );
}

/** The devices that a text as in CUDA_VISIBLE_DEVICES names; null when it names none. */
export function devicesOf(text: string | undefined): readonly string[] | null {
  const names = (text ?? '').split(',').map((one) => one.trim());
  return names.length === 1 && names[0] === '' ? null : names;
}

/** Whether there is room for a server, and else who is in the way. */
export function memoryState(read: ReadGpusResult, need: GpuNeed): MemoryState {
  if (read.kind !== 'gpus') return { kind: 'unknown', message: read.message };
  const gpus = chosenGpus(read.gpus, need);
  for (const gpu of gpus) {
    const { memoryTotalBytes: total, memoryUsedBytes: used } = gpu;
    if (total === null || used === null || used <= total * (1 - need.share)) continue;
    const holders = gpu.processes.toSorted((a, b) => (b.memoryBytes ?? 0) - (a.memoryBytes ?? 0));
    return { kind: 'held', gpu, holders, message: heldMessage(gpu, holders, need.share) };
  }
  return { kind: 'free', gpus };
}

const mostNamed = 3;

function heldMessage(gpu: GpuGauges, holders: readonly GpuProcess[], share: number): string {
  const total = gpu.memoryTotalBytes ?? 0;
  const named = holders.slice(0, mostNamed).map(holderWords).join(', ');
  const more = holders.length > mostNamed ? `, and ${holders.length - mostNamed} more` : '';
  const who = named === '' ? 'by processes that nvidia-smi does not list' : `by ${named}${more}`;
  return `GPU ${gpu.index} (${gpu.name}) has ${gibibytes(gpu.memoryUsedBytes ?? 0)} of ${gibibytes(total)} in use ${who}; ${gibibytes(total * share)} are needed`;
}

/** `process 4711 (python3, 61 GB)`. */
export const holderWords = ({ pid, name, memoryBytes }: GpuProcess): string => {
  const facts = [name, memoryBytes === null ? null : gibibytes(memoryBytes)].filter((one) => one !== null);
  return `process ${pid}${facts.length === 0 ? '' : ` (${facts.join(', ')})`}`;
};

const lookMs = 500;

export interface MemoryWait {
  readonly read: () => Promise<ReadGpusResult>;
  readonly need: GpuNeed;
  readonly patienceMs: number;
  readonly signal: AbortSignal;
  /** Told who is waited for, when that changes. */
  readonly onHeld?: (message: string) => void;
}

/** Waits until there is room. Ends as it stands when it was waited long enough: the driver takes a while to give memory back. */
export async function waitForMemory({ read, need, patienceMs, signal, onHeld }: MemoryWait): Promise<MemoryState> {
  const startedMs = performance.now();
  let told = '';
  for (;;) {
    const state = memoryState(await read(), need);
    if (state.kind !== 'held' || performance.now() - startedMs >= patienceMs || signal.aborted) return state;
    const holders = state.holders.map(({ pid }) => pid).join();
    if (holders !== told || told === '') onHeld?.(state.message);
    told = holders || 'nobody';
    await wait(lookMs);
  }
}
