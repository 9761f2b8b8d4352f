/**
 * Splits a number of candidates over members by their quotas, largest remainders first; every member gets at least one.
 *
 * @example shares(8, [3, 1]) // [6, 2]
 */
export function shares(count: number, quotas: readonly number[]): readonly number[] {
  const total = quotas.reduce((sum, quota) => sum + quota, 0);
  const exact = quotas.map((quota) => (count * quota) / total);
  const whole = exact.map(Math.floor);
  const left = count - whole.reduce((sum, share) => sum + share, 0);
  const byRemainder = quotas
    .map((_, i) => i)
    .toSorted((a, b) => (exact[b] as number) - (whole[b] as number) - ((exact[a] as number) - (whole[a] as number)));
  const further = new Set(byRemainder.slice(0, left));
  return whole.map((share, i) => Math.max(1, share + (further.has(i) ? 1 : 0)));
}
