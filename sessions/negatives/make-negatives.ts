import { existsSync } from 'node:fs';
import { problemOfTheorem } from '../../src/corpus/theorem-problem.ts';
import type { TacticProvider } from '../../src/policy/provider.ts';
import type { StorageFailed } from '../../src/storage/failure.ts';
import { orUnreadable } from '../../src/trajectory/reader.ts';
import type { TrajectoryRow } from '../../src/trajectory/row.ts';
import { rowsOfFile } from '../../src/trajectory/rows-of-file.ts';
import { writePart } from '../../src/trajectory/writer.ts';
import type { NegativesSettings } from '../../src/value/negatives/settings.ts';
import { walkProof } from '../../src/value/negatives/walk.ts';
import { rowsOfWalk } from '../../src/value/negatives/walk-rows.ts';
import type { Engine } from '../engine.ts';
import type { TheoremProof } from './known-proofs.ts';
import { emptyTally, type NegativesTally, tallySkipped, tallyWalk } from './negatives-tally.ts';

export interface MakeNegativesOptions {
  readonly engine: Engine;
  readonly provider: TacticProvider;
  readonly proofs: readonly TheoremProof[];
  readonly settings: NegativesSettings;
  /** Parquet file for the rows; written again after every `flushEvery` proofs, or `flushMs` milliseconds. */
  readonly out: string;
  /** Keep the rows that the file has, and leave out the proofs that they are of. */
  readonly resume: boolean;
  /** Name of the making, the session of its rows. */
  readonly session: string;
  readonly concurrency: number;
  readonly flushEvery: number;
  readonly flushMs: number;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly onProgress: (tally: NegativesTally) => void;
  readonly signal: AbortSignal;
}

export type NegativesMade =
  | { readonly kind: 'made'; readonly tally: NegativesTally; readonly rows: number; readonly interrupted: boolean }
  | StorageFailed;

/** Walks proofs side by side and writes what was found as trajectories, in the order of the proofs. */
export async function makeNegatives(options: MakeNegativesOptions): Promise<NegativesMade> {
  const { proofs, out, resume, session, concurrency, flushEvery, flushMs, now, signal } = options;
  const before = resume && existsSync(out) ? await orUnreadable(() => rowsOfFile(out)) : [];
  if ('kind' in before) return before;
  const done = new Set(before.map((row) => row.search));
  const jobs = named(proofs).filter(({ search }) => !done.has(search));
  const found: (readonly TrajectoryRow[] | undefined)[] = [];
  let tally = emptyTally(proofs.length, proofs.length - jobs.length);
  let failure: StorageFailed | null = null;
  let next = 0;
  let pending = 0;
  let flushedMs = now();
  let writing = Promise.resolve();
  const allRows = (): readonly TrajectoryRow[] => [...before, ...found.flatMap((rows) => rows ?? [])];
  // One at a time: an older state of the file must not come last.
  const flush = (): Promise<void> => {
    [pending, flushedMs] = [0, now()];
    writing = writing.then(async () => {
      const written = await writePart(out, allRows());
      if (written.kind === 'storageFailed') failure = written;
    });
    return writing;
  };
  const work = async (): Promise<void> => {
    while (next < jobs.length && !signal.aborted && failure === null) {
      const at = next++;
      const { proof, search } = jobs[at] as NamedProof;
      const result = await walkOne(options, proof);
      if (result.kind === 'aborted') return;
      if (result.kind === 'skipped') tally = tallySkipped(tally, proof.theorem.name, result);
      else {
        const about = { theorem: proof.theorem.name, session, search, beganMs: result.beganMs };
        const rows = rowsOfWalk(result.tree, options.settings.expansions > 0, about);
        found[at] = rows;
        tally = tallyWalk(tally, rows, result);
      }
      options.onProgress(tally);
      pending += 1;
      if (pending >= flushEvery || now() - flushedMs >= flushMs) await flush();
    }
  };
  await Promise.all(Array.from({ length: concurrency }, work));
  await flush();
  if (failure !== null) return failure;
  return { kind: 'made', tally, rows: allRows().length, interrupted: signal.aborted };
}

interface NamedProof {
  readonly proof: TheoremProof;
  /** Unique: a theorem may have several proofs. */
  readonly search: string;
}

function named(proofs: readonly TheoremProof[]): readonly NamedProof[] {
  const counts = new Map<string, number>();
  return proofs.map((proof) => {
    const { name } = proof.theorem;
    const count = (counts.get(name) ?? 0) + 1;
    counts.set(name, count);
    return { proof, search: `negatives/${name}/${count}` };
  });
}

async function walkOne({ engine, provider, settings, now, signal }: MakeNegativesOptions, proof: TheoremProof) {
  const beganMs = now();
  const problem = await engine.settle(problemOfTheorem(proof.theorem, engine.imports));
  const prover = engine.problem(problem);
  const { introduce = [] } = problem;
  // Proofs of runs begin with what brings the hypotheses of a printed goal in; proof paths do not.
  const isIntroduced = introduce.length > 0 && introduce.every((tactic, i) => proof.tactics[i] === tactic);
  const tactics = isIntroduced ? proof.tactics.slice(introduce.length) : proof.tactics;
  try {
    const world = { prover, provider, judge: (script: readonly string[]) => engine.judge(problem, script) };
    return { ...(await walkProof({ problem, tactics }, world, settings, signal)), beganMs };
  } finally {
    await prover.close();
  }
}
