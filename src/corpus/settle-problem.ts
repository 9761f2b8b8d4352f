import type { Goal } from '../lean/goal.ts';
import type { LeanPool } from '../lean/pool/pool.ts';
import type { LeanProblem, StateRef, TacticLimits } from '../lean/pool/types.ts';
import { isHiddenName } from '../run/job-error.ts';
import type { Problem } from '../search/events.ts';
import { introName, introTactic, plainName } from './goal-statement.ts';
import { type GoalText, readGoalText } from './goal-text.ts';
import { goalDifference, underNamesOf } from './same-goal.ts';

/** What is asked of the Lean workers. */
export type Environment = Pick<LeanPool, 'problem'>;

const LIMITS: TacticLimits = { heartbeats: 200_000, recursion: 512, timeoutMs: 20_000 };
const ROOT: StateRef = { key: 'root', parent: null, tactic: '' };

/**
 * Decides how a theorem that is given as a printed goal is started: by its name, with its hypotheses introduced under the names
 * of the text, where the environment has it; else by the statement that the goal was made into, if that leads to the same goal
 * again. A problem that can be started neither way gets a `refusal`, so that no other goal is ever searched in its place. Other
 * problems are returned as they are.
 */
export async function settleProblem(lean: Environment, problem: Problem): Promise<Problem> {
  if (problem.traced === undefined || problem.refusal !== undefined || problem.copyFrom !== undefined) return problem;
  const read = readGoalText(problem.traced);
  if (read.kind !== 'goal') return problem;
  const byName = await withRoot(lean, { copyFrom: problem.name }, (root) => named(root, problem, read.goal));
  if (byName.kind === 'settled') return byName.problem;
  // Anything but an unknown name is about this theorem, and not about how its goal reads.
  if (byName.category !== 'index') return refused(problem, byName.category, byName.message);
  const root = { expr: problem.statement ?? '', ...(problem.levels && { levels: problem.levels }) };
  const rebuilt = await withRoot(lean, root, (started) => reread(started, problem, read.goal));
  if (rebuilt.kind === 'settled') return rebuilt.problem;
  if (rebuilt.category === 'goalDiffers' || isOurs(rebuilt.category))
    return refused(problem, rebuilt.category, rebuilt.message);
  const { name } = problem;
  const unread = `and its goal cannot be read as a statement: ${rebuilt.message}`;
  if (isHiddenName(name))
    return refused(
      problem,
      'privateName',
      `no other module can name ${name}, which is private or made up by Lean, ${unread}`,
    );
  return refused(problem, 'unknownTheorem', `there is no theorem ${name} in the environment, ${unread}`);
}

interface Failed {
  readonly kind: 'failed';
  readonly category: string;
  readonly message: string;
}

type Settled = { readonly kind: 'settled'; readonly problem: Problem } | Failed;

const isFailed = (found: Goal | Failed | null): found is Failed => found !== null && 'kind' in found;

interface Started {
  readonly prover: LeanProblem;
  readonly goal: Goal;
}

async function withRoot(
  lean: Environment,
  root: Parameters<Environment['problem']>[0],
  use: (started: Started) => Promise<Settled>,
): Promise<Settled> {
  const prover = lean.problem(root);
  try {
    const started = await prover.start();
    if (started.kind === 'startFailed') return { kind: 'failed', category: started.category, message: started.message };
    const [goal] = started.goals;
    return goal ? await use({ prover, goal }) : { kind: 'failed', category: 'goalDiffers', message: 'it has no goal' };
  } finally {
    await prover.close();
  }
}

/** The environment has the theorem: which of its hypotheses the text shows above `⊢`. */
async function named(started: Started, problem: Problem, traced: GoalText): Promise<Settled> {
  const { statement: _, levels: __, introduce: ___, ...rest } = problem;
  const copied = (names: readonly string[], note: string | null): Settled => ({
    kind: 'settled',
    problem: {
      ...rest,
      statement: null,
      copyFrom: problem.name,
      ...(names.length > 0 && { introduce: [...introTactic(names)] }),
      ...(note !== null && { note: `the theorem is not quite the goal that was given: ${note}` }),
    },
  });
  const all = await goalAfter(started, 'intros');
  if (isFailed(all)) return all;
  // A statement without binders.
  if (all === null) return copied([], goalDifference(started.goal, traced));
  const before = started.goal.hypotheses.length;
  const matched = matchedNames(
    all.hypotheses.slice(before).map(({ name }) => name),
    traced,
  );
  // A target may begin with binders of the names that unused variables have; it shows where the text stops.
  for (let count = matched.length; count >= 0; count--) {
    const names = matched.slice(0, count);
    const goal = await introduced(started, names);
    if (isFailed(goal)) return goal;
    const difference = goal && goalDifference(goal, traced);
    if (goal && difference === null) return copied(names, null);
    if (count === 0 || (goal && sameTarget(goal, traced))) break;
  }
  const goal = await introduced(started, matched);
  if (isFailed(goal)) return goal;
  const note = goal ? goalDifference(goal, traced) : `its hypotheses are not those of the text`;
  return copied(goal ? matched : [], note);
}

const sameTarget = ({ target }: Goal, traced: GoalText): boolean =>
  target.replaceAll(/\s+/g, ' ') === traced.target.replaceAll(/\s+/g, ' ');

/**
 * The theorem's binders, in order, under the text's names: as many as the text shows. The text may show more, since Lean used to
 * list variables that a theorem did not use, and may show them in another order. Of several of one name the later ones are the
 * theorem's: they hide the variables.
 */
function matchedNames(binders: readonly string[], { hypotheses }: GoalText): readonly string[] {
  const names: string[] = [];
  const free = new Map(
    [...Map.groupBy(hypotheses, ({ name }) => plainName(name))].map(([name, same]) => [name, same.map((h) => h.name)]),
  );
  for (const [i, binder] of binders.entries()) {
    const name = plainName(binder);
    const candidates = free.get(name) ?? [];
    const wanted = binders.slice(i).filter((one) => plainName(one) === name).length;
    const [found] = candidates.splice(Math.max(0, candidates.length - wanted), 1);
    if (found === undefined) break;
    names.push(found);
  }
  return names;
}

/** The statement that was made of the text: whether it means the text's goal. */
async function reread(started: Started, problem: Problem, traced: GoalText): Promise<Settled> {
  const [tactic] = problem.introduce ?? [];
  const goal = tactic === undefined ? started.goal : await goalAfter(started, tactic);
  if (isFailed(goal)) return goal;
  const difference = goal ? goalDifference(underNamesOf(traced, goal), traced) : `"${tactic}" fails`;
  if (difference === null) return { kind: 'settled', problem };
  const message = `there is no theorem ${problem.name} in the environment, and the text does not read back as the goal that it shows: ${difference}`;
  return { kind: 'failed', category: 'goalDiffers', message };
}

const introduced = ({ prover, goal }: Started, names: readonly string[]): ReturnType<typeof goalAfter> =>
  names.length === 0 ? Promise.resolve(goal) : goalAfter({ prover, goal }, `intro ${names.map(introName).join(' ')}`);

/** The one goal that a tactic leads to from the root; null when Lean says that it fails, which a lost worker does not. */
async function goalAfter({ prover }: Started, tactic: string): Promise<Goal | Failed | null> {
  const { signal } = new AbortController();
  const { outcome, worker } = await prover.tryTactic(ROOT, `settle ${tactic}`, tactic, LIMITS, {
    onSent: () => {},
    signal,
  });
  const failed = (category: string, message: string): Failed => ({ kind: 'failed', category, message });
  // No worker was asked: the pool was closed.
  if (outcome.kind === 'workerLost') return failed(worker < 0 ? 'closed' : 'workerLost', outcome.message);
  if (outcome.kind === 'timedOut')
    return failed(outcome.limit === 'cancelled' ? 'cancelled' : 'limit', outcome.message);
  return outcome.kind === 'goals' && outcome.goals.length === 1 ? (outcome.goals[0] ?? null) : null;
}

/** Failures of the machine, which say nothing about the theorem. */
function isOurs(category: string): boolean {
  return category === 'workerLost' || category === 'closed' || category === 'cancelled' || category === 'limit';
}

function refused(problem: Problem, category: string, message: string): Problem {
  return { ...problem, refusal: { category, message } };
}
