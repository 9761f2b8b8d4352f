import type { SparseRows } from './features.ts';

/** A network with one hidden layer, SiLU, and one output without a bias, as an energy head has them. */
export interface Net {
  readonly hidden: number;
  /** By input, then by unit: transposed against the file, so that an input of 0 costs nothing. */
  readonly byInput: Float32Array;
  readonly bias: Float32Array;
  readonly output: Float32Array;
}

/** The numbers of a net as a model file has them; `weight` is units x inputs. */
export interface NetWeights {
  readonly weight: Float32Array;
  readonly bias: Float32Array;
  readonly output: Float32Array;
}

/** Lays the weights out by input, as sparse rows need them. */
export function netOf({ weight, bias, output }: NetWeights): Net {
  const hidden = bias.length;
  const inputs = weight.length / hidden;
  const byInput = new Float32Array(weight.length);
  for (let unit = 0; unit < hidden; unit++)
    for (let input = 0; input < inputs; input++)
      byInput[input * hidden + unit] = weight[unit * inputs + input] as number;
  return { hidden, byInput, bias, output };
}

/** Energies, lower is better. */
export function energies({ hidden, byInput, bias, output }: Net, { from, index, value }: SparseRows): Float64Array {
  const found = new Float64Array(from.length - 1);
  const sums = new Float64Array(hidden);
  for (let row = 0; row < found.length; row++) {
    sums.set(bias);
    for (let i = from[row] as number; i < (from[row + 1] as number); i++) {
      const start = (index[i] as number) * hidden;
      const amount = value[i] as number;
      for (let unit = 0; unit < hidden; unit++) sums[unit]! += amount * (byInput[start + unit] as number);
    }
    let energy = 0;
    for (let unit = 0; unit < hidden; unit++) {
      const sum = sums[unit] as number;
      energy += ((output[unit] as number) * sum) / (1 + Math.exp(-sum));
    }
    found[row] = energy;
  }
  return found;
}
