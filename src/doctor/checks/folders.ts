import { existsSync, statfsSync, statSync } from 'node:fs';
import { access, constants } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fileSystemOf } from '../../storage/file-system.ts';
import { probeFolder } from '../../storage/probe.ts';
import { bytes, type DoctorCheck, type Finding, found, missing, warning } from '../check.ts';

/** The Lean image takes 510 MB, and the disk should not be filled to the last byte. */
const IMAGE_BYTES = 700e6;

/** Where the Lean image is kept. */
export const cacheCheck: DoctorCheck = {
  name: 'cache folder',
  group: 'storage',
  needed: true,
  async run({ cacheRoot }): Promise<Finding> {
    const folder = nearestExisting(cacheRoot);
    const elsewhere = 'set PROOFDECK_CACHE to a folder that can be written';
    if (!statSync(folder).isDirectory()) return missing(`${cacheRoot} cannot be made: ${folder} is a file`, elsewhere);
    try {
      await access(folder, constants.W_OK);
    } catch {
      return missing(`${cacheRoot} cannot be written`, elsewhere);
    }
    const { bavail, bsize } = statfsSync(folder);
    const free = bavail * bsize;
    const { type, network } = fileSystemOf(folder);
    const text = `${cacheRoot}, ${bytes(free)} free, ${type}`;
    if (free < IMAGE_BYTES && !existsSync(cacheRoot))
      return missing(
        text,
        `the Lean image needs ${bytes(IMAGE_BYTES)}: free some, or set PROOFDECK_CACHE to a folder on another disk`,
      );
    return network
      ? warning(text, 'Lean starts slower from a network file system: set PROOFDECK_CACHE to a local folder')
      : found(text);
  },
};

/** Where sessions and runs are kept: how fast it saves, and whether locks hold there. */
export const homeCheck: DoctorCheck = {
  name: 'home folder',
  group: 'storage',
  needed: true,
  timeoutMs: 10_000,
  async run({ home }): Promise<Finding> {
    // Looking at a machine should leave nothing behind, so a home that is not there yet is not made.
    const folder = nearestExisting(home);
    const probe = await probeFolder(folder);
    if (probe.kind === 'storageFailed')
      return missing(`${home}: ${probe.message}`, 'choose another folder with --home or PROOFDECK_HOME');
    const { fsyncMedianMs, fsyncMaxMs, freeBytes, fileSystem, locking } = probe;
    const place = folder === home ? home : `${home} (made at the first session; measured in ${folder})`;
    const sync = `saving takes ${fsyncMedianMs.toFixed(1)} ms (at most ${fsyncMaxMs.toFixed(1)})`;
    const text = `${place}: ${fileSystem.type}, ${bytes(freeBytes)} free, ${sync}, locks ${locking ? 'work' : 'do not work'}`;
    return probe.warnings.length === 0 ? found(text) : warning(text, probe.warnings.join('; '));
  },
};

function nearestExisting(folder: string): string {
  let at = folder;
  while (!existsSync(at) && dirname(at) !== at) at = dirname(at);
  return at;
}
