import { featureWidth } from '../../../src/policy/ranker/features.ts';
import { rankerFile } from '../../../src/policy/ranker/model-file.ts';
import type { NetWeights } from '../../../src/policy/ranker/net.ts';
import type { Template } from '../../../src/policy/ranker/pool.ts';
import { Rng } from '../../../src/value/data/rng.ts';

/** A net of made-up weights. */
export function madeWeights(seed = 1, hidden = 8): NetWeights {
  const rng = Rng.seeded(seed);
  const numbers = (length: number): Float32Array =>
    Float32Array.from({ length }, () => rng.bits() / 4_294_967_296 - 0.5);
  return { weight: numbers(hidden * featureWidth), bias: numbers(hidden), output: numbers(hidden) };
}

/** A ranker's file with a made-up net. */
export function madeFile(templates: readonly Template[] = [], seed = 1): Uint8Array {
  return rankerFile(madeWeights(seed), { templates, blend: { temperature: 1, prior: 0.5 }, training: {} });
}
