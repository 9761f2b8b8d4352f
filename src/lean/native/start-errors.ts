import type { StartFailed, StartFailureCategory } from '../transport.ts';

/**
 * What Lean says when it ends before it is ready, by category. Wording changes between releases; what no pattern knows
 * is `exited`, and the text is kept in every case.
 */
const SAYINGS: readonly {
  readonly pattern: RegExp;
  readonly category: StartFailureCategory;
  readonly message: (found: RegExpExecArray) => string;
}[] = [
  {
    pattern:
      /unknown module prefix '([^']+)'|object file '[^']*' of module (\S+) does not exist|unknown package '([^']+)'|module '([^']+)' (?:not found|does not exist)/,
    category: 'unknownModule',
    message: (found) =>
      `Lean finds no module ${found.slice(1).find(Boolean)}: build it in the project ("lake build"), or correct --imports`,
  },
  {
    pattern:
      /incompatible header|invalid header|\.olean' .*(?:version|mismatch)|compiled with a different version|toolchain .* does not match/i,
    category: 'versionMismatch',
    message: () =>
      'compiled files are of another Lean version than this one: build project and binary with one toolchain',
  },
  {
    pattern:
      /(?:unknown|invalid) (?:Lean )?(?:configuration )?option '?([^'\s]+)'?|invalid -D parameter|unknown configuration option/i,
    category: 'badOption',
    message: (found) => `Lean knows no option ${found[1] ?? ''} of that kind`.replace('  ', ' '),
  },
  {
    pattern: /out of memory|cannot allocate memory|std::bad_alloc/i,
    category: 'outOfMemory',
    message: () => 'Lean ran out of memory while it started: use fewer workers or a higher limit',
  },
  {
    pattern: /no such file or directory.*lakefile|no lakefile|missing manifest|lakefile\.(?:lean|toml).* not found/i,
    category: 'projectMissing',
    message: () => 'this folder holds no Lean project',
  },
  {
    pattern:
      /no default toolchain configured|toolchain '([^']+)' is not installed|(?:lean|lake): (?:command )?not found/i,
    category: 'leanMissing',
    message: (found) =>
      found[1]
        ? `the Lean toolchain ${found[1]} is not installed: run "elan toolchain install ${found[1]}"`
        : 'no Lean toolchain is installed: install elan, then "elan default stable"',
  },
];

/** Tells why a process ended before it was ready. `ending` is how: `code 1`, `SIGSEGV`. */
export function exitedBeforeReady(name: string, ending: string, said: string): StartFailed {
  for (const { pattern, category, message } of SAYINGS) {
    const found = pattern.exec(said);
    if (found) return { kind: 'startFailed', category, message: message(found), detail: said };
  }
  return {
    kind: 'startFailed',
    category: 'exited',
    message: `${name} ended with ${ending} before it was ready`,
    detail: said,
  };
}
