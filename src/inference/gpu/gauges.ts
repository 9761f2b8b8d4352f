import { z } from 'zod';
import { cleanLine } from '../../text/clean.ts';

/** A process that holds memory of a GPU. In a container its number may be that of the host, and its name unknown. */
export interface GpuProcess {
  readonly pid: number;
  /** Null where the driver does not tell. */
  readonly name: string | null;
  readonly memoryBytes: number | null;
}

/** One GPU, at one look. Null is what the driver does not tell. */
export interface GpuGauges {
  readonly index: number;
  readonly uuid: string;
  readonly name: string;
  /** Share of the last moments in which it worked, in per cent, 0 to 100. */
  readonly utilisation: number | null;
  readonly memoryUsedBytes: number | null;
  readonly memoryTotalBytes: number | null;
  readonly temperatureCelsius: number | null;
  readonly processes: readonly GpuProcess[];
}

/** Columns asked of `nvidia-smi --query-gpu`, in the order in which `gpuRow` reads them. */
export const gpuColumns = 'index,uuid,utilization.gpu,memory.used,memory.total,temperature.gpu,name';
/** The same of `--query-compute-apps`. */
export const processColumns = 'gpu_uuid,pid,used_gpu_memory,process_name';

const bytesInMebibyte = 1024 * 1024;

/** `[N/A]`, `[Not Supported]`, `[Insufficient Permissions]` and the like. */
const unknown = z
  .string()
  .regex(/^\[.*\]$|^$|^N\/A$/)
  .transform(() => null);
const number = z.union([
  unknown,
  z
    .string()
    .regex(/^\d+(\.\d+)?$/)
    .transform(Number),
]);
const mebibytes = number.transform((value) => (value === null ? null : value * bytesInMebibyte));
const wholeNumber = z.string().regex(/^\d+$/).transform(Number);
const words = z.string().transform((text) => cleanLine(text));

const gpuRow = z.tuple([wholeNumber, words, number, mebibytes, mebibytes, number, words]);
const processRow = z.tuple([words, wholeNumber, mebibytes, z.union([unknown, words])]);

export type GaugesResult =
  | { readonly kind: 'gauges'; readonly gpus: readonly GpuGauges[] }
  | { readonly kind: 'unreadable'; readonly line: string };

/**
 * The gauges in two CSV tables without header and units.
 *
 * @param gpus rows of `gpuColumns`
 * @param processes rows of `processColumns`; of all GPUs together
 */
export function parseGauges(gpus: string, processes: string): GaugesResult {
  const holders: { readonly uuid: string; readonly process: GpuProcess }[] = [];
  for (const line of linesOf(processes)) {
    const row = processRow.safeParse(cells(line, 4));
    if (!row.success) return { kind: 'unreadable', line: cleanLine(line) };
    const [uuid, pid, memoryBytes, name] = row.data;
    holders.push({ uuid, process: { pid, name, memoryBytes } });
  }
  const found: GpuGauges[] = [];
  for (const line of linesOf(gpus)) {
    const row = gpuRow.safeParse(cells(line, 7));
    if (!row.success) return { kind: 'unreadable', line: cleanLine(line) };
    const [index, uuid, utilisation, memoryUsedBytes, memoryTotalBytes, temperatureCelsius, name] = row.data;
    const own = holders.filter((one) => one.uuid === uuid).map(({ process }) => process);
    found.push({
      index,
      uuid,
      name,
      utilisation,
      memoryUsedBytes,
      memoryTotalBytes,
      temperatureCelsius,
      processes: own,
    });
  }
  return { kind: 'gauges', gpus: found };
}

/** The last column is a name, which may hold commas. */
function cells(line: string, columns: number): readonly string[] {
  const parts = line.split(',').map((part) => part.trim());
  return parts.length <= columns ? parts : [...parts.slice(0, columns - 1), parts.slice(columns - 1).join(', ')];
}

const linesOf = (text: string): readonly string[] => text.split(/\r?\n/).filter((line) => line.trim() !== '');
