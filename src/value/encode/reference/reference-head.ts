import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { type StorageFailed, storageFailure } from '../../../storage/failure.ts';
import { type HeadConfig, layerShapes } from '../../head/config.ts';
import { biasName, spectralName, weightName } from '../../head/parameters.ts';
import type { BurnTensor } from './burn-record.ts';

/** `energy_head_config.json` of every era: the third hidden layer came later, and spectral norm was always on before it was a choice. */
const configSchema = z.object({
  d_encoder: z.int().min(1),
  d_hidden1: z.int().min(1).default(512),
  d_hidden2: z.int().min(1).default(256),
  d_hidden3: z.int().min(1).optional(),
  dropout: z.number().min(0).max(0.9).default(0.1),
  spectral_norm: z.boolean().default(true),
  init_log_temperature: z.number().default(0),
});

export interface ReferenceHeadConfig {
  readonly kind: 'headConfig';
  readonly head: HeadConfig;
  /** Numbers in a vector of its encoder. */
  readonly width: number;
}

export type ReferenceHeadConfigResult =
  | ReferenceHeadConfig
  | { readonly kind: 'unreadableConfig'; readonly message: string }
  | StorageFailed;

/** Reads the shape of a head of the reference. */
export async function readReferenceConfig(path: string): Promise<ReferenceHeadConfigResult> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    return storageFailure(error, path, 'read');
  }
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return { kind: 'unreadableConfig', message: `${path} is no JSON` };
  }
  const parsed = configSchema.safeParse(json);
  if (!parsed.success)
    return {
      kind: 'unreadableConfig',
      message: `${path} is no energy_head_config.json: ${z.prettifyError(parsed.error)}`,
    };
  const {
    d_encoder: width,
    d_hidden1,
    d_hidden2,
    d_hidden3,
    dropout,
    spectral_norm,
    init_log_temperature,
  } = parsed.data;
  const hidden = [d_hidden1, d_hidden2, ...(d_hidden3 === undefined ? [] : [d_hidden3])];
  const head = {
    variant: 'state',
    hidden,
    dropout,
    spectralNorm: spectral_norm,
    logTemperature: init_log_temperature,
  } as const;
  return { kind: 'headConfig', head, width };
}

export type ReferenceWeights =
  | {
      readonly kind: 'weights';
      readonly weights: ReadonlyMap<string, Float32Array>;
      readonly logTemperature: number | null;
    }
  | { readonly kind: 'otherHead'; readonly message: string };

/** Rounds of the power iteration: more than training does, as it is done once. */
const POWER_ROUNDS = 100;

/**
 * The weights of a head of the reference as ours are named. Its layers are `sn_linear1` and so on, with weights of outputs × inputs; those
 * of a plain `Linear` of Burn, which has them the other way round, are turned.
 */
export function referenceWeights(
  tensors: readonly BurnTensor[],
  { head, width }: ReferenceHeadConfig,
): ReferenceWeights {
  const matrices = tensors
    .filter(({ shape }) => shape.length === 2)
    .sort((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }));
  const layers = layerShapes(head, width);
  const other = (why: string): ReferenceWeights => ({ kind: 'otherHead', message: why });
  if (matrices.length !== layers.length)
    return other(`the record has ${matrices.length} weight matrices, the configuration ${layers.length} layers`);
  const weights = new Map<string, Float32Array>();
  // A square matrix does not show which way round it is; the last one, of one output, does for all.
  const last = matrices.at(-1)?.shape ?? [];
  const areTurned = last[0] === layers.at(-1)?.inputs && last[1] === 1;
  for (const [i, { inputs, outputs, bias }] of layers.entries()) {
    const matrix = matrices[i] as BurnTensor;
    const [rows, columns] = matrix.shape as readonly [number, number];
    const isTurned = rows === inputs && columns === outputs && (rows !== columns || areTurned);
    if (!isTurned && (rows !== outputs || columns !== inputs))
      return other(`${matrix.name} is ${rows} × ${columns}, the configuration asks for ${outputs} × ${inputs}`);
    const weight = isTurned ? turned(matrix.values, rows, columns) : matrix.values;
    weights.set(weightName(i), weight);
    if (head.spectralNorm) weights.set(spectralName(i), rightVector(weight, outputs, inputs));
    const prefix = matrix.name.slice(0, matrix.name.lastIndexOf('.') + 1);
    const its = tensors.find(
      ({ name, shape }) => name.startsWith(prefix) && shape.length === 1 && name !== matrix.name,
    );
    if (bias && its?.values.length !== outputs) return other(`${prefix}bias is missing, or has not ${outputs} numbers`);
    if (!bias && its !== undefined && its.values.some((one) => one !== 0))
      return other(`${its.name}: the last layer of a head has no bias`);
    if (bias) weights.set(biasName(i), (its as BurnTensor).values);
  }
  const temperature = tensors.find(({ name }) => /(^|\.)log_temperature$/.test(name))?.values[0];
  return { kind: 'weights', weights, logTemperature: temperature ?? null };
}

function turned(values: Float32Array, rows: number, columns: number): Float32Array {
  const result = new Float32Array(values.length);
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++)
      result[column * rows + row] = values[row * columns + column] as number;
  return result;
}

/** The right singular vector of the largest singular value. */
function rightVector(weight: Float32Array, outputs: number, inputs: number): Float32Array {
  let right = new Float32Array(inputs).fill(1 / Math.sqrt(inputs));
  for (let round = 0; round < POWER_ROUNDS; round++) {
    const left = new Float64Array(outputs);
    for (let o = 0; o < outputs; o++) {
      let sum = 0;
      for (let i = 0; i < inputs; i++) sum += (weight[o * inputs + i] as number) * (right[i] as number);
      left[o] = sum;
    }
    const next = new Float64Array(inputs);
    for (let o = 0; o < outputs; o++)
      for (let i = 0; i < inputs; i++)
        next[i] = (next[i] as number) + (weight[o * inputs + i] as number) * (left[o] as number);
    const norm = Math.sqrt(next.reduce((sum, one) => sum + one * one, 0));
    if (norm === 0) return right;
    right = Float32Array.from(next, (one) => one / norm);
  }
  return right;
}
