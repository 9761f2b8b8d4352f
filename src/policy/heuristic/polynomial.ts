/** An integer polynomial in one variable, lowest coefficient first. */
export type Polynomial = readonly bigint[];

const MAX_DEGREE = 6;

/**
 * The integer polynomial of least degree through the values of `f` at 0, 1, 2, …, or null when there is none of degree
 * at most 6 (two more points are checked) or its coefficients are fractions.
 */
export function interpolate(f: (x: bigint) => bigint | undefined): Polynomial | null {
  const values: bigint[] = [];
  for (let x = 0n; x <= BigInt(MAX_DEGREE + 2); x++) {
    const value = f(x);
    if (value === undefined) return null;
    values.push(value);
  }
  // Newton: forward differences are the coefficients of the falling powers x (x - 1) … / k!.
  const differences: bigint[] = [];
  for (let row = values; row.length > 0; row = row.slice(1).map((v, i) => v - (row[i] ?? 0n)))
    differences.push(row[0] ?? 0n);
  while (differences.length > 1 && differences.at(-1) === 0n) differences.pop();
  if (differences.length > MAX_DEGREE + 1) return null;
  const factorial = differences.reduce((product, _, k) => (k === 0 ? 1n : product * BigInt(k)), 1n);
  let result: bigint[] = [];
  let basis: bigint[] = [factorial];
  for (const [k, d] of differences.entries()) {
    result = add(
      result,
      basis.map((c) => c * d),
    );
    basis = multiply(basis, [-BigInt(k), 1n]).map((c) => c / BigInt(k + 1));
  }
  return result.every((c) => c % factorial === 0n) ? trim(result.map((c) => c / factorial)) : null;
}

function add(a: readonly bigint[], b: readonly bigint[]): bigint[] {
  return Array.from({ length: Math.max(a.length, b.length) }, (_, i) => (a[i] ?? 0n) + (b[i] ?? 0n));
}

function multiply(a: readonly bigint[], b: readonly bigint[]): bigint[] {
  const product = Array.from({ length: a.length + b.length - 1 }, () => 0n);
  for (const [i, x] of a.entries()) for (const [j, y] of b.entries()) product[i + j] = (product[i + j] ?? 0n) + x * y;
  return product;
}

function trim(p: bigint[]): bigint[] {
  while (p.length > 1 && p.at(-1) === 0n) p.pop();
  return p;
}

/** `p / (x - root)` when `root` is a root, else null. */
function deflate(p: Polynomial, root: bigint): Polynomial | null {
  const quotient: bigint[] = [];
  let carry = 0n;
  for (let i = p.length - 1; i >= 0; i--) {
    carry = carry * root + (p[i] ?? 0n);
    quotient.unshift(carry);
  }
  return quotient.shift() === 0n ? quotient : null;
}

/** The integer roots between `-reach` and `reach`, repeated ones repeated, and what is left of the polynomial. */
export function integerRoots(
  p: Polynomial,
  reach: bigint,
): { readonly roots: readonly bigint[]; readonly rest: Polynomial } {
  const roots: bigint[] = [];
  let rest = p;
  for (let r = -reach; r <= reach && rest.length > 1; ) {
    const quotient = deflate(rest, r);
    if (quotient) {
      roots.push(r);
      rest = quotient;
    } else r++;
  }
  return { roots, rest };
}

/** As Lean reads it, with the given name for the variable. */
export function renderPolynomial(p: Polynomial, x: string): string {
  const terms = p.flatMap((c, i) => (c === 0n ? [] : [`(${c})${i === 0 ? '' : ` * ${x} ^ ${i}`}`]));
  return terms.length === 0 ? '0' : terms.reverse().join(' + ');
}
