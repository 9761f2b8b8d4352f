/** Quantile of the standard normal distribution for a two-sided 95 % interval. */
const z95 = 1.959963984540054;

/** A solve rate as it is always shown: `n` of `of`, the rate from 0 to 1, and its 95 % interval. */
export interface Rate {
  readonly n: number;
  readonly of: number;
  /** 0 when `of` is 0. */
  readonly rate: number;
  readonly wilson95: readonly [low: number, high: number];
}

/**
 * The 95 % score interval of a share of `n` among `of` independent tries (E. B. Wilson, "Probable inference, the law of
 * succession, and statistical inference", JASA 22, 1927): stays within 0 and 1, and has a width where n is 0 or `of`.
 * With no tries, everything is possible: [0, 1].
 *
 * @example wilson95(15, 244) // [0.0376…, 0.0989…]
 */
export function wilson95(n: number, of: number): readonly [low: number, high: number] {
  if (of === 0) return [0, 1];
  const p = n / of;
  const z2 = z95 * z95;
  const middle = p + z2 / (2 * of);
  const reach = z95 * Math.sqrt((p * (1 - p) + z2 / (4 * of)) / of);
  const scale = 1 + z2 / of;
  // The ends are exactly 0 and 1 where nothing or everything succeeded; rounding must not say otherwise.
  return [n === 0 ? 0 : (middle - reach) / scale, n === of ? 1 : (middle + reach) / scale];
}

/** `n` of `of` with its rate and interval. */
export function rateOf(n: number, of: number): Rate {
  return { n, of, rate: of === 0 ? 0 : n / of, wilson95: wilson95(n, of) };
}
