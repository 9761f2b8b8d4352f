import { tallyRun } from '../../src/run/tally.ts';
import type { RunReader } from './run-reader.ts';

/** A run as documents show it at one moment: what it is, how far it is, and what its process does. */
export function runDocument(run: RunReader, now: number) {
  const { manifest, state, live, holder, isInterrupted } = run;
  const present = holder === null ? null : live;
  return {
    run: run.id,
    command: manifest.command,
    createdAt: manifest.createdAt,
    status: isInterrupted ? ('interrupted' as const) : state.status,
    reason: state.reason,
    resume:
      isInterrupted || state.status === 'stopped' || state.status === 'failed' ? `proofdeck resume ${run.id}` : null,
    process: holder === null ? null : { pid: holder.pid, host: holder.host, since: holder.since },
    live: present,
    corpus: manifest.corpus,
    toolchain: state.toolchain ?? manifest.lean.toolchain,
    tally: tallyRun(manifest, state, { now, live: present }),
  };
}
