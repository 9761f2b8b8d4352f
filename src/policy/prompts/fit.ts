import type { Omission, PromptInput } from './format.ts';
import { leastRelatedFirst } from './relevance.ts';

/** How long a prompt may be. */
export interface PromptLimit {
  readonly max: number;
  /** What `max` counts. */
  readonly unit: string;
  /** Length of a text in that unit. */
  measure(text: string): number;
}

/** Lengths in bytes of UTF-8. */
export function byteLimit(max: number): PromptLimit {
  return { max, unit: 'bytes', measure: (text) => Buffer.byteLength(text) };
}

/**
 * Lengths in tokens, guessed from the number of bytes: Lean text has many signs of two and three bytes, which tokenizers often
 * split. The server has the last word; a prompt that it finds too long is made again with a smaller limit.
 */
export function tokenLimit(max: number, bytesPerToken: number = 2.5): PromptLimit {
  return { max, unit: 'tokens', measure: (text) => Math.ceil(Buffer.byteLength(text) / bytesPerToken) };
}

export type FitResult =
  | { readonly kind: 'fits'; readonly input: PromptInput; readonly omitted: Omission | null }
  /** Not even the target alone fits. */
  | { readonly kind: 'tooLong'; readonly limit: PromptLimit; readonly length: number };

/**
 * The input with as little left out as makes `render` short enough: hypotheses of the other goals, then those goals, then steps
 * of the proof so far, then hypotheses of the first goal, least related to its target first. Its target always stays.
 */
export function fitInput(
  input: PromptInput,
  limits: readonly PromptLimit[],
  render: (input: PromptInput) => string,
): FitResult {
  const broken = (one: PromptInput): PromptLimit | undefined => {
    const text = render(one);
    return limits.find(({ max, measure }) => measure(text) > max);
  };
  if (!broken(input)) return { kind: 'fits', input, omitted: null };
  const steps = reductions(input, render);
  // Nearly monotone: only the marks grow with what is left out. The search may miss by a mark and then goes on one by one.
  let low = 1;
  let high = steps.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (!broken(reduced(input, steps, middle))) high = middle;
    else low = middle + 1;
  }
  for (let count = low; count < steps.length; count += 1) {
    const smaller = reduced(input, steps, count);
    if (!broken(smaller)) return { kind: 'fits', input: smaller, omitted: smaller.omitted ?? null };
  }
  const smallest = reduced(input, steps, steps.length);
  const limit = broken(smallest);
  if (limit === undefined) return { kind: 'fits', input: smallest, omitted: smallest.omitted ?? null };
  return { kind: 'tooLong', limit, length: limit.measure(render(smallest)) };
}

type Reduction =
  | { readonly kind: 'bareGoal' | 'dropGoal'; readonly index: number }
  | { readonly kind: 'dropStep' }
  | { readonly kind: 'dropHypothesis'; readonly index: number };

/** What can be left out, in order; what the format does not show is not among it. */
function reductions(input: PromptInput, render: (input: PromptInput) => string): readonly Reduction[] {
  const { goals, path } = input;
  const [first] = goals;
  const whole = render(input);
  const out: Reduction[] = [];
  const showsOthers = goals.length > 1 && first !== undefined && render({ ...input, goals: [first] }) !== whole;
  const others = showsOthers
    ? goals
        .map((_, index) => index)
        .slice(1)
        .reverse()
    : [];
  for (const index of others) if (goals[index]?.hypotheses.length) out.push({ kind: 'bareGoal', index });
  for (const index of others) out.push({ kind: 'dropGoal', index });
  if (path.length > 1 && render({ ...input, path: path.slice(1) }) !== whole)
    for (const _ of path.slice(1)) out.push({ kind: 'dropStep' });
  if (first) for (const index of leastRelatedFirst(first)) out.push({ kind: 'dropHypothesis', index });
  return out;
}

function reduced(input: PromptInput, steps: readonly Reduction[], count: number): PromptInput {
  const bare = new Set<number>();
  const dropped = new Set<number>();
  const hypotheses = new Set<number>();
  let pathSteps = 0;
  for (const step of steps.slice(0, count)) {
    if (step.kind === 'bareGoal') bare.add(step.index);
    else if (step.kind === 'dropGoal') dropped.add(step.index);
    else if (step.kind === 'dropStep') pathSteps += 1;
    else hypotheses.add(step.index);
  }
  const goals = input.goals.flatMap((goal, i) => {
    if (dropped.has(i)) return [];
    if (bare.has(i)) return [{ ...goal, hypotheses: [] }];
    return [i === 0 ? { ...goal, hypotheses: goal.hypotheses.filter((_, h) => !hypotheses.has(h)) } : goal];
  });
  const omitted: Omission = {
    hypotheses: (input.goals[0]?.hypotheses ?? []).filter((_, h) => hypotheses.has(h)).map(({ name }) => name),
    otherHypotheses: input.goals.reduce((sum, goal, i) => sum + (bare.has(i) ? goal.hypotheses.length : 0), 0),
    goals: dropped.size,
    steps: pathSteps,
  };
  return { ...input, goals, path: input.path.slice(pathSteps), omitted };
}
