import { POSITIVE, SAME_THEOREM, SIBLING, type TrainingSet } from '../data/training-set.ts';
import { logisticFit } from './statistics.ts';

export interface CalibrationBin {
  readonly n: number;
  /** Lowest and highest energy in it. */
  readonly from: number;
  readonly to: number;
  /** What the curve expects, and the share of states on a proof. */
  readonly expected: number;
  readonly positive: number;
}

/**
 * How far an energy can be read as a probability: states sorted by energy into bins of equal size, each with its share of states on a
 * proof, against a logistic curve through all of them.
 */
export interface Calibration {
  readonly bins: readonly CalibrationBin[];
  /** Mean distance of the bins' shares from the curve, weighed by size. */
  readonly ece: number;
  readonly curve: { readonly a: number; readonly b: number };
}

const BINS = 10;

/** Null when there are fewer states than bins, or only one kind. */
export function calibrationOf({ examples }: TrainingSet, energies: Float64Array): Calibration | null {
  const known = Array.from({ length: examples.length }, (_, i) => i).filter((i) => {
    const kind = examples.kind[i];
    return !Number.isNaN(energies[i] as number) && (kind === POSITIVE || kind === SIBLING || kind === SAME_THEOREM);
  });
  const sorted = known.sort((a, b) => (energies[a] as number) - (energies[b] as number) || a - b);
  const x = Float64Array.from(sorted, (i) => energies[i] as number);
  const y = Uint8Array.from(sorted, (i) => (examples.kind[i] === POSITIVE ? 1 : 0));
  if (sorted.length < BINS || !y.includes(0) || !y.includes(1)) return null;
  const { a, b, at } = logisticFit(x, y);
  const bins = Array.from({ length: BINS }, (_, bin): CalibrationBin => {
    const from = Math.floor((bin * sorted.length) / BINS);
    const to = Math.floor(((bin + 1) * sorted.length) / BINS);
    const n = to - from;
    const sum = (values: Iterable<number>): number => [...values].reduce((total, one) => total + one, 0);
    return {
      n,
      from: x[from] as number,
      to: x[to - 1] as number,
      expected: sum(x.subarray(from, to).map(at)) / n,
      positive: sum(y.subarray(from, to)) / n,
    };
  });
  const ece = bins.reduce((total, { n, expected, positive }) => total + n * Math.abs(expected - positive), 0);
  return { bins, ece: ece / sorted.length, curve: { a, b } };
}
