import { Rng } from '../data/rng.ts';
import { type HeadConfig, layerShapes } from './config.ts';
import { biasName, spectralName, TEMPERATURE, weightName } from './parameters.ts';

/** Power iterations before the first step, so that the largest singular value is known from the beginning. */
const firstIterations = 15;
/** The wider input of a goal-conditioned head starts with a smaller say. */
const goalShrinking = 0.1;
/** Streams of random numbers under one seed. */
const STREAM = 7001;

/** The numbers that training starts from, by name: weights are normal with variance 2 / inputs, biases 0. The same seed gives the same numbers. */
export function initialParameters(
  config: HeadConfig,
  encoderWidth: number,
  seed: number,
): ReadonlyMap<string, Float32Array<ArrayBuffer>> {
  const values = new Map<string, Float32Array<ArrayBuffer>>();
  for (const [i, { inputs, outputs, bias }] of layerShapes(config, encoderWidth).entries()) {
    const shrinking = i === 0 && config.variant === 'goal' ? goalShrinking : 1;
    const weight = normals(Rng.seeded(seed, STREAM + 2 * i), inputs * outputs, shrinking * Math.sqrt(2 / inputs));
    values.set(weightName(i), weight);
    if (bias) values.set(biasName(i), new Float32Array(outputs));
    if (config.spectralNorm) {
      const start = normals(Rng.seeded(seed, STREAM + 2 * i + 1), inputs, 1);
      values.set(spectralName(i), singularVector(weight, outputs, inputs, start));
    }
  }
  if (config.logTemperature !== null) values.set(TEMPERATURE, Float32Array.of(config.logTemperature));
  return values;
}

function normals(rng: Rng, count: number, deviation: number): Float32Array<ArrayBuffer> {
  const values = new Float32Array(count);
  for (let i = 0; i < count; i += 2) {
    // Box and Muller, with a first number that is never 0.
    const radius = deviation * Math.sqrt(-2 * Math.log((rng.bits() + 1) / 4_294_967_296));
    const angle = (2 * Math.PI * rng.bits()) / 4_294_967_296;
    values[i] = radius * Math.cos(angle);
    if (i + 1 < count) values[i + 1] = radius * Math.sin(angle);
  }
  return values;
}

function singularVector(
  weight: Float32Array,
  outputs: number,
  inputs: number,
  start: Float32Array<ArrayBuffer>,
): Float32Array<ArrayBuffer> {
  let right = unit(start);
  for (let n = 0; n < firstIterations; n++) {
    const left = unit(leftVector(weight, outputs, inputs, right));
    const next = new Float32Array(inputs);
    for (let o = 0; o < outputs; o++) {
      const factor = left[o] as number;
      const row = weight.subarray(o * inputs, (o + 1) * inputs);
      for (let i = 0; i < inputs; i++) next[i]! += factor * (row[i] as number);
    }
    right = unit(next);
  }
  return right;
}

function leftVector(
  weight: Float32Array,
  outputs: number,
  inputs: number,
  right: Float32Array,
): Float32Array<ArrayBuffer> {
  const left = new Float32Array(outputs);
  for (let o = 0; o < outputs; o++) {
    let sum = 0;
    for (let i = 0; i < inputs; i++) sum += (weight[o * inputs + i] as number) * (right[i] as number);
    left[o] = sum;
  }
  return left;
}

function unit(vector: Float32Array): Float32Array<ArrayBuffer> {
  const norm = Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0));
  return Float32Array.from(vector, (value) => value / Math.max(norm, 1e-12));
}

/** An estimate of a matrix's largest singular value from its right singular vector: the norm of W v, as training has it. */
export function singularValue(weight: Float32Array, outputs: number, inputs: number, right: Float32Array): number {
  return Math.sqrt(leftVector(weight, outputs, inputs, unit(right)).reduce((sum, value) => sum + value * value, 0));
}
