import { allVectors, type EncodeEachResult, type EncodeResult, type StateEncoder } from '../encoder.ts';
import type { NgramIdentity } from '../identity.ts';
import { addHypothesis, addShape, addTarget, type Block, normaliseBlock, topSign } from './blocks.ts';
import { layOut } from './layout.ts';
import { MEASURES, measureState } from './measures.ts';
import { Tokens } from './tokens.ts';

/** Changes with every change of what is counted, so that no vector of another version is taken for one of this. */
const FEATURES = 'ngram/1';
export const DEFAULT_NGRAM_WIDTH = 1024;
/** Room for the measures, and for blocks in which not everything falls together. */
export const LEAST_NGRAM_WIDTH = 256;
export const MOST_NGRAM_WIDTH = 65_536;
/** Tokens that are looked at: a state of twenty pages says little more than its first two. */
const MOST_TOKENS = 2048;
/** The first goal is what the next tactic works on; the others are to be proved as well. */
const OTHER_GOALS_WEIGHT = 0.4;

/** The encoder that needs no model: features of the text and structure of a state. Same text, same vector, on every machine. */
export function ngramEncoder(width = DEFAULT_NGRAM_WIDTH, name = 'ngram'): StateEncoder {
  const encode = ngramFeatures(width);
  const encodeEach = async (texts: readonly string[], signal: AbortSignal): Promise<EncodeEachResult> =>
    signal.aborted
      ? { kind: 'encodeFailed', reason: 'aborted', message: 'encoding was stopped', retriable: true }
      : { kind: 'encoded', texts: texts.map((text) => ({ kind: 'vector', vector: encode(text) })) };
  return {
    identity: ngramIdentity(width, name),
    encodeEach,
    encode: async (texts, signal): Promise<EncodeResult> => allVectors(await encodeEach(texts, signal)),
    close: async () => {},
  };
}

export function ngramIdentity(width = DEFAULT_NGRAM_WIDTH, name = 'ngram'): NgramIdentity {
  return { kind: 'ngram', name, width, features: FEATURES };
}

/** The vector of a text. Throws when the width has no room for it. */
export function ngramFeatures(width: number): (text: string) => Float32Array {
  if (width < LEAST_NGRAM_WIDTH || width > MOST_NGRAM_WIDTH)
    throw new Error(`an ngram vector of ${width} numbers; expected ${LEAST_NGRAM_WIDTH} to ${MOST_NGRAM_WIDTH}`);
  const blocks = blocksOf(width);
  const tokens = new Tokens(MOST_TOKENS);
  return (text) => {
    const vector = new Float32Array(width);
    const { goals, count } = layOut(text, tokens);
    for (const [i, goal] of goals.entries()) {
      const weight = i === 0 ? 1 : OTHER_GOALS_WEIGHT;
      addTarget(vector, blocks.target, tokens, goal.target, weight);
      for (const hypothesis of goal.hypotheses) addHypothesis(vector, blocks.context, tokens, hypothesis, weight);
      addShape(vector, blocks.shape, tokens, goal, topSign(tokens, goal.target), weight);
    }
    normaliseBlock(vector, blocks.target);
    normaliseBlock(vector, blocks.context);
    normaliseBlock(vector, blocks.shape);
    vector.set(measureState(tokens, goals, count, text.length));
    return vector;
  };
}

interface Blocks {
  readonly target: Block;
  readonly context: Block;
  readonly shape: Block;
}

function blocksOf(width: number): Blocks {
  const room = width - MEASURES;
  const target = Math.floor(room * 0.5);
  const context = Math.floor(room * 0.32);
  return {
    target: { from: MEASURES, size: target },
    context: { from: MEASURES + target, size: context },
    shape: { from: MEASURES + target + context, size: room - target - context },
  };
}
