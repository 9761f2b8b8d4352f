import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { cpus, hostname } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { resources } from '../../src/lean/pool/resources.ts';
import type { Manifest } from '../../src/run/manifest.ts';
import { packageRoot } from '../../src/storage/paths.ts';

const gpuFolder = '/proc/driver/nvidia/gpus';

/** What a manifest tells of the machine. */
export function thisMachine(): Manifest['host'] {
  return {
    name: hostname(),
    platform: `${process.platform} ${process.arch}`,
    cpus: cpus().length,
    memoryBytes: resources().totalBytes,
    gpus: gpus(),
  };
}

function gpus(): string[] {
  try {
    return readdirSync(gpuFolder).map((name) => {
      const text = readFileSync(join(gpuFolder, name, 'information'), 'utf8');
      return /^Model:\s*(.+)$/m.exec(text)?.[1] ?? name;
    });
  } catch {
    return [];
  }
}

/** The commit of proofdeck's own sources; null where they are no git checkout. */
export async function ownCommit(): Promise<string | null> {
  try {
    const { stdout } = await promisify(execFile)('git', ['-C', packageRoot(), 'rev-parse', 'HEAD'], { timeout: 2000 });
    return /^[0-9a-f]{40}$/.exec(stdout.trim())?.[0] ?? null;
  } catch {
    return null;
  }
}
