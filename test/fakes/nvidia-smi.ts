import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/*
 * `nvidia-smi` of a machine with one GPU of 80 GiB that is not there. Memory is held by the living processes that have a file
 * `<pid>.json` in the folder FAKE_GPU_FOLDER; the file `utilisation` there says how busy it is.
 */
const folder = process.env.FAKE_GPU_FOLDER ?? '';
const totalMiB = 80 * 1024;

interface Holder {
  readonly pid: number;
  readonly memoryMiB: number;
}

const holders: readonly Holder[] = readdirSync(folder)
  .filter((name) => /^\d+\.json$/.test(name))
  .map((name) => ({
    pid: Number.parseInt(name, 10),
    ...(JSON.parse(readFileSync(join(folder, name), 'utf8')) as { memoryMiB: number }),
  }))
  .filter(({ pid }) => isAlive(pid));

if (process.argv.some((word) => word.startsWith('--query-compute-apps'))) {
  for (const { pid, memoryMiB } of holders) console.log(`GPU-0001, ${pid}, ${memoryMiB}, /usr/bin/python3`);
} else {
  const used = holders.reduce((sum, { memoryMiB }) => sum + memoryMiB, 512);
  const file = join(folder, 'utilisation');
  const busy = existsSync(file) ? readFileSync(file, 'utf8').trim() : '0';
  console.log(`0, GPU-0001, ${busy}, ${used}, ${totalMiB}, 41, NVIDIA H100 80GB HBM3`);
}

function isAlive(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return !/^[ZX]/.test(stat.slice(stat.lastIndexOf(')') + 2));
  } catch {
    return false;
  }
}
