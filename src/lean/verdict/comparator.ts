import { constants } from 'node:fs';
import { access, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { assembleTheorem } from './assemble.ts';
import type { ExternalChecker, ExternalOutcome } from './external.ts';
import type { JudgedProblem } from './verdict.ts';

type Environment = Readonly<Record<string, string | undefined>>;

export interface ComparatorOptions {
  /** Modules that both texts import, as the search had them. */
  readonly imports: readonly string[];
  /** Contents of `lean-toolchain`; without it the installed default is used. */
  readonly toolchain?: string;
  readonly environment?: Environment;
  /** For building and comparing both modules. @default 600_000 */
  readonly timeoutMs?: number;
}

/** Programs that `leanprover/comparator` needs besides itself, all looked for on PATH. */
const NEEDED = ['comparator', 'lake', 'lean4export', 'landrun'] as const;
/** With it the proof also goes through a second, independent kernel. */
const SECOND_KERNEL = 'nanoda_bin';
/** What a child process may see of our environment. */
const PASSED_ON = ['PATH', 'HOME', 'ELAN_HOME', 'LANG', 'TMPDIR'] as const;
const AXIOMS = ['propext', 'Quot.sound', 'Classical.choice'] as const;

/**
 * `leanprover/comparator`, where it is installed: a sandboxed build and export, the closure of the statement compared
 * (V4), and with `nanoda_bin` a second kernel (V5). Null when a program it needs is not on PATH.
 */
export async function findComparator(options: ComparatorOptions): Promise<ExternalChecker | null> {
  const environment = options.environment ?? process.env;
  const found = await Promise.all(NEEDED.map((program) => onPath(program, environment)));
  if (found.includes(false)) return null;
  const secondKernel = await onPath(SECOND_KERNEL, environment);
  return {
    name: secondKernel ? 'leanprover/comparator with nanoda' : 'leanprover/comparator',
    check: (problem, text) => compare(problem, text, options, environment, secondKernel),
  };
}

async function compare(
  problem: JudgedProblem,
  text: string,
  options: ComparatorOptions,
  environment: Environment,
  secondKernel: boolean,
): Promise<ExternalOutcome> {
  const name = /(?:^|\s)theorem\s+(«[^»]*»|[^\s:({[⦃]+)/.exec(text)?.[1];
  if (name === undefined) return { kind: 'unavailable', message: 'the text has no theorem with a name' };
  const header = [...options.imports.map((module) => `import ${module}`), problem.preamble ?? ''].join('\n');
  const folder = await mkdtemp(join(tmpdir(), 'proofdeck-compare-'));
  try {
    const files: Readonly<Record<string, string>> = {
      'lakefile.toml': 'name = "verdict"\n\n[[lean_lib]]\nname = "Challenge"\n\n[[lean_lib]]\nname = "Solution"\n',
      'Challenge.lean': `${header}\n\n${assembleTheorem(problem, ['sorry'], name)}\n`,
      'Solution.lean': `${header}\n\n${text}\n`,
      'config.json': JSON.stringify({
        challenge_module: 'Challenge',
        solution_module: 'Solution',
        theorem_names: [name],
        permitted_axioms: AXIOMS,
        enable_nanoda: secondKernel,
      }),
      ...(options.toolchain !== undefined && { 'lean-toolchain': `${options.toolchain}\n` }),
    };
    for (const [file, content] of Object.entries(files)) await writeFile(join(folder, file), content);
    return await run(folder, options, environment, secondKernel);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function run(
  folder: string,
  options: ComparatorOptions,
  environment: Environment,
  secondKernel: boolean,
): Promise<ExternalOutcome> {
  const { execa } = await import('execa');
  const env = Object.fromEntries(
    PASSED_ON.flatMap((key) => (environment[key] === undefined ? [] : [[key, environment[key]]])),
  );
  const result = await execa('lake', ['env', 'comparator', 'config.json'], {
    cwd: folder,
    env,
    extendEnv: false,
    all: true,
    reject: false,
    timeout: options.timeoutMs ?? 600_000,
    forceKillAfterDelay: 5000,
  });
  if (result.exitCode === 0) {
    return secondKernel
      ? { kind: 'accepted', level: 'V5', checks: ['comparator', 'nanoda'] }
      : { kind: 'accepted', level: 'V4', checks: ['comparator'] };
  }
  if (result.timedOut || result.exitCode === undefined)
    return { kind: 'unavailable', message: result.shortMessage ?? 'it did not finish' };
  return { kind: 'refused', message: (result.all ?? '').trim().slice(-2000) || `exit code ${result.exitCode}` };
}

async function onPath(program: string, environment: Environment): Promise<boolean> {
  for (const folder of (environment.PATH ?? '').split(delimiter)) {
    if (folder === '') continue;
    const isExecutable = await access(join(folder, program), constants.X_OK).then(
      () => true,
      () => false,
    );
    if (isExecutable) return true;
  }
  return false;
}
