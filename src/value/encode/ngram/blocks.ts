import type { GoalSpan, Span } from './layout.ts';
import { hashText, KIND, mix } from './signs.ts';
import type { Tokens } from './tokens.ts';

/** A part of the vector into which features are hashed. */
export interface Block {
  readonly from: number;
  readonly size: number;
}

/** What is counted apart, though it falls into one block. */
const SPACE = {
  unigram: hashText('unigram'),
  bigram: hashText('bigram'),
  trigram: hashText('trigram'),
  skip: hashText('skip'),
  literal: hashText('literal'),
  kinds: hashText('kinds'),
  head: hashText('head'),
  sides: hashText('sides'),
  stem: hashText('stem'),
  pair: hashText('pair'),
  edge: hashText('edge'),
} as const;

/** Adds a feature to a block: a place and a sign that its hash decides. */
function addFeature(vector: Float32Array, block: Block, space: number, feature: number, weight: number): void {
  const h = mix(space, feature);
  const at = block.from + ((h >>> 1) % block.size);
  vector[at] = (vector[at] as number) + ((h & 1) === 0 ? weight : -weight);
}

/** N-grams of a target, with the names of the context abstracted, and the words of it as they stand. */
export function addTarget(
  vector: Float32Array,
  block: Block,
  tokens: Tokens,
  { from, to }: Span,
  weight: number,
): void {
  const { abstract, literal, kind } = tokens;
  let before = SPACE.edge;
  let twoBefore = SPACE.edge;
  let kindsBefore = 0;
  for (let i = from; i < to; i++) {
    const token = abstract[i] as number;
    const sort = kind[i] as number;
    addFeature(vector, block, SPACE.unigram, token, weight);
    addFeature(vector, block, SPACE.bigram, mix(before, token), weight);
    addFeature(vector, block, SPACE.trigram, mix(mix(twoBefore, before), token), weight);
    if (sort === KIND.number) addFeature(vector, block, SPACE.literal, literal[i] as number, weight);
    kindsBefore = ((kindsBefore << 4) | sort) & 0xffff;
    addFeature(vector, block, SPACE.kinds, kindsBefore, weight * 0.5);
    twoBefore = before;
    before = token;
  }
  addFeature(vector, block, SPACE.bigram, mix(before, SPACE.edge), weight);
}

/** Uni- and bigrams of what a hypothesis says. */
export function addHypothesis(
  vector: Float32Array,
  block: Block,
  tokens: Tokens,
  { from, to }: Span,
  weight: number,
): void {
  const { abstract } = tokens;
  let before = SPACE.edge;
  for (let i = from; i < to; i++) {
    const token = abstract[i] as number;
    addFeature(vector, block, SPACE.unigram, token, weight);
    addFeature(vector, block, SPACE.bigram, mix(before, token), weight);
    before = token;
  }
}

/** What a goal is at its top: its relation, what stands beside it, and with which hypotheses it meets. */
export function addShape(
  vector: Float32Array,
  block: Block,
  tokens: Tokens,
  goal: GoalSpan,
  top: TopSign,
  weight: number,
): void {
  const { abstract } = tokens;
  const { from, to } = goal.target;
  const left = from < top.at ? (abstract[from] as number) : SPACE.edge;
  const right = top.at + 1 < to ? (abstract[top.at + 1] as number) : SPACE.edge;
  addFeature(vector, block, SPACE.head, top.sign, weight * 2);
  addFeature(vector, block, SPACE.sides, mix(top.sign, mix(left, right)), weight);
  addFeature(vector, block, SPACE.sides, mix(top.sign, right), weight);
  addFeature(vector, block, SPACE.head, mix(left, SPACE.edge), weight);
  for (const hypothesis of goal.hypotheses) {
    addFeature(vector, block, SPACE.stem, hypothesis.stem, weight * 0.5);
    if (hypothesis.from >= hypothesis.to) continue;
    const its = topSign(tokens, hypothesis);
    addFeature(vector, block, SPACE.pair, its.sign, weight * 0.5);
    addFeature(vector, block, SPACE.pair, mix(top.sign, its.sign), weight * 0.5);
  }
}

export interface TopSign {
  /** Hash of the sign that binds least, or of the first token where there is none. */
  readonly sign: number;
  /** Its place among the tokens. */
  readonly at: number;
  readonly kind: number;
}

const PRECEDENCE: ReadonlyMap<number, number> = new Map(
  [['↔'], ['→'], ['∨', '||'], ['∧', '&&'], ['¬', '!']].flatMap((signs, i) =>
    signs.map((sign): [number, number] => [hashText(sign), i + 1]),
  ),
);
const RELATION_PRECEDENCE = 8;
const ARITHMETIC_PRECEDENCE = 9;
const NO_PRECEDENCE = 99;

/** The sign outside all brackets that binds least: the connective or relation that an expression is made with. */
export function topSign(tokens: Tokens, { from, to }: Span): TopSign {
  const { literal, kind, depth } = tokens;
  let best = NO_PRECEDENCE;
  let at = from;
  for (let i = from; i < to; i++) {
    if (depth[i] !== 0) continue;
    const sort = kind[i] as number;
    // A binder reaches to the end.
    if (sort === KIND.quantifier) {
      if (best === NO_PRECEDENCE) at = i;
      break;
    }
    const binds =
      sort === KIND.connective
        ? (PRECEDENCE.get(literal[i] as number) ?? RELATION_PRECEDENCE)
        : sort === KIND.relation
          ? literal[i] === IFF
            ? 1
            : RELATION_PRECEDENCE
          : sort === KIND.arithmetic
            ? ARITHMETIC_PRECEDENCE
            : NO_PRECEDENCE;
    if (binds < best) {
      best = binds;
      at = i;
    }
  }
  const isThere = from < to;
  return { sign: isThere ? (literal[at] as number) : 0, at, kind: isThere ? (kind[at] as number) : KIND.other };
}

const IFF = hashText('↔');

/** Evens out counts, and scales a block to length one. A block of zeros stays as it is. */
export function normaliseBlock(vector: Float32Array, { from, size }: Block): void {
  let squares = 0;
  for (let i = from; i < from + size; i++) {
    const value = vector[i] as number;
    const evened = value < 0 ? -Math.sqrt(-value) : Math.sqrt(value);
    vector[i] = evened;
    squares += evened * evened;
  }
  if (squares === 0) return;
  const scale = 1 / Math.sqrt(squares);
  for (let i = from; i < from + size; i++) vector[i] = (vector[i] as number) * scale;
}
