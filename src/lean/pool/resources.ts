import { readFileSync } from 'node:fs';
import { availableParallelism, freemem, totalmem } from 'node:os';
import { join } from 'node:path';

/** What this process may use, cgroup limits counted in. */
export interface Resources {
  /** Cores, possibly a fraction. */
  readonly cores: number;
  /** Bytes that can still be taken. */
  readonly freeBytes: number;
  /** Bytes that there are at all. */
  readonly totalBytes: number;
  /** What sets the limits, for a person: `cgroup`, `machine`. */
  readonly limitedBy: { readonly cores: 'cgroup' | 'machine'; readonly memory: 'cgroup' | 'machine' };
}

/** Where the figures are read; tests give folders of their own. */
export interface ResourceFiles {
  readonly cgroupRoot: string;
  /** `/proc/self/cgroup`. */
  readonly membership: string;
  readonly meminfo: string;
  readonly parallelism: number;
}

const SYSTEM: ResourceFiles = {
  cgroupRoot: '/sys/fs/cgroup',
  membership: '/proc/self/cgroup',
  meminfo: '/proc/meminfo',
  parallelism: availableParallelism(),
};

/** Cores and memory that this process may use: the least of the machine's and of each cgroup (v1 or v2) it is in. */
export function resources(files: ResourceFiles = SYSTEM): Resources {
  const groups = cgroups(files);
  const quotas = groups.flatMap((group) => cpuQuota(group));
  const cores = Math.min(files.parallelism, ...quotas);
  const machine = machineMemory(files.meminfo);
  const memories = groups
    .flatMap((group) => memoryOf(group))
    .filter(({ totalBytes }) => totalBytes < machine.totalBytes);
  const freeBytes = Math.min(machine.freeBytes, ...memories.map((m) => m.freeBytes));
  const totalBytes = Math.min(machine.totalBytes, ...memories.map((m) => m.totalBytes));
  return {
    cores,
    freeBytes,
    totalBytes,
    limitedBy: {
      cores: cores < files.parallelism ? 'cgroup' : 'machine',
      memory: memories.length > 0 ? 'cgroup' : 'machine',
    },
  };
}

interface Cgroup {
  readonly version: 1 | 2;
  /** Of version 1: the controller that the folder belongs to. */
  readonly controller?: string;
  readonly folder: string;
}

/** The cgroups of this process with all their ancestors: each of them limits. */
function cgroups({ cgroupRoot, membership }: ResourceFiles): readonly Cgroup[] {
  return readLines(membership).flatMap((line): Cgroup[] => {
    const [, controllers = '', path = '/'] = /^\d+:([^:]*):(.*)$/.exec(line) ?? [];
    const parts = path.split('/').filter(Boolean);
    // In a container the path may be the host's; then only the root folder exists here, and it is ours.
    const folders = [...parts.keys(), parts.length].map((length) => parts.slice(0, length));
    if (controllers === '') return folders.map((folder) => ({ version: 2, folder: join(cgroupRoot, ...folder) }));
    return controllers
      .split(',')
      .filter((controller) => controller === 'cpu' || controller === 'memory')
      .flatMap((controller) =>
        folders.map((folder): Cgroup => ({ version: 1, controller, folder: join(cgroupRoot, controllers, ...folder) })),
      );
  });
}

function cpuQuota({ version, controller, folder }: Cgroup): readonly number[] {
  if (version === 2) {
    const [quota, period] = (readText(join(folder, 'cpu.max')) ?? '').trim().split(/\s+/);
    return positive(Number(quota) / Number(period));
  }
  if (controller !== 'cpu') return [];
  return positive(number(join(folder, 'cpu.cfs_quota_us')) / number(join(folder, 'cpu.cfs_period_us')));
}

function memoryOf({
  version,
  controller,
  folder,
}: Cgroup): readonly { readonly totalBytes: number; readonly freeBytes: number }[] {
  if (version === 1 && controller !== 'memory') return [];
  const [limitFile, usageFile] =
    version === 2 ? ['memory.max', 'memory.current'] : ['memory.limit_in_bytes', 'memory.usage_in_bytes'];
  const totalBytes = number(join(folder, limitFile!));
  if (!Number.isFinite(totalBytes)) return [];
  const used = number(join(folder, usageFile!));
  // The page cache counts as used, but goes when memory is wanted.
  const cache = Number(/^(?:total_)?inactive_file (\d+)$/m.exec(readText(join(folder, 'memory.stat')) ?? '')?.[1] ?? 0);
  return [{ totalBytes, freeBytes: Math.max(0, totalBytes - (Number.isFinite(used) ? used - cache : 0)) }];
}

function machineMemory(meminfo: string): { readonly totalBytes: number; readonly freeBytes: number } {
  const text = readText(meminfo) ?? '';
  const field = (name: string): number =>
    Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(text)?.[1] ?? Number.NaN) * 1024;
  const [total, available] = [field('MemTotal'), field('MemAvailable')];
  return {
    totalBytes: Number.isFinite(total) ? total : totalmem(),
    freeBytes: Number.isFinite(available) ? available : freemem(),
  };
}

/** Memory that one worker kind needs: the first worker, and each further one, in bytes. */
export interface MemoryNeed {
  readonly firstBytes: number;
  readonly furtherBytes: number;
}

/** A default for the number of workers: one per core, as many as fit into free memory, at least one. */
export function defaultWorkers(need: MemoryNeed, available: Resources = resources()): number {
  const byMemory = 1 + Math.floor((available.freeBytes - need.firstBytes) / need.furtherBytes);
  return Math.max(1, Math.min(Math.floor(available.cores), byMemory));
}

/**
 * Why so many workers do not fit, with figures; null when they do. `running` of them have their memory already. More
 * workers than cores are allowed: that is only slow.
 */
export function memoryRefusal(
  count: number,
  running: number,
  need: MemoryNeed,
  kind: string,
  available: Resources = resources(),
): string | null {
  const total = (workers: number): number => (workers === 0 ? 0 : need.firstBytes + (workers - 1) * need.furtherBytes);
  const needed = total(count) - total(running);
  if (needed <= available.freeBytes) return null;
  const limit = available.limitedBy.memory === 'cgroup' ? 'the cgroup' : 'the machine';
  const fitting = Math.floor((available.freeBytes + total(running) - need.firstBytes) / need.furtherBytes) + 1;
  const remedy = fitting >= 1 ? `use at most ${fitting}` : 'free some memory';
  const what = running > 0 ? `${count - running} more ${kind} workers` : `${count} ${kind} workers`;
  return `${what} need ${gigabytes(needed)} of memory and ${limit} has ${gigabytes(available.freeBytes)} free of ${gigabytes(available.totalBytes)}: ${remedy}`;
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(1)} GB`;
}

function positive(value: number): readonly number[] {
  return Number.isFinite(value) && value > 0 ? [value] : [];
}

function number(path: string): number {
  const text = readText(path)?.trim();
  return text === undefined || text === 'max' || text === '' ? Number.NaN : Number(text);
}

function readLines(path: string): readonly string[] {
  return (readText(path) ?? '').split('\n').filter(Boolean);
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
