import { findProgram, runProgram, shown } from '../../doctor/program.ts';
import { type GpuGauges, gpuColumns, parseGauges, processColumns } from './gauges.ts';

export type ReadGpusResult =
  | { readonly kind: 'gpus'; readonly gpus: readonly GpuGauges[] }
  /** There is no `nvidia-smi`, as on a machine without NVIDIA cards. */
  | { readonly kind: 'noTool'; readonly message: string }
  /** It is there, and failed, or said something else than was asked. */
  | { readonly kind: 'gpusUnreadable'; readonly message: string };

export interface ReadGpusOptions {
  /** @default the environment of the process */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** @default the current folder */
  readonly folder?: string;
  readonly signal?: AbortSignal;
  /** Most milliseconds of one question; a driver that hangs answers none. @default 10000 */
  readonly timeoutMs?: number;
}

const defaultTimeoutMs = 10_000;

/**
 * Looks once at every NVIDIA GPU of this machine, and at who holds memory of each, by `nvidia-smi`.
 *
 * @example const read = await readGpus(); if (read.kind === 'gpus') read.gpus[0]?.memoryUsedBytes
 */
export async function readGpus(options: ReadGpusOptions = {}): Promise<ReadGpusResult> {
  const { environment = process.env, folder = process.cwd(), signal, timeoutMs = defaultTimeoutMs } = options;
  const path = findProgram('nvidia-smi', { environment });
  if (path === null) return { kind: 'noTool', message: 'there is no nvidia-smi on the PATH' };
  const context = { environment, folder, ...(signal && { signal }) };
  const format = '--format=csv,noheader,nounits';
  const answers = await Promise.all(
    [`--query-gpu=${gpuColumns}`, `--query-compute-apps=${processColumns}`].map((query) =>
      runProgram(path, [query, format], context, timeoutMs),
    ),
  );
  const texts: string[] = [];
  for (const answer of answers) {
    if (answer.kind === 'timedOut') return unreadable(`${path} did not answer within ${timeoutMs / 1000} s`);
    if (answer.kind === 'failed') return unreadable(`${path}: ${answer.message}`);
    if (answer.exitCode !== 0)
      return unreadable(`${path} ended with ${answer.exitCode}: ${shown(answer.errors || answer.output)}`);
    texts.push(answer.output);
  }
  const [gpus = '', processes = ''] = texts;
  // Said on standard output, with exit code 0.
  if (/^No devices were found/.test(gpus.trim())) return { kind: 'gpus', gpus: [] };
  const parsed = parseGauges(gpus, processes);
  return parsed.kind === 'gauges'
    ? { kind: 'gpus', gpus: parsed.gpus }
    : unreadable(`${path} said something else than was asked: ${JSON.stringify(shown(parsed.line))}`);
}

const unreadable = (message: string): ReadGpusResult => ({ kind: 'gpusUnreadable', message });
