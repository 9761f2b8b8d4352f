import { leanKind } from '../src/lean/native/lean-kind.ts';
import type { LeanPool, WorkerSource } from '../src/lean/pool/pool.ts';
import type { Transport } from '../src/lean/transport.ts';
import type { WorkerKindOptions } from '../src/lean/workers.ts';

/** Where the judge gets its provers from. */
export interface JudgeSource {
  open(): Promise<Transport>;
  close(): Promise<void>;
}

/**
 * Provers of the pool's own kind, where they know our commands. A Pantograph `repl` does not, so its proofs are judged by a
 * native Lean that runs our worker program in the same project; where that cannot be started, the verdict says why.
 */
export function judgeSource(pool: LeanPool, options: WorkerKindOptions): JudgeSource {
  if (pool.kind !== 'pantograph') return { open: async () => pool.freshTransport(), close: async () => {} };
  const { nativePath: _, ...rest } = options;
  let source: WorkerSource | null = null;
  return {
    open: async () => {
      if (source === null) {
        const opened = await leanKind.open(rest);
        // The repl's own answer to a command that it does not know becomes the reason in the verdict.
        if (opened.kind === 'startFailed') return pool.freshTransport();
        source = opened.source;
      }
      return source.transport();
    },
    close: async () => source?.close(),
  };
}
