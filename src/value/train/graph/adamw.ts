import type { Value } from '../../onnx/graph.ts';
import type { Ops } from './ops.ts';

/** PyTorch's defaults. */
const ADAM = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 } as const;

/** One parameter with its moments. These lack the factors 1 - β1 and 1 - β2: passes over large tensors are what a step costs. */
export interface AdamState {
  readonly parameter: Value;
  readonly first: Value;
  readonly second: Value;
}

/** What changes from step to step, each of shape []; see `adamFactors`. */
export interface AdamFactors {
  readonly rate: Value;
  readonly decay: Value;
  readonly epsilon: Value;
}

/**
 * The factors of a step: AdamW's p (1 - lr·wd) - lr m̂ / (√v̂ + ε), brought to the form p · decay - rate · m / (√v + epsilon)
 * for moments without their factors.
 * @param step from 1
 */
export function adamFactors(
  step: number,
  lr: number,
  weightDecay: number,
): { readonly rate: number; readonly decay: number; readonly epsilon: number } {
  const { beta1, beta2, epsilon } = ADAM;
  const scale = Math.sqrt((1 - beta2 ** step) / (1 - beta2));
  return {
    rate: ((lr * (1 - beta1)) / (1 - beta1 ** step)) * scale,
    decay: 1 - lr * weightDecay,
    epsilon: epsilon * scale,
  };
}

/** The factor that brings all gradients together down to a norm, and the norm that they had. */
export function clipping(
  ops: Ops,
  gradients: readonly Value[],
  most: number,
): { readonly factor: Value; readonly norm: Value } {
  const norm = ops.sqrt(ops.total(gradients.map((gradient) => ops.sumOfSquares(gradient))));
  // 1e-6 as in torch.nn.utils.clip_grad_norm_.
  const factor = ops.min(ops.div(ops.number(most), ops.add(norm, ops.number(1e-6))), ops.number(1));
  return { factor, norm };
}

/** One parameter after a step. */
export function adamW(
  ops: Ops,
  { parameter, first, second }: AdamState,
  gradient: Value,
  { rate, decay, epsilon }: AdamFactors,
): AdamState {
  const m = ops.add(ops.mul(first, ops.number(ADAM.beta1)), gradient);
  const v = ops.add(ops.mul(second, ops.number(ADAM.beta2)), ops.mul(gradient, gradient));
  const change = ops.mul(ops.div(m, ops.add(ops.sqrt(v), epsilon)), rate);
  return { parameter: ops.sub(ops.mul(parameter, decay), change), first: m, second: v };
}
