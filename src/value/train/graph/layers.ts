import type { Value } from '../../onnx/graph.ts';
import type { Ops } from './ops.ts';
import type { Spectral } from './spectral.ts';

/** Values of one linear layer. */
export interface LayerValues {
  /** outputs x inputs. */
  readonly weight: Value;
  /** Null in the last layer. */
  readonly bias: Value | null;
  /** Where the weight is divided by its largest singular value. */
  readonly spectral: Spectral | null;
}

export interface Dropout {
  /** What stays, N x units, of booleans, for each hidden layer. */
  readonly masks: readonly Value[];
  /** What stays is multiplied by this, so that the mean stays. */
  readonly scale: number;
}

/** What the backward pass needs of one layer. */
interface Trace {
  readonly layer: LayerValues;
  readonly input: Value;
  /** Of hidden layers: sigmoid of the layer's sums, and SiLU of them before dropout. */
  readonly gate: Value | null;
  readonly active: Value | null;
  readonly mask: Value | null;
}

export interface Forward {
  /** N x units of the last layer. */
  readonly output: Value;
  readonly traces: readonly Trace[];
  readonly dropout: Dropout | null;
}

/** Linear layers with SiLU, and dropout where it is given, behind all but the last. */
export function forward(ops: Ops, input: Value, layers: readonly LayerValues[], dropout: Dropout | null): Forward {
  const traces: Trace[] = [];
  let value = input;
  for (const [i, layer] of layers.entries()) {
    const sums = linear(ops, value, layer);
    if (i === layers.length - 1) {
      traces.push({ layer, input: value, gate: null, active: null, mask: null });
      return { output: sums, traces, dropout };
    }
    const gate = ops.sigmoid(sums);
    const active = ops.mul(sums, gate);
    const mask = dropout?.masks[i] ?? null;
    traces.push({ layer, input: value, gate, active, mask });
    value = mask === null ? active : masked(ops, mask, active, dropout);
  }
  throw new Error('a network needs at least one layer');
}

function linear(ops: Ops, input: Value, { weight, bias, spectral }: LayerValues): Value {
  if (spectral === null) return ops.gemm(input, weight, { transB: true, ...(bias !== null && { bias }) });
  // The sums are fewer than the weights, so they are divided instead.
  const sums = ops.div(ops.gemm(input, weight, { transB: true }), spectral.sigma);
  return bias === null ? sums : ops.add(sums, bias);
}

function masked(ops: Ops, mask: Value, value: Value, dropout: Dropout | null): Value {
  return ops.where(mask, ops.mul(value, ops.number(dropout?.scale ?? 1)), ops.number(0));
}

export interface LayerGradients {
  readonly weight: Value;
  readonly bias: Value | null;
}

/**
 * Gradients of all layers, first to last.
 * @param outputGradient of the loss by the network's output, N x units of the last layer
 */
export function backward(ops: Ops, { traces, dropout }: Forward, outputGradient: Value): readonly LayerGradients[] {
  const gradients: LayerGradients[] = [];
  let gradient = outputGradient;
  for (const [i, { layer, input, gate, active, mask }] of [...traces.entries()].toReversed()) {
    if (gate !== null && active !== null) {
      if (mask !== null) gradient = masked(ops, mask, gradient, dropout);
      // SiLU'(x) = g + x g (1 - g), g its gate.
      const slope = ops.add(gate, ops.mul(active, ops.sub(ops.number(1), gate)));
      gradient = ops.mul(gradient, slope);
    }
    gradients.push({
      weight: weightGradient(ops, layer, gradient, input),
      bias: layer.bias === null ? null : ops.sum(gradient, [0]),
    });
    if (i > 0) {
      const below = ops.gemm(gradient, layer.weight);
      gradient = layer.spectral === null ? below : ops.div(below, layer.spectral.sigma);
    }
  }
  return gradients.reverse();
}

function weightGradient(ops: Ops, { weight, spectral }: LayerValues, gradient: Value, input: Value): Value {
  const direct = ops.gemm(gradient, input, { transA: true });
  if (spectral === null) return direct;
  // With W' = W / σ and σ = uᵀ W v: dW = (dW' - <dW', W'> u vᵀ) / σ, as in PyTorch, where u and v count as constants.
  const { sigma, left, right } = spectral;
  const along = ops.div(ops.sum(ops.mul(direct, weight)), sigma);
  const outer = ops.mul(ops.reshape(ops.mul(left, along), -1, 1), ops.reshape(right, 1, -1));
  return ops.div(ops.sub(direct, outer), sigma);
}
