import type { ObservedProof } from '../../src/policy/ranker/train/observation.ts';
import { observeSearch } from '../../src/policy/ranker/train/observe-search.ts';
import { type ProofsResult, readProofs } from '../../src/policy/ranker/train/read-proofs.ts';
import { isProved } from '../../src/run/counted.ts';
import type { StorageFailed } from '../../src/storage/failure.ts';
import type { RunReader } from '../runs/run-reader.ts';
import { searchOfLog } from '../runs/search-of-log.ts';
import type { TrajectoryInputs } from './inputs.ts';

/**
 * The accepted proofs of trajectories with what was tried on their way. Of runs the logs are read, which tell failed tries too;
 * of files that belong to none of these runs, the rows.
 */
export async function acceptedProofs({ paths, runs }: TrajectoryInputs): Promise<ProofsResult> {
  const proofs: ObservedProof[] = [];
  for (const run of runs) {
    const read = await proofsOfRun(run);
    if (read.kind !== 'proofs') return read;
    proofs.push(...read.proofs);
  }
  const others = paths.filter((path) => !runs.some((run) => path.startsWith(run.file(''))));
  const read = await readProofs(others);
  return read.kind === 'proofs' ? { kind: 'proofs', proofs: [...proofs, ...read.proofs] } : read;
}

async function proofsOfRun(run: RunReader): Promise<ProofsResult> {
  const proofs: ObservedProof[] = [];
  for (const { job, progress } of run.state.jobs.values()) {
    if (job.kind === 'canary' || progress.kind !== 'ended' || !isProved(progress.outcome)) continue;
    const read = await proofOfLog(run.file(...job.log.split('/')));
    if (read !== null && 'kind' in read) return read;
    if (read !== null) proofs.push({ ...read, theorem: job.theorem });
  }
  return { kind: 'proofs', proofs };
}

async function proofOfLog(path: string): Promise<ObservedProof | null | StorageFailed> {
  const logged = await searchOfLog(path);
  return logged.kind === 'storageFailed' ? logged : observeSearch(logged.state);
}
