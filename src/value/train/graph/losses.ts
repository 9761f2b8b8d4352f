import { TEMPERATURE_BOUNDS } from '../../head/parameters.ts';
import type { Value } from '../../onnx/graph.ts';
import type { Ops } from './ops.ts';

/** Weights of the losses in their sum; a loss of weight 0 is left out of the graph. */
export interface LossSettings {
  readonly infoNce: number;
  readonly marginRanking: number;
  readonly depthRegression: number;
  readonly margin: number;
}

/** What losses are about: B groups of one positive, in the first column, and K others. */
export interface Groups {
  /** B x (1 + K). */
  readonly energies: Value;
  readonly negatives: number;
  /** Of floats, 1 where somebody is and 0 where nobody is; B x (1 + K), the first column all 1. */
  readonly present: Value;
  /** Remaining depth of each positive, below 0 where unknown; B. Null when depth is not learned. */
  readonly remaining: Value | null;
  /** Logarithm of the temperature of InfoNCE, shape []; null = none. */
  readonly logTemperature: Value | null;
}

export interface Losses {
  readonly total: Value;
  readonly contrastive: Value;
  readonly depth: Value;
  /** By the energies, B x (1 + K). */
  readonly gradient: Value;
  /** By the logarithm of the temperature; null when it has no part in it. */
  readonly temperatureGradient: Value | null;
}

/** Finite, so that nothing becomes 0 times infinity. */
const nobody = -1e30;

interface Part {
  readonly loss: Value;
  readonly gradient: Value;
  readonly temperatureGradient?: Value | null;
}

/** The weighted sum of the losses, and its gradient. Throws when all weights are 0. */
export function losses(ops: Ops, groups: Groups, settings: LossSettings): Losses {
  const weighted = (part: Part, weight: number): Part => {
    const by = (value: Value): Value => (weight === 1 ? value : ops.mul(value, ops.number(weight)));
    const { loss, gradient, temperatureGradient } = part;
    return {
      loss: by(loss),
      gradient: by(gradient),
      temperatureGradient: temperatureGradient ? by(temperatureGradient) : null,
    };
  };
  const contrastive: Part[] = [];
  if (settings.infoNce > 0) contrastive.push(weighted(infoNce(ops, groups), settings.infoNce));
  if (settings.marginRanking > 0)
    contrastive.push(weighted(marginRanking(ops, groups, settings.margin), settings.marginRanking));
  const depth = settings.depthRegression > 0 ? [weighted(depthRegression(ops, groups), settings.depthRegression)] : [];
  const sumOf = (parts: readonly Part[]): Value =>
    parts.length === 0 ? ops.number(0) : ops.total(parts.map(({ loss }) => loss));
  const all = [...contrastive, ...depth];
  if (all.length === 0) throw new Error('no loss has a weight above 0');
  return {
    total: sumOf(all),
    contrastive: sumOf(contrastive),
    depth: sumOf(depth),
    gradient: ops.total(all.map(({ gradient }) => gradient)),
    temperatureGradient: all.map((part) => part.temperatureGradient).find((one) => one != null) ?? null,
  };
}

/** Cross entropy over the negated energies, by the temperature; the first column is the right answer. */
function infoNce(ops: Ops, { energies, negatives, present, logTemperature }: Groups): Part {
  const [low, high] = TEMPERATURE_BOUNDS;
  const isPresent = ops.greater(present, ops.number(0.5));
  const bounded = logTemperature === null ? null : ops.min(ops.max(logTemperature, ops.number(low)), ops.number(high));
  const inverse = bounded === null ? null : ops.exp(ops.neg(bounded));
  const raw = ops.neg(energies);
  const cooled = inverse === null ? raw : ops.mul(raw, inverse);
  const logits = ops.where(isPresent, cooled, ops.number(nobody));
  const groups = ops.sum(ops.columns(present, 0, 1));
  const loss = ops.div(ops.neg(ops.sum(ops.columns(ops.logSoftmax(logits), 0, 1))), groups);
  const target = ops.builder.initializer(`${logits}_target`, {
    type: 'float32',
    dims: [1, negatives + 1],
    data: Float32Array.from({ length: negatives + 1 }, (_, i) => (i === 0 ? 1 : 0)),
  });
  const byLogits = ops.div(ops.sub(ops.softmax(logits), target), groups);
  const byEnergies = ops.neg(inverse === null ? byLogits : ops.mul(byLogits, inverse));
  if (logTemperature === null || bounded === null) return { loss, gradient: byEnergies };
  const within = ops.asFloat(ops.builder.op('Equal', [bounded, logTemperature]));
  const byTemperature = ops.mul(ops.neg(ops.sum(ops.mul(byLogits, logits))), within);
  return { loss, gradient: byEnergies, temperatureGradient: byTemperature };
}

/** Mean over the pairs within the margin of how far they are within it. */
function marginRanking(ops: Ops, { energies, negatives, present }: Groups, margin: number): Part {
  const width = negatives + 1;
  const short = ops.sub(ops.add(ops.columns(energies, 0, 1), ops.number(margin)), ops.columns(energies, 1, width));
  const active = ops.mul(ops.asFloat(ops.greater(short, ops.number(0))), ops.columns(present, 1, width));
  const pairs = ops.max(ops.sum(active), ops.number(1));
  const share = ops.div(active, pairs);
  return {
    loss: ops.sum(ops.mul(short, share)),
    gradient: ops.concat([ops.sum(share, [1], true), ops.neg(share)], 1),
  };
}

/** Mean squared difference of the positive's energy and its share of the batch's largest remaining depth. */
function depthRegression(ops: Ops, { energies, negatives, present, remaining }: Groups): Part {
  if (remaining === null) throw new Error('depth regression needs the remaining depth');
  const zero = ops.number(0);
  const known = ops.reshape(ops.asFloat(ops.atLeast(remaining, zero)), -1, 1);
  const target = ops.reshape(ops.div(remaining, ops.max(ops.greatest(remaining), ops.number(1))), -1, 1);
  const off = ops.mul(ops.sub(ops.columns(energies, 0, 1), target), known);
  const count = ops.max(ops.sum(known), ops.number(1));
  const byPositive = ops.div(ops.mul(off, ops.number(2)), count);
  return {
    loss: ops.div(ops.sumOfSquares(off), count),
    gradient: ops.concat([byPositive, ops.mul(ops.columns(present, 1, negatives + 1), zero)], 1),
  };
}
