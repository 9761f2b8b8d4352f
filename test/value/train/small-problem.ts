import { Rng } from '../../../src/value/data/rng.ts';
import { type HeadConfig, headConfigSchema, inputParts, layerShapes } from '../../../src/value/head/config.ts';
import { initialParameters } from '../../../src/value/head/initial.ts';
import { spectralName, TEMPERATURE } from '../../../src/value/head/parameters.ts';
import type { LossSettings } from '../../../src/value/train/graph/losses.ts';
import { droppedOf256 } from '../../../src/value/train/graph/step-graph.ts';

/** A training that is small enough to be done by hand: a head, its numbers, and one batch. */
export interface SmallProblem {
  readonly head: HeadConfig;
  readonly encoderWidth: number;
  readonly groups: number;
  readonly negatives: number;
  readonly losses: LossSettings;
  readonly parameters: ReadonlyMap<string, Float32Array<ArrayBuffer>>;
  /** Vectors, the last all zeros. */
  readonly table: Float32Array<ArrayBuffer>;
  readonly rows: Readonly<Record<string, Int32Array<ArrayBuffer>>>;
  readonly masks: readonly Uint8Array<ArrayBuffer>[];
  readonly present: Float32Array<ArrayBuffer>;
  readonly remaining: Float32Array<ArrayBuffer>;
}

export interface SmallProblemOptions {
  readonly head?: Partial<HeadConfig>;
  readonly losses?: Partial<LossSettings>;
  /** Whether some places of groups are empty. */
  readonly gaps?: boolean;
  readonly seed?: number;
}

const vectors = 9;

/** The same options give the same problem. */
export function smallProblem({
  head: given = {},
  losses = {},
  gaps = false,
  seed = 1,
}: SmallProblemOptions): SmallProblem {
  const head = headConfigSchema.parse({ hidden: [7, 5], dropout: 0, ...given });
  const encoderWidth = 6;
  const groups = 4;
  const negatives = 3;
  const rowCount = groups * (1 + negatives);
  const rng = Rng.seeded(seed, 99);
  const number = (): number => (rng.bits() / 2 ** 31 - 1) * 1.5;
  const parameters = new Map(initialParameters(head, encoderWidth, seed));
  // Biases that are all 0 would hide mistakes.
  for (const [name, values] of parameters)
    if (name.startsWith('bias'))
      parameters.set(
        name,
        Float32Array.from(values, () => 0.3 * number()),
      );
  const table = new Float32Array((vectors + 1) * encoderWidth);
  for (let i = 0; i < vectors * encoderWidth; i++) table[i] = number();
  const indices = (least: number): Int32Array<ArrayBuffer> =>
    Int32Array.from({ length: rowCount }, () => rng.below(vectors - least) + least);
  const parts = inputParts(head.variant);
  const dropped = droppedOf256(head.dropout);
  return {
    head,
    encoderWidth,
    groups,
    negatives,
    losses: { infoNce: 0, marginRanking: 0, depthRegression: 0, margin: 1, ...losses },
    parameters,
    table,
    rows: {
      state: indices(0),
      ...(parts.includes('goal') && { goal: indices(0) }),
      ...(parts.includes('tactic') && { tactic: indices(-1) }),
    },
    masks:
      dropped === 0
        ? []
        : head.hidden.map((units) =>
            Uint8Array.from({ length: rowCount * units }, () => (rng.below(256) < dropped ? 0 : 1)),
          ),
    present: Float32Array.from({ length: rowCount }, (_, i) =>
      gaps && i % (1 + negatives) !== 0 && rng.below(3) === 0 ? 0 : 1,
    ),
    remaining: Float32Array.of(3, -1, 5, 1),
  };
}

export type Numbers = ReadonlyMap<string, Float64Array>;

/** The parameters in double precision. */
export function doubles({ parameters }: SmallProblem): Numbers {
  return new Map([...parameters].map(([name, values]) => [name, Float64Array.from(values)]));
}

/** Left and right vectors of a power iteration from the problem's own, which count as constants from then on. */
export interface FixedVectors {
  readonly left: Float64Array;
  readonly right: Float64Array;
}

export function fixedVectors({ head, encoderWidth }: SmallProblem, numbers: Numbers): readonly FixedVectors[] {
  if (!head.spectralNorm) return [];
  return layerShapes(head, encoderWidth).map(({ inputs, outputs }, i) => {
    const weight = numbers.get(`weight${i}`) as Float64Array;
    const before = numbers.get(spectralName(i)) as Float64Array;
    const left = unit(
      Float64Array.from({ length: outputs }, (_, o) => sum(inputs, (k) => weight[o * inputs + k]! * before[k]!)),
    );
    const right = unit(
      Float64Array.from({ length: inputs }, (_, k) => sum(outputs, (o) => weight[o * inputs + k]! * left[o]!)),
    );
    return { left, right };
  });
}

function unit(vector: Float64Array): Float64Array {
  const norm = Math.sqrt(vector.reduce((total, value) => total + value * value, 0));
  return vector.map((value) => value / norm);
}

function sum(count: number, term: (i: number) => number): number {
  let total = 0;
  for (let i = 0; i < count; i++) total += term(i);
  return total;
}

/** Energies of the batch, in double precision, the obvious way. */
export function energiesOf(problem: SmallProblem, numbers: Numbers, fixed: readonly FixedVectors[]): Float64Array {
  const { head, encoderWidth, groups, negatives, masks } = problem;
  const shapes = layerShapes(head, encoderWidth);
  const scale = 256 / (256 - droppedOf256(head.dropout));
  return Float64Array.from({ length: groups * (1 + negatives) }, (_, row) => {
    let values: ArrayLike<number> = inputOf(problem, row);
    for (const [i, { inputs, outputs, bias }] of shapes.entries()) {
      const weight = numbers.get(`weight${i}`) as Float64Array;
      const biases = numbers.get(`bias${i}`);
      const vectors = fixed[i];
      const sigma =
        vectors === undefined
          ? 1
          : sum(outputs, (o) => vectors.left[o]! * sum(inputs, (k) => weight[o * inputs + k]! * vectors.right[k]!));
      const before = values;
      values = Float64Array.from({ length: outputs }, (_, o) => {
        const linear = sum(inputs, (k) => weight[o * inputs + k]! * before[k]!) / sigma + (bias ? biases![o]! : 0);
        if (!bias) return linear;
        const active = linear / (1 + Math.exp(-linear));
        const mask = masks[i];
        return mask === undefined ? active : mask[row * outputs + o]! * active * scale;
      });
    }
    return values[0] as number;
  });
}

/** A row of the head's input. */
export function inputOf({ head, encoderWidth, rows, table }: SmallProblem, row: number): Float64Array {
  const last = table.length / encoderWidth - 1;
  const vector = (part: string): number[] => {
    const index = (rows[part] as Int32Array)[row] as number;
    const at = (index < 0 ? last : index) * encoderWidth;
    return [...table.subarray(at, at + encoderWidth)];
  };
  const parts = inputParts(head.variant).map((part) =>
    part === 'product' ? vector('state').map((value, k) => value * (vector('goal')[k] as number)) : vector(part),
  );
  return Float64Array.from(parts.flat());
}

/** The weighted sum of the losses, in double precision, the obvious way. */
export function lossOf(problem: SmallProblem, numbers: Numbers, fixed: readonly FixedVectors[]): number {
  const { groups, negatives, present, remaining, losses } = problem;
  const energies = energiesOf(problem, numbers, fixed);
  const width = 1 + negatives;
  const logTemperature = numbers.get(TEMPERATURE)?.[0];
  const temperature = logTemperature === undefined ? 1 : Math.exp(Math.min(2, Math.max(-5, logTemperature)));
  let [crossEntropy, margin, pairs, depth, known] = [0, 0, 0, 0, 0];
  const deepest = Math.max(1, ...remaining);
  for (let g = 0; g < groups; g++) {
    const own = energies[g * width] as number;
    let partition = 0;
    for (let k = 0; k < width; k++) {
      if (present[g * width + k] === 0) continue;
      const energy = energies[g * width + k] as number;
      partition += Math.exp(-energy / temperature);
      const short = losses.margin + own - energy;
      if (k > 0 && short > 0) {
        margin += short;
        pairs += 1;
      }
    }
    crossEntropy += Math.log(partition) + own / temperature;
    if (remaining[g]! >= 0) {
      depth += (own - remaining[g]! / deepest) ** 2;
      known += 1;
    }
  }
  return (
    (losses.infoNce * crossEntropy) / groups +
    (losses.marginRanking * margin) / Math.max(1, pairs) +
    (losses.depthRegression * depth) / Math.max(1, known)
  );
}
