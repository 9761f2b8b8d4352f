import { cpus, hostname, loadavg, release } from 'node:os';
import { resources } from '../../src/lean/pool/resources.ts';
import { cleanLine } from '../../src/text/clean.ts';

/** What figures have to be read with. */
export interface MachineFacts {
  readonly date: string;
  readonly host: string;
  readonly system: string;
  readonly processor: string;
  /** Cores that may be used, and those of the machine. */
  readonly cores: number;
  readonly machineCores: number;
  readonly memoryBytes: number;
  readonly freeMemoryBytes: number;
  /** Work already waiting for cores when the measurement began, averaged over a minute. */
  readonly load: number;
  readonly node: string;
  readonly proofdeck: string;
}

export function machineFacts(proofdeck: string): MachineFacts {
  const { cores, freeBytes, totalBytes } = resources();
  const all = cpus();
  return {
    date: new Date().toISOString(),
    host: hostname(),
    system: `${process.platform} ${release()} ${process.arch}`,
    processor: cleanLine(all[0]?.model ?? 'unknown', ' ', 80).trim(),
    cores,
    machineCores: all.length,
    memoryBytes: totalBytes,
    freeMemoryBytes: freeBytes,
    load: Math.round((loadavg()[0] ?? 0) * 10) / 10,
    node: process.version,
    proofdeck,
  };
}
