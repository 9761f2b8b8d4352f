import type { LeanProblem } from '../lean/pool/types.ts';
import { startError } from '../run/job-error.ts';
import type { Problem } from '../search/events.ts';
import type { Theorem } from './theorem-list.ts';
import { problemOfTheorem } from './theorem-problem.ts';

/** What is asked of Lean. */
export interface Starter {
  settle(problem: Problem): Promise<Problem>;
  problem(problem: Problem): LeanProblem;
}

export interface FailedStart {
  readonly name: string;
  /** As with the start errors of a run: `unknownTheorem`, `doesNotElaborate`, … */
  readonly category: string;
  readonly message: string;
  readonly statement: string;
}

export interface Validation {
  readonly good: readonly Theorem[];
  readonly failed: readonly FailedStart[];
  /** Theorems that start, and about which there is something to know. */
  readonly notes: readonly { readonly name: string; readonly note: string }[];
}

/**
 * Starts every theorem as a search would, and searches none. `sideBySide` of them at a time.
 * @param onDone called after each, with how many are done
 */
export async function validateTheorems(
  theorems: readonly Theorem[],
  imports: readonly string[],
  lean: Starter,
  { sideBySide, onDone, signal }: { sideBySide: number; onDone?: (done: number) => void; signal?: AbortSignal },
): Promise<Validation> {
  const outcomes = new Map<Theorem, FailedStart | { readonly note: string | null }>();
  let next = 0;
  const work = async (): Promise<void> => {
    for (let theorem = theorems[next++]; theorem && !signal?.aborted; theorem = theorems[next++]) {
      outcomes.set(theorem, await startOf(theorem, imports, lean));
      onDone?.(outcomes.size);
    }
  };
  await Promise.all(Array.from({ length: Math.max(1, sideBySide) }, work));
  const done = theorems.flatMap((theorem) => {
    const outcome = outcomes.get(theorem);
    return outcome ? [{ theorem, outcome }] : [];
  });
  return {
    good: done.flatMap(({ theorem, outcome }) => ('note' in outcome ? [theorem] : [])),
    failed: done.flatMap(({ outcome }) => ('note' in outcome ? [] : [outcome])),
    notes: done.flatMap(({ theorem: { name }, outcome }) =>
      'note' in outcome && outcome.note !== null ? [{ name, note: outcome.note }] : [],
    ),
  };
}

async function startOf(
  theorem: Theorem,
  imports: readonly string[],
  lean: Starter,
): Promise<FailedStart | { readonly note: string | null }> {
  const failed = (failure: { readonly category: string; readonly message: string }): FailedStart => {
    const { category, message } = startError(theorem.name, failure);
    return { name: theorem.name, category, message, statement: theorem.statement };
  };
  const problem = await lean.settle(problemOfTheorem(theorem, imports));
  if (problem.refusal) return failed(problem.refusal);
  const prover = lean.problem(problem);
  const started = await prover.start();
  await prover.close();
  return started.kind === 'started' ? { note: problem.note ?? null } : failed(started);
}
