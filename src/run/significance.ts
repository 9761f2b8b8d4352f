/**
 * Exact McNemar test of two results on the same theorems (Q. McNemar, Psychometrika 12, 1947; exact form as in
 * A. Agresti, "Categorical data analysis", 3rd ed., section 11.1.2): of the theorems proved by only one of the two, each
 * side is as likely as the other when there is no difference. `b` and `c`: proved by the first only, by the second only.
 * Two-sided: twice the smaller tail of the binomial distribution with p = 1/2, at most 1.
 *
 * @example mcnemarExact(2, 10) // 0.0385742…
 */
export function mcnemarExact(b: number, c: number): number {
  const n = b + c;
  let tail = 0;
  for (let i = 0; i <= Math.min(b, c); i++) tail += Math.exp(logChoose(n, i) - n * Math.LN2);
  return Math.min(1, 2 * tail);
}

/**
 * Fisher's exact test of two shares of different theorems, two-sided: the probability of all tables with the same margins
 * that are no likelier than this one (R. A. Fisher, "Statistical methods for research workers", 1934; the rule by which R's
 * `fisher.test` takes both sides).
 *
 * @example fisherExact(3, 4, 1, 4) // 0.4857142…
 */
export function fisherExact(n1: number, of1: number, n2: number, of2: number): number {
  const successes = n1 + n2;
  const logAll = logChoose(of1 + of2, successes);
  const logAt = (k: number): number => logChoose(of1, k) + logChoose(of2, successes - k) - logAll;
  const observed = logAt(n1);
  let p = 0;
  for (let k = Math.max(0, successes - of2); k <= Math.min(of1, successes); k++)
    // Equally likely tables must count in spite of rounding; R uses the same relative margin.
    if (logAt(k) <= observed + 1e-7) p += Math.exp(logAt(k));
  return Math.min(1, p);
}

/** ln of the binomial coefficient. */
function logChoose(n: number, k: number): number {
  return logFactorial(n) - logFactorial(k) - logFactorial(n - k);
}

const logFactorials = [0, 0];

function logFactorial(n: number): number {
  for (let i = logFactorials.length; i <= n; i++) logFactorials.push(logFactorials[i - 1]! + Math.log(i));
  return logFactorials[n]!;
}
