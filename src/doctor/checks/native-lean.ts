import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { type DoctorCheck, type DoctorContext, type Finding, found, missing, warning } from '../check.ts';
import { findProgram, realPath, runProgram, shown } from '../program.ts';
import { faultsOf, firstGoodVersion, leanVersion } from '../toolchains.ts';

const OPTIONAL = 'nothing, unless you want Mathlib or your own project';
/** Toolchains that are named one by one. */
const NAMED_TOOLCHAINS = 4;

/** elan, lean and lake, with what is publicly known against their versions. */
export const nativeLeanCheck: DoctorCheck = {
  name: 'native Lean',
  group: 'Lean',
  needed: false,
  async run(context): Promise<Finding> {
    const elan = findProgram('elan', context);
    if (elan !== null) return throughElan(elan, context);
    const lean = findProgram('lean', context);
    if (lean === null) return missing('not installed', `${OPTIONAL}: https://lean-lang.org/install`);
    const lake = findProgram('lake', context) === null ? 'no lake' : 'with lake';
    if (isElan(lean))
      return warning(
        `${lean} is a link to an elan that is not on the PATH`,
        `add ${join(realPath(lean), '..')} to PATH`,
      );
    const answer = await runProgram(lean, ['--version'], context);
    if (answer.kind !== 'ran' || answer.exitCode !== 0) return warning(`${lean} does not answer`, 'install it again');
    return judged([shown(answer.output)], `${shown(answer.output)}, ${lake}`);
  },
};

/** `lean` and `lake` of elan may download a toolchain when they are asked for their version; elan itself does not. */
async function throughElan(elan: string, context: DoctorContext): Promise<Finding> {
  const [version, list] = await Promise.all([
    runProgram(elan, ['--version'], context),
    runProgram(elan, ['toolchain', 'list'], context),
  ]);
  if (version.kind !== 'ran' || list.kind !== 'ran') return warning(`${elan} does not answer`, 'install elan again');
  const installed = list.output
    .split('\n')
    .map((line) => shown(line))
    .filter((line) => line !== '' && !/^no installed/i.test(line));
  const name = shown(version.output).replace(/\s*\(.*$/, '');
  if (installed.length === 0)
    return missing(
      `${name} without a toolchain`,
      `${OPTIONAL}: elan toolchain install leanprover/lean4:${firstGoodVersion()}`,
    );
  const wanted = projectToolchain(context.folder);
  const chosen = wanted ?? installed.find((line) => line.includes('(default)')) ?? installed[0] ?? '';
  const isThere = installed.some((line) => line.startsWith(chosen.replace(/\s.*$/, '')));
  const listed =
    installed.slice(0, NAMED_TOOLCHAINS).join(', ') +
    (installed.length > NAMED_TOOLCHAINS ? `, and ${installed.length - NAMED_TOOLCHAINS} more` : '');
  const text = `${name}: ${listed}${wanted === null ? '' : `; this folder wants ${wanted}`}`;
  if (!isThere) return warning(text, `elan toolchain install ${chosen}`);
  return judged([chosen], text);
}

function judged(toolchains: readonly string[], text: string): Finding {
  for (const toolchain of toolchains) {
    const version = leanVersion(toolchain);
    const [worst, ...others] = version === null ? [] : faultsOf(version);
    if (worst === undefined) continue;
    const more = others.length === 0 ? '' : ` and ${others.length} more fixed before`;
    return warning(
      `${text}; known kernel faults: ${worst.fault} (fixed in v${worst.fixedIn.join('.')})${more}`,
      `use ${firstGoodVersion()} or newer where proofs come from untrusted metaprograms: ${worst.source}`,
    );
  }
  return found(text);
}

function projectToolchain(folder: string): string | null {
  try {
    return shown(readFileSync(join(folder, 'lean-toolchain'), 'utf8')) || null;
  } catch {
    return null;
  }
}

function isElan(path: string): boolean {
  return basename(realPath(path)) === 'elan' || /[/\\]\.elan[/\\]bin$/.test(join(path, '..'));
}

/** Pantograph's `repl`, for the worker kind `pantograph`. */
export const pantographCheck: DoctorCheck = {
  name: 'Pantograph repl',
  group: 'Lean',
  needed: false,
  async run(context): Promise<Finding> {
    const path = findProgram('repl', context);
    if (path === null)
      return missing(
        'no repl on the PATH',
        'nothing, unless you want --lean pantograph: build Pantograph and give its repl with --lean-path',
      );
    const answer = await runProgram(path, ['--version'], context, 5000);
    if (answer.kind !== 'ran')
      return warning(`${path} does not answer to --version`, 'is it Pantograph? Other programs are called repl too');
    const version = shown(answer.output);
    return /^v?\d+\.\d+/.test(version)
      ? found(`${version} (${path})`)
      : warning(`${path} says "${version}"`, 'it does not seem to be Pantograph; give the right one with --lean-path');
  },
};

const CHECKERS = ['comparator', 'lean4checker', 'lean4export', 'nanoda_bin', 'lean4lean', 'safe_verify'] as const;

/** Programs that judge proofs beyond V3. */
export const proofCheckersCheck: DoctorCheck = {
  name: 'proof checkers',
  group: 'Lean',
  needed: false,
  async run(context): Promise<Finding> {
    const there = CHECKERS.filter((name) => findProgram(name, context) !== null);
    if (there.length === 0)
      return missing(
        'no comparator, lean4checker or second kernel on the PATH',
        'nothing for verdicts up to V3; comparator gives V4, a second kernel V5',
      );
    return found(there.join(', '));
  },
};
