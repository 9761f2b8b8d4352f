import type { Value } from '../../onnx/graph.ts';
import type { Ops } from './ops.ts';

/** An estimate of a matrix's largest singular value (shape []), with its vectors: `left` as long as the outputs, `right` as the inputs. */
export interface Spectral {
  readonly sigma: Value;
  readonly left: Value;
  readonly right: Value;
}

const least = 1e-12;

/** One power iteration from the vectors of the step before, as `torch.nn.utils.parametrizations.spectral_norm` does it in training. */
export function powerIteration(ops: Ops, weight: Value, before: Pick<Spectral, 'right'>): Spectral {
  const left = normalized(ops, product(ops, weight, before.right, false));
  const right = normalized(ops, product(ops, weight, left, true));
  return { left, right, sigma: ops.sum(ops.mul(left, product(ops, weight, right, false))) };
}

/** The same without an iteration: for weights that are not being trained. */
export function largestSingularValue(ops: Ops, weight: Value, right: Value): Spectral {
  const image = product(ops, weight, right, false);
  return { left: normalized(ops, image), right, sigma: ops.sqrt(ops.sumOfSquares(image)) };
}

function product(ops: Ops, weight: Value, vector: Value, transA: boolean): Value {
  return ops.reshape(ops.gemm(weight, ops.reshape(vector, -1, 1), { transA }), -1);
}

function normalized(ops: Ops, vector: Value): Value {
  return ops.div(vector, ops.max(ops.sqrt(ops.sumOfSquares(vector)), ops.number(least)));
}
