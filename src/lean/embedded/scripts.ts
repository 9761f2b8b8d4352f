import { fileURLToPath } from 'node:url';

const FROM_SOURCES = import.meta.url.endsWith('.ts');

/** Where a script of its own process or thread is: the source file itself, or its bundle beside us in `dist/`. */
function script(source: string, bundle: string): string {
  return fileURLToPath(new URL(FROM_SOURCES ? source : bundle, import.meta.url));
}

export const HOST_SCRIPT = script('./host-process.ts', './lean-host.js');
export const THREAD_SCRIPT = script('./thread.ts', './lean-thread.js');

/** Lean's recursion needs V8 frames beside its own stack. */
export const THREAD_LIMITS = { stackSizeMb: 240 } as const;
