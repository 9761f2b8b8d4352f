import { type TopSign, topSign } from './blocks.ts';
import { COUNTED_SIGNS, type Counts, countTokens } from './counts.ts';
import type { GoalSpan, Span } from './layout.ts';
import { hashText, KIND, mix } from './signs.ts';
import type { Tokens } from './tokens.ts';

const FALSE = hashText('False');
const TRUE = hashText('True');
const EQUALS = hashText('=');
const IFF = hashText('↔');
const NOT = hashText('¬');

/** Sizes and counts grow by orders of magnitude; a step from 1 to 2 means as much as one from 10 to 20. */
const scaled = (count: number): number => Math.log1p(count) / 2;
const share = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole);
const flag = (holds: boolean): number => (holds ? 1 : 0);

/**
 * What a person would note about a state before trying anything: how much is left, how it is made, and how what is to be shown meets
 * what is known. A fixed number of values, mostly between 0 and 4.
 */
export function measureState(
  tokens: Tokens,
  goals: readonly GoalSpan[],
  count: number,
  chars: number,
): readonly number[] {
  const targets = goals.map(({ target }) => countTokens(tokens, target));
  const tops = goals.map(({ target }) => topSign(tokens, target));
  const [goal] = goals;
  const [target] = targets;
  const [top] = tops;
  if (goal === undefined || target === undefined || top === undefined)
    return Array.from({ length: MEASURES }, (_, i) => (i === 0 ? 1 : 0));
  const others = targets.slice(1);
  const sum = (values: readonly number[]): number => values.reduce((total, one) => total + one, 0);
  const most = (values: readonly number[]): number => values.reduce((largest, one) => Math.max(largest, one), 0);
  return [
    1,
    scaled(count),
    flag(count === 1),
    flag(count === 0),
    scaled(chars),
    scaled(sum(goals.map((one) => one.targetChars))),
    scaled(sum(others.map((one) => one.tokens))),
    scaled(most(targets.map((one) => one.tokens))),
    flag(others.some(({ hash }) => hash === target.hash)),
    flag(tops.every(({ sign }) => sign === top.sign)),
    ...measureTarget(tokens, goal, target, top),
    ...measureContext(tokens, goal, target, top),
  ];
}

function measureTarget(tokens: Tokens, goal: GoalSpan, target: Counts, top: TopSign): readonly number[] {
  const { from, to } = goal.target;
  const left = countTokens(tokens, { from, to: Math.min(top.at, to) });
  const right = countTokens(tokens, { from: Math.min(top.at + 1, to), to });
  const sided = top.kind === KIND.relation;
  return [
    scaled(goal.targetChars),
    ...sizes(target),
    flag(target.locals === 0),
    flag(target.nonLinear === 0),
    share(target.distinct, target.tokens),
    flag(top.sign === TRUE),
    flag(top.sign === FALSE),
    flag((top.sign === EQUALS || top.sign === IFF) && left.hash === right.hash && left.tokens > 0),
    flag(sided),
    sided ? scaled(left.tokens) : 0,
    sided ? scaled(right.tokens) : 0,
    sided ? scaled(left.locals) - scaled(right.locals) : 0,
    sided ? flag(right.tokens === 1 && right.numbers === 1) : 0,
    flag(top.kind === KIND.connective),
    flag(top.kind === KIND.quantifier),
  ];
}

function measureContext(tokens: Tokens, goal: GoalSpan, target: Counts, top: TopSign): readonly number[] {
  const { hypotheses } = goal;
  const counts = hypotheses.map((one) => countTokens(tokens, one));
  const all = countTokens(tokens, spanOf(hypotheses));
  const known = wordsIn(tokens, hypotheses);
  const spans = hypotheses.filter((one, i) => isProposition(counts[i] as Counts) && one.to > one.from);
  const its = spans.map((one) => topSign(tokens, one));
  const hashes = new Set(counts.map(({ hash }) => hash));
  const { from, to } = goal.target;
  let shared = 0;
  for (let i = from; i < to; i++) if (known.has(tokens.literal[i] as number)) shared++;
  const propositions = spans.length;
  return [
    scaled(hypotheses.length),
    scaled(propositions),
    scaled(hypotheses.length - propositions),
    scaled(hypotheses.filter(({ inaccessible }) => inaccessible).length),
    scaled(hypotheses.filter(({ hasValue }) => hasValue).length),
    scaled(hypotheses.reduce((total, { chars }) => total + chars, 0)),
    scaled(counts.reduce((largest, one) => Math.max(largest, one.tokens), 0)),
    share(hypotheses.length - hashes.size, hypotheses.length),
    flag(hashes.has(target.hash) && target.tokens > 0),
    flag(its.some(({ sign }) => sign === FALSE)),
    flag(spans.some((one) => contradicts(tokens, one, hashes))),
    share(shared, target.tokens),
    flag(its.some(({ sign }) => sign === top.sign)),
    share(its.filter(({ sign }) => sign === top.sign).length, its.length),
    scaled(its.filter(({ sign }) => sign === EQUALS).length),
    scaled(its.filter(({ kind }) => kind === KIND.quantifier).length),
    scaled(its.filter(({ kind }) => kind === KIND.connective).length),
    scaled(counts.filter(({ nonLinear }) => nonLinear > 0).length),
    ...sizes(all),
  ];
}

function sizes(counts: Counts): readonly number[] {
  return [
    scaled(counts.tokens),
    scaled(counts.distinct),
    scaled(counts.locals),
    scaled(counts.distinctLocals),
    scaled(counts.constants),
    scaled(counts.distinctConstants),
    scaled(counts.numbers),
    scaled(counts.largest) / 2,
    scaled(counts.largestExponent),
    scaled(counts.relations),
    scaled(counts.connectives),
    scaled(counts.quantifiers),
    scaled(counts.arithmetic),
    scaled(counts.brackets),
    scaled(counts.deepest),
    scaled(counts.nonLinear),
    scaled(counts.others),
    ...Array.from(counts.signs, scaled),
  ];
}

const SIZES = 17 + COUNTED_SIGNS;
/** How many values `measureState` gives. */
export const MEASURES: number = 10 + 1 + SIZES + 13 + 18 + SIZES;

/** Whether a type says something, rather than where a thing is from. */
function isProposition({ relations, connectives, quantifiers, signs }: Counts): boolean {
  return relations + connectives + quantifiers > 0 || (signs.at(-1) as number) > 0;
}

/** Whether a hypothesis denies another. */
function contradicts(tokens: Tokens, { from, to }: Span, hashes: ReadonlySet<number>): boolean {
  if (from >= to || tokens.literal[from] !== NOT) return false;
  let hash = 0;
  for (let i = from + 1; i < to; i++) hash = mix(hash, tokens.literal[i] as number);
  return hashes.has(hash);
}

/** From the first to the last token of them: they stand one behind the other. */
function spanOf(spans: readonly Span[]): Span {
  const first = spans[0];
  const last = spans.at(-1);
  return first === undefined || last === undefined ? { from: 0, to: 0 } : { from: first.from, to: last.to };
}

function wordsIn(tokens: Tokens, spans: readonly Span[]): ReadonlySet<number> {
  const words = new Set<number>();
  const { from, to } = spanOf(spans);
  for (let i = from; i < to; i++) {
    const kind = tokens.kind[i] as number;
    if (kind === KIND.local || kind === KIND.constant || kind === KIND.number) words.add(tokens.literal[i] as number);
  }
  return words;
}
