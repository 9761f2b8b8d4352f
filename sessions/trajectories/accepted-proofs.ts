import type { ObservedProof } from '../../src/policy/ranker/train/observation.ts';
import { observeSearch } from '../../src/policy/ranker/train/observe-search.ts';
import { type ProofsResult, readProofs } from '../../src/policy/ranker/train/read-proofs.ts';
import { isProved } from '../../src/run/counted.ts';
import { emptySearchState, reduceSearch } from '../../src/search/reduce.ts';
import { damaged, type StorageFailed } from '../../src/storage/failure.ts';
import { scanLog } from '../../src/storage/log-reader.ts';
import { RecordDecoder } from '../records.ts';
import type { RunReader } from '../runs/run-reader.ts';
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
  const decoder = new RecordDecoder();
  const state = emptySearchState();
  let problem: string | null = null;
  const scanned = await scanLog(path, (line) => {
    const decoded = decoder.decode(line);
    if (decoded.kind === 'invalid') {
      problem = decoded.message;
      return false;
    }
    if (decoded.record.search !== null) reduceSearch(state, decoded.record.event);
    return true;
  });
  if (scanned.kind === 'storageFailed') return scanned;
  if (problem !== null) return damaged(path, `${path} is damaged: ${problem as string}`);
  return observeSearch(state);
}
