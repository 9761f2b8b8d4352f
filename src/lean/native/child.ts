import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { LineBuffer } from './line-buffer.ts';
import { signalTree } from './process-tree.ts';

/** Of our environment, native Lean sees these only: no tokens. */
const PASSED_ON = [
  'PATH',
  'LANG',
  'LC_ALL',
  'TZ',
  'TMPDIR',
  'LEAN_SYSROOT',
  'LEAN_PATH',
  'ELAN_HOME',
  'ELAN_TOOLCHAIN',
  'LD_LIBRARY_PATH',
  'DYLD_LIBRARY_PATH',
];
const STDERR_KEPT = 16_000;
/** Between the request to end and the signal that cannot be refused. */
const KILL_DELAY_MS = 1000;

export interface ChildCommand {
  /** The program and its arguments. */
  readonly argv: readonly string[];
  readonly folder: string;
  /** A home folder of its own. */
  readonly home: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** Limit of its data segment in bytes, where the system can keep one. */
  readonly memoryLimitBytes?: number;
}

/** The environment of native Lean: an allow-list, a home of its own, and the toolchains of the real home. */
export function childEnvironment(home: string, more: Readonly<Record<string, string>> = {}): Record<string, string> {
  const passed = Object.fromEntries(
    PASSED_ON.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])),
  );
  const elan = join(process.env.HOME ?? homedir(), '.elan');
  return { ...(existsSync(elan) ? { ELAN_HOME: elan } : {}), ...passed, HOME: home, ...more };
}

/** A process that talks in lines, in a process group of its own. */
export class Child {
  private readonly process: ChildProcess;
  private stderrText = '';
  private isKilled = false;
  /** How it ended, for a person: `code 1`, `SIGKILL`, or why it could not be started. Settles once. */
  readonly ended: Promise<string>;

  constructor(command: ChildCommand, onLine: (line: string) => void) {
    const { folder, home, environment, memoryLimitBytes } = command;
    const [program, ...args] = limited(command.argv, memoryLimitBytes);
    this.process = spawn(program!, args, {
      cwd: folder,
      env: childEnvironment(home, environment),
      detached: true,
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    const lines = new LineBuffer();
    this.process.stdout!.on('data', (chunk: Buffer) => {
      for (const line of lines.push(chunk)) onLine(line);
    });
    this.process.stderr!.on('data', (chunk: Buffer) => {
      this.stderrText = (this.stderrText + chunk.toString('utf8')).slice(-STDERR_KEPT);
    });
    // A write to a process that has just ended; its exit tells.
    this.process.stdin!.on('error', () => {});
    this.ended = new Promise((resolve) => {
      this.process.once('error', (error) => resolve(error.message));
      this.process.once('close', (code, signal) => resolve(signal ?? `code ${code}`));
    });
  }

  get pid(): number | undefined {
    return this.process.pid;
  }

  /** The end of what it wrote to its error stream. */
  get stderr(): string {
    return this.stderrText.trim();
  }

  write(line: string): void {
    this.process.stdin!.write(`${line}\n`);
  }

  /** Ends it with all that it started: asks first, then forces. Resolves when it has ended. */
  async kill(): Promise<void> {
    const { pid } = this.process;
    if (pid === undefined || this.isKilled) return void (await this.ended);
    this.isKilled = true;
    signalTree(pid, 'SIGTERM');
    const force = setTimeout(() => signalTree(pid, 'SIGKILL'), KILL_DELAY_MS);
    await this.ended;
    clearTimeout(force);
    // What it started may have outlived it in the group.
    signalTree(pid, 'SIGKILL');
  }
}

function limited(argv: readonly string[], memoryLimitBytes: number | undefined): readonly string[] {
  if (memoryLimitBytes === undefined || process.platform === 'win32') return argv;
  // Compiled library files are mapped and do not count as data, so this bounds what Lean computes, not what it imports.
  return [
    '/bin/sh',
    '-c',
    'ulimit -d "$0" 2>/dev/null; exec "$@"',
    String(Math.floor(memoryLimitBytes / 1024)),
    ...argv,
  ];
}
