import { type HeadConfig, type LayerShape, layerShapes } from './config.ts';

/** One block of numbers that training adjusts. */
export interface ParameterInfo {
  readonly name: string;
  readonly dims: readonly number[];
  /** Whether weight decay pulls it to zero. */
  readonly decays: boolean;
}

/** What the weights of a layer are called. */
export const weightName = (layer: number): string => `weight${layer}`;
/** What the bias of a layer is called. */
export const biasName = (layer: number): string => `bias${layer}`;
/** The vector from which the power iteration of a layer's spectral norm goes on. */
export const spectralName = (layer: number): string => `spectral${layer}`;
export const TEMPERATURE = 'logTemperature';
/** The logarithm of the temperature is held between these. */
export const TEMPERATURE_BOUNDS = [-5, 2] as const;

/** The parameters of linear layers, first to last, and of the temperature where it is learned. */
function parametersOf(layers: readonly LayerShape[], learnsTemperature: boolean): readonly ParameterInfo[] {
  const ofLayers = layers.flatMap(({ inputs, outputs, bias }, i): ParameterInfo[] => [
    { name: weightName(i), dims: [outputs, inputs], decays: true },
    ...(bias ? [{ name: biasName(i), dims: [outputs], decays: true }] : []),
  ]);
  // Decay would pull the temperature to 1, which is no better than any other.
  return learnsTemperature ? [...ofLayers, { name: TEMPERATURE, dims: [], decays: false }] : ofLayers;
}

/** The parameters of a head. A temperature is learned only where InfoNCE has a part in the loss. */
export function headParameters(
  config: HeadConfig,
  encoderWidth: number,
  usesInfoNce: boolean,
): readonly ParameterInfo[] {
  return parametersOf(layerShapes(config, encoderWidth), usesInfoNce && config.logTemperature !== null);
}

/** Numbers in a block of the given shape. */
export const sizeOf = (dims: readonly number[]): number => dims.reduce((product, dim) => product * dim, 1);
