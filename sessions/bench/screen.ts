import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { findProgram } from '../../src/doctor/program.ts';
import { packageRoot } from '../../src/storage/paths.ts';
import type { BenchContext } from './measurement.ts';

/*
 * The real program on a pseudo-terminal, its bytes shown by a terminal emulator. Both come with development dependencies,
 * which a plain "npm install" brings; where they are missing the screen is not measured.
 */

type Pty = typeof import('@lydell/node-pty');
type Emulator = typeof import('@xterm/headless');

export const missingTerminal =
  'the terminal packages are missing: run "npm install" in the folder of proofdeck, without --omit=dev';

const columns = 120;
const rows = 40;
/** A frame is over when nothing has come for so long. */
const quietMs = 40;
const longestFrameMs = 5000;

export interface Burst {
  /** From the key to the last byte of the frame. */
  readonly ms: number;
  readonly bytes: number;
}

export interface Screen {
  readonly pid: number;
  /** Text of the visible lines, once every byte received has been shown. */
  text(): string;
  /** Milliseconds since the start until `seen` holds of the text; null when that takes longer than `limitMs`. */
  until(seen: (text: string) => boolean, limitMs: number): Promise<number | null>;
  /** Presses a key and waits for the frame; null when nothing was drawn. */
  press(key: string): Promise<Burst | null>;
  /** Waits until nothing has been drawn for `ms`, but no longer than five seconds. */
  settled(ms: number): Promise<void>;
  close(): Promise<void>;
}

/** Starts proofdeck as `node bin/proofdeck.cjs …args`, or null where the terminal packages are missing. */
export async function openScreen(
  context: BenchContext,
  args: readonly string[],
  node = process.execPath,
): Promise<Screen | null> {
  const loaded = await loadTerminal();
  if (loaded === null) return null;
  const { pty, emulator } = loaded;
  const terminal = new emulator.Terminal({ cols: columns, rows, allowProposedApi: true });
  const start = performance.now();
  const child = pty.spawn(node, [join(packageRoot(), 'bin', 'proofdeck.cjs'), ...args], {
    name: 'xterm-256color',
    cols: columns,
    rows,
    cwd: context.folder,
    env: childEnvironment(context),
  });
  let lastByteAt = start;
  let bytes = 0;
  const watchers = new Set<() => void>();
  child.onData((data) => {
    lastByteAt = performance.now();
    bytes += Buffer.byteLength(data);
    terminal.write(data, () => {
      for (const watch of [...watchers]) watch();
    });
  });
  const exited = new Promise<void>((resolve) => {
    child.onExit(() => resolve());
  });
  const text = (): string =>
    Array.from(
      { length: rows },
      (_, row) => terminal.buffer.active.getLine(terminal.buffer.active.baseY + row)?.translateToString(true) ?? '',
    ).join('\n');
  const until: Screen['until'] = (seen, limitMs) =>
    new Promise((resolve) => {
      const finish = (ms: number | null): void => {
        watchers.delete(look);
        clearTimeout(timer);
        resolve(ms);
      };
      // Bytes are timed when they arrive, not when the emulator has drawn them.
      const look = (): void => {
        if (seen(text())) finish(lastByteAt - start);
      };
      const timer = setTimeout(() => finish(null), limitMs);
      watchers.add(look);
      look();
    });
  const settled = async (ms: number): Promise<void> => {
    const limit = performance.now() + longestFrameMs;
    while (performance.now() - lastByteAt < ms && performance.now() < limit)
      await wait(Math.max(1, ms - (performance.now() - lastByteAt)));
  };
  const press: Screen['press'] = async (key) => {
    await settled(quietMs);
    const [before, pressedAt] = [bytes, performance.now()];
    child.write(key);
    while (bytes === before && performance.now() - pressedAt < longestFrameMs) await wait(1);
    if (bytes === before) return null;
    await settled(quietMs);
    return { ms: lastByteAt - pressedAt, bytes: bytes - before };
  };
  const close = async (): Promise<void> => {
    child.kill('SIGTERM');
    const forced = setTimeout(() => child.kill('SIGKILL'), 5000);
    await exited;
    clearTimeout(forced);
    terminal.dispose();
  };
  return { pid: child.pid, text, until, press, settled, close };
}

/** The Node that a person's shell would start proofdeck with, when it is another than ours. */
export function otherNode({ environment }: BenchContext): string | null {
  const path = findProgram('node', { environment });
  return path === process.execPath ? null : path;
}

async function loadTerminal(): Promise<{ readonly pty: Pty; readonly emulator: Emulator } | null> {
  // Named at run time, so that the bundle does not hold them.
  const names = { pty: '@lydell/node-pty', emulator: '@xterm/headless' };
  try {
    const pty = (await import(names.pty)) as Pty;
    const emulator = (await import(names.emulator)) as Emulator & { readonly default?: Emulator };
    return { pty, emulator: emulator.default ?? emulator };
  } catch (error) {
    if (error instanceof Error && 'code' in error && String(error.code).includes('MODULE_NOT_FOUND')) return null;
    throw error;
  }
}

function childEnvironment({ environment, cacheRoot }: BenchContext): Record<string, string> {
  const kept = Object.entries(environment).filter(
    ([name, value]) =>
      value !== undefined && !/^(CI|NO_COLOR|FORCE_COLOR|NODE_ENV|NODE_OPTIONS|TMUX|PROOFDECK_.*)$/.test(name),
  );
  return {
    ...(Object.fromEntries(kept) as Record<string, string>),
    TERM: 'xterm-256color',
    PROOFDECK_CACHE: cacheRoot,
  };
}
