import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packageRoot } from '../../src/storage/paths.ts';

export interface FakeRepl {
  /** What `--version` says and whose wire shapes are used. */
  readonly version: string;
  readonly versionText?: string;
  readonly versionCode?: number;
  readonly modules?: readonly string[];
  readonly startError?: string;
  /** Lines on stdout before `ready.`. */
  readonly beforeReady?: readonly string[];
  readonly neverReady?: boolean;
  readonly readyAfterMs?: number;
  /** Starts a process of its own, in its group or out of it. */
  readonly child?: 'group' | 'detached';
  readonly ignoreTerm?: boolean;
}

export interface FakeInstall {
  /** The `repl` binary. */
  readonly binary: string;
  /** A folder with a lakefile, for `projectFolder`. */
  readonly project: string;
  /** Folder with `lean` and `lake`, for PATH. */
  readonly bin: string;
  readonly folder: string;
  /** How the binary was started last. */
  started(): { args: string[]; cwd: string; env: Record<string, string>; pid: number };
  remove(): void;
}

/** Writes an installation with the fake repl, and a `lean` and `lake` that say what native ones would. */
export function installFake(fake: FakeRepl): FakeInstall {
  const folder = mkdtempSync(join(tmpdir(), 'proofdeck-fake-'));
  const bin = join(folder, 'bin');
  const project = join(folder, 'project');
  mkdirSync(bin);
  mkdirSync(project);
  writeFileSync(join(project, 'lakefile.toml'), 'name = "demo"\n');
  const argumentsFile = join(folder, 'started.json');
  const config = join(folder, 'fake.json');
  writeFileSync(config, JSON.stringify({ ...fake, argumentsFile }));
  const program = join(packageRoot(), 'test', 'fakes', 'pantograph-repl.mjs');
  const script = (name: string, text: string): string => {
    const path = join(bin, name);
    writeFileSync(path, `#!/bin/sh\n${text}\n`);
    chmodSync(path, 0o755);
    return path;
  };
  const binary = script('repl', `exec "${process.execPath}" "${program}" "${config}" "$@"`);
  script(
    'lean',
    `case "$1" in --version) echo "Lean (version 4.21.0, x86_64-unknown-linux-gnu, commit 6741444a63ee, Release)";; --print-prefix) echo "${folder}";; esac`,
  );
  // As a project's: "lake env lean --run worker.lean Init" runs the fake with the modules.
  script(
    'lake',
    `shift; case "$1" in printenv) echo "${project}/.lake/build/lib";; lean) shift; if [ "$1" = --version ]; then exec lean --version; fi; while [ "$1" != --run ]; do shift; done; shift 2; exec "${process.execPath}" "${program}" "${config}" "$@";; esac`,
  );
  return {
    binary,
    project,
    bin,
    folder,
    started: () => JSON.parse(readFileSync(argumentsFile, 'utf8')) as ReturnType<FakeInstall['started']>,
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
