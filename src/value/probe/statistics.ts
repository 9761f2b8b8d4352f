/** Mean and population standard deviation; zeros for none. */
export function spreadOf(values: Float64Array): { readonly mean: number; readonly std: number } {
  if (values.length === 0) return { mean: 0, std: 0 };
  let sum = 0;
  for (const value of values) sum += value;
  const mean = sum / values.length;
  let squares = 0;
  for (const value of values) squares += (value - mean) ** 2;
  return { mean, std: Math.sqrt(squares / values.length) };
}

/**
 * The share of pairs in which the first kind lies below the second, ties half: the area under the ROC curve. Null when one
 * kind has none.
 */
export function shareBelow(low: Float64Array, high: Float64Array): number | null {
  if (low.length === 0 || high.length === 0) return null;
  const sorted = high.toSorted();
  let wins = 0;
  for (const value of low) {
    const from = lowerBound(sorted, value, (a, b) => a < b);
    const to = lowerBound(sorted, value, (a, b) => a <= b);
    wins += sorted.length - to + (to - from) / 2;
  }
  return wins / (low.length * high.length);
}

function lowerBound(sorted: Float64Array, value: number, isBefore: (a: number, b: number) => boolean): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (isBefore(sorted[middle] as number, value)) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** A logistic curve `1 / (1 + exp(-(a + b x)))` through points of 0 and 1, by Newton's method with a small ridge. */
export function logisticFit(
  x: Float64Array,
  y: Uint8Array,
): { readonly a: number; readonly b: number; readonly at: (x: number) => number } {
  const { mean, std } = spreadOf(x);
  const scale = std === 0 ? 1 : std;
  const ridge = 1e-3;
  let [a, b] = [0, 0];
  for (let round = 0; round < 50; round++) {
    let [ga, gb, haa, hab, hbb] = [-ridge * a, -ridge * b, ridge, 0, ridge];
    for (let i = 0; i < x.length; i++) {
      const z = ((x[i] as number) - mean) / scale;
      const p = 1 / (1 + Math.exp(-(a + b * z)));
      const w = p * (1 - p);
      ga += (y[i] as number) - p;
      gb += ((y[i] as number) - p) * z;
      haa += w;
      hab += w * z;
      hbb += w * z * z;
    }
    const determinant = haa * hbb - hab * hab;
    const [da, db] = [(hbb * ga - hab * gb) / determinant, (haa * gb - hab * ga) / determinant];
    a += da;
    b += db;
    if (Math.abs(da) + Math.abs(db) < 1e-9) break;
  }
  const slope = b / scale;
  const offset = a - slope * mean;
  return { a: offset, b: slope, at: (value) => 1 / (1 + Math.exp(-(offset + slope * value))) };
}
