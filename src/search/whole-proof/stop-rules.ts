import type { SearchSettings } from '../settings.ts';
import type { ProofEnd } from './events.ts';

/** What a proof has done in a row. */
export interface ProofRun {
  /** Steps that left the first target as it was. */
  readonly unchanged: number;
  /** Steps that were a `have`. */
  readonly haves: number;
}

export const beginningOfRun: ProofRun = { unchanged: 0, haves: 0 };

/** A step that Lean has taken. */
export interface TakenStep {
  readonly tactic: string;
  /** Targets of the first goal, before and after it. */
  readonly targets: readonly [before: string | undefined, after: string | undefined];
  /** Numbers of goals, before and after it. */
  readonly goals: readonly [before: number, after: number];
  /** Depth of the node that it led to. */
  readonly depth: number;
  /** Tactics that the proof has left. */
  readonly left: number;
}

/** Words that close a goal without a proof. Whether a text holds one is only a hint; what counts as proved is decided by the judge. */
const FORBIDDEN = /(?<![\p{L}\p{N}_'.])(?:sorry|admit|cheat)(?![\p{L}\p{N}_'])/u;

/** The first word of a proof that forbids it, or null. */
export function forbiddenWord(tactics: readonly string[]): string | null {
  for (const tactic of tactics) {
    const word = FORBIDDEN.exec(tactic)?.[0];
    if (word !== undefined) return word;
  }
  return null;
}

/** What the run of a proof is after a step. */
export function runAfter(run: ProofRun, { tactic, targets, goals }: TakenStep): ProofRun {
  const [before, after] = targets;
  // With fewer goals it is another one that is first now.
  const isUnchanged = before !== undefined && before === after && goals[1] >= goals[0];
  return {
    unchanged: isUnchanged ? run.unchanged + 1 : 0,
    // A `have` whose proof follows was made a `refine have …` when the proof was taken apart.
    haves: /^(?:refine\s+)?have(?![\p{L}\p{N}_'.])/u.test(tactic) ? run.haves + 1 : 0,
  };
}

/**
 * Whether a proof ends with a step that Lean has taken, and why. In this order:
 * 1. a `have` that leaves more goals than there were only puts its claim off;
 * 2. claims in a row, and steps that leave the first target as it is, fill the context and prove nothing;
 * 3. the state is too deep to go on from;
 * 4. it has nothing more to say.
 */
export function endAfter(run: ProofRun, step: TakenStep, settings: SearchSettings): ProofEnd | null {
  const [before, after] = step.goals;
  const { max_consecutive_have: haves, max_goal_unchanged_steps: unchanged, max_depth } = settings;
  if (/^have\s/.test(step.tactic) && after > before) return { kind: 'haveGoals', goals: after };
  if (haves > 0 && run.haves >= haves) return { kind: 'haveChain', steps: run.haves };
  if (unchanged > 0 && run.unchanged >= unchanged) return { kind: 'unchanged', steps: run.unchanged };
  if (step.depth >= max_depth) return { kind: 'depth' };
  return step.left === 0 ? { kind: 'unfinished', goals: after } : null;
}
