import { cpus, loadavg, release } from 'node:os';
import { EMBEDDED_MEMORY, embeddedKind } from '../../lean/embedded-kind.ts';
import { resources } from '../../lean/pool/resources.ts';
import { cleanLine } from '../../text/clean.ts';
import { bytes, type DoctorCheck, found, missing, warning } from '../check.ts';

/** Cores that this process may use, cgroup limits counted in. */
export const cpuCheck: DoctorCheck = {
  name: 'cores',
  group: 'machine',
  needed: false,
  async run() {
    const { cores, limitedBy } = resources();
    const all = cpus();
    const model = cleanLine(all[0]?.model ?? 'unknown processor', ' ', 80).trim();
    const [load = 0] = loadavg();
    const text = `${round(cores)} of ${all.length} (${model}), load ${load.toFixed(1)}, ${process.platform} ${release()}`;
    if (limitedBy.cores === 'cgroup') return found(`${text}; a cgroup limits them`);
    return load > cores * 1.5 ? warning(text, 'other work runs here: searches will be slower than usual') : found(text);
  },
};

/** Memory that can still be taken. */
export const memoryCheck: DoctorCheck = {
  name: 'memory',
  group: 'machine',
  needed: true,
  async run() {
    const { freeBytes, totalBytes, limitedBy } = resources();
    const text = `${bytes(freeBytes)} free of ${bytes(totalBytes)}${limitedBy.memory === 'cgroup' ? ' (limit of the cgroup)' : ''}`;
    if (freeBytes >= EMBEDDED_MEMORY.firstBytes) return found(text);
    return missing(
      `${text}: a Lean worker needs ${bytes(EMBEDDED_MEMORY.firstBytes)}`,
      `free ${bytes(EMBEDDED_MEMORY.firstBytes - freeBytes)}`,
    );
  },
};

/** How many Lean workers fit. */
export const workersCheck: DoctorCheck = {
  name: 'Lean workers',
  group: 'machine',
  needed: false,
  async run() {
    const available = resources();
    const { firstBytes, furtherBytes } = EMBEDDED_MEMORY;
    const byMemory = Math.max(0, 1 + Math.floor((available.freeBytes - firstBytes) / furtherBytes));
    const byDefault = embeddedKind.defaultWorkers();
    const need = `${bytes(firstBytes)} for the first, ${bytes(furtherBytes)} for each further one`;
    return found(`room for ${byDefault} (${round(available.cores)} cores; memory has room for ${byMemory}: ${need})`);
  },
};

function round(cores: number): string {
  return Number.isInteger(cores) ? String(cores) : cores.toFixed(1);
}
