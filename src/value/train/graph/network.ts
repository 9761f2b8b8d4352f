import { type HeadConfig, type InputPart, inputParts, layerShapes } from '../../head/config.ts';
import { biasName, spectralName, TEMPERATURE, weightName } from '../../head/parameters.ts';
import type { Value } from '../../onnx/graph.ts';
import { backward, type Dropout, forward, type LayerValues } from './layers.ts';
import { type LossSettings, losses } from './losses.ts';
import type { Ops } from './ops.ts';
import { powerIteration } from './spectral.ts';

/** The layers of a head over its parameters, with a power iteration for those with a spectral norm. */
export function layerValues(
  ops: Ops,
  head: HeadConfig,
  encoderWidth: number,
  nameOf: (name: string) => Value,
): readonly LayerValues[] {
  return layerShapes(head, encoderWidth).map(({ bias }, i) => {
    const weight = nameOf(weightName(i));
    return {
      weight,
      bias: bias ? nameOf(biasName(i)) : null,
      spectral: head.spectralNorm ? powerIteration(ops, weight, { right: nameOf(spectralName(i)) }) : null,
    };
  });
}

/** The rows of a head's input, gathered from `table`. */
export function inputRows(ops: Ops, { variant }: HeadConfig, nameOf: (name: string) => Value): Value {
  const gathered = new Map<InputPart, Value>();
  const parts = inputParts(variant).map((part) => {
    const value =
      part === 'product'
        ? ops.mul(gathered.get('state') as Value, gathered.get('goal') as Value)
        : ops.gather('table', nameOf(part));
    gathered.set(part, value);
    return value;
  });
  return ops.concat(parts, 1);
}

export interface LossInputs {
  readonly input: Value;
  readonly dropout: Dropout | null;
  readonly present: Value;
  readonly remaining: Value;
  readonly logTemperature: Value | null;
}

/** Forward pass, losses, backward pass. Gradients are by the names of the parameters. */
export function lossAndGradients(
  ops: Ops,
  { negatives, losses: settings }: { readonly negatives: number; readonly losses: LossSettings },
  layers: readonly LayerValues[],
  { input, dropout, present, remaining, logTemperature }: LossInputs,
) {
  const passed = forward(ops, input, layers, dropout);
  const energies = ops.reshape(passed.output, -1, negatives + 1);
  const { gradient, temperatureGradient, ...parts } = losses(
    ops,
    { energies, negatives, present, remaining, logTemperature },
    settings,
  );
  const gradients = new Map<string, Value>();
  for (const [i, one] of backward(ops, passed, ops.reshape(gradient, -1, 1)).entries()) {
    gradients.set(weightName(i), one.weight);
    if (one.bias !== null) gradients.set(biasName(i), one.bias);
  }
  if (temperatureGradient !== null) gradients.set(TEMPERATURE, temperatureGradient);
  return { ...parts, gradients, energies: ops.reshape(passed.output, -1) };
}
