import { closeGoal } from '../../corpus/goal-statement.ts';
import { readGoalText } from '../../corpus/goal-text.ts';
import type { Goal } from '../../lean/goal.ts';
import type { PromptFormat, TrainingExample } from './format.ts';
import { trainingExample } from './render.ts';

/** One step of a proof, as `export` writes it among proof paths: a state, and the tactic that was applied to it. */
export interface PairText {
  readonly state: string;
  readonly tactic: string;
  readonly theorem?: string | undefined;
  /** Tactics from the root to `state`. */
  readonly depth?: number | undefined;
}

/** Between the goals of a state. */
const GAP = /\n[ \t]*\n/;

export type GoalsResult =
  | { readonly kind: 'goals'; readonly goals: readonly Goal[] }
  | { readonly kind: 'unreadable'; readonly message: string };

/** The goals of a printed state: one after the other, a blank line between them. */
export function readStateText(text: string): GoalsResult {
  const goals: Goal[] = [];
  for (const part of text.trim().split(GAP)) {
    const read = readGoalText(part);
    if (read.kind === 'noGoal') return { kind: 'unreadable', message: `a goal without "⊢": ${part.slice(0, 60)}` };
    if (read.kind === 'badGoal') return { kind: 'unreadable', message: read.message };
    const caseName = /^case (\S+)/.exec(part)?.[1];
    goals.push({
      ...(caseName !== undefined && { caseName }),
      hypotheses: [...read.goal.hypotheses],
      target: read.goal.target,
    });
  }
  return { kind: 'goals', goals };
}

export interface TrainingTexts {
  readonly examples: readonly TrainingExample[];
  /** Why others gave none, each reason once for each of them. */
  readonly refused: readonly string[];
}

/**
 * Training texts for the steps of proofs: one for each step where the format is for tactics, one for each proof where it is for
 * whole proofs. The steps of a theorem stand together, in order.
 */
export function trainingTexts(format: PromptFormat, steps: readonly PairText[]): TrainingTexts {
  const examples: TrainingExample[] = [];
  const refused: string[] = [];
  for (const proof of proofsOf(steps)) {
    const tactics = proof.map(({ tactic }) => tactic);
    const wanted = format.mode === 'tactic' ? proof : proof.slice(0, 1);
    for (const [i, { state, theorem }] of wanted.entries()) {
      const read = readStateText(state);
      if (read.kind === 'unreadable') {
        refused.push(read.message);
        continue;
      }
      const path = tactics.slice(0, i);
      const named = theorem === undefined ? {} : { theorem: { name: theorem, statement: statementOf(proof) } };
      const answer = format.mode === 'tactic' ? (tactics[i] ?? '') : tactics.join('\n');
      const example = trainingExample(format, { goals: read.goals, path, ...named }, answer);
      if (example === null) refused.push(`the target alone is longer than ${format.name} may see`);
      else examples.push(example);
    }
  }
  return { examples, refused };
}

/** Steps of one theorem whose depths go up by one are of one proof; steps that do not say are proofs of their own. */
function proofsOf(steps: readonly PairText[]): readonly (readonly PairText[])[] {
  const proofs: PairText[][] = [];
  for (const step of steps) {
    const last = proofs.at(-1)?.at(-1);
    const goesOn =
      last !== undefined &&
      step.theorem !== undefined &&
      step.theorem === last.theorem &&
      step.depth === (last.depth ?? Number.NaN) + 1;
    if (goesOn) proofs.at(-1)?.push(step);
    else proofs.push([step]);
  }
  return proofs;
}

/** The first state as one closed proposition, which is what a search is given of a theorem. */
function statementOf(proof: readonly PairText[]): string {
  const [root = ''] = (proof[0]?.state ?? '').trim().split(GAP);
  const read = readGoalText(root);
  return read.kind === 'goal' ? closeGoal(read.goal).statement : '';
}
