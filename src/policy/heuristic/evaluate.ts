import type { Term } from './term.ts';

/** Which subtraction and division a term without casts means. */
export type Domain = 'Nat' | 'Int';
export type Assignment = ReadonlyMap<string, bigint>;

const MAX_EXPONENT = 64n;

function floorDivide(a: bigint, b: bigint): bigint {
  if (b === 0n) return 0n;
  const r = floorRemainder(a, b);
  return (a - r) / b;
}

/** Euclidean remainder, as `Int.emod`; `a % 0 = a`. */
function floorRemainder(a: bigint, b: bigint): bigint {
  if (b === 0n) return a;
  const size = b < 0n ? -b : b;
  return ((a % size) + size) % size;
}

function gcd(a: bigint, b: bigint): bigint {
  let [x, y] = [a < 0n ? -a : a, b < 0n ? -b : b];
  while (y > 0n) [x, y] = [y, x % y];
  return x;
}

/** The value of an arithmetic term, or undefined where it is not understood or too large to bother. */
export function evaluate(term: Term, values: Assignment, domain: Domain): bigint | undefined {
  if (term.kind === 'number') return term.value;
  if (term.kind === 'name') return values.get(term.name);
  if (term.kind === 'call') return call(term, values, domain);
  if (term.kind !== 'op') return undefined;
  const [left, right] = term.args;
  const a = left && evaluate(left, values, domain);
  if (a === undefined) return undefined;
  if (term.op === 'neg') return domain === 'Int' ? -a : undefined;
  if (term.op === '↑') return a;
  const b = right && evaluate(right, values, domain);
  if (b === undefined) return undefined;
  switch (term.op) {
    case '+':
      return a + b;
    case '*':
      return a * b;
    case '-':
      return domain === 'Nat' && a < b ? 0n : a - b;
    case '/':
      return floorDivide(a, b);
    case '%':
      return floorRemainder(a, b);
    case '^':
      return b < 0n || b > MAX_EXPONENT ? undefined : a ** b;
    default:
      return undefined;
  }
}

function call(term: Term & { kind: 'call' }, values: Assignment, domain: Domain): bigint | undefined {
  if (term.head.kind !== 'name') return undefined;
  const [owner, method] = splitMethod(term.head.name);
  if (method !== 'gcd' && method !== 'lcm') return undefined;
  const applied = owner === 'Nat' || owner === '_';
  const first = applied ? term.args[0] : ({ kind: 'name', name: owner, text: owner } as const);
  const second = applied ? term.args[1] : term.args[0];
  const a = first && evaluate(first, values, domain);
  const b = second && evaluate(second, values, domain);
  if (a === undefined || b === undefined) return undefined;
  const divisor = gcd(a, b);
  return method === 'gcd' ? divisor : divisor === 0n ? 0n : (a * b) / divisor;
}

function splitMethod(name: string): readonly [string, string] {
  const dot = name.lastIndexOf('.');
  return [name.slice(0, dot), name.slice(dot + 1)];
}

/** Whether a proposition holds; undefined where it is not understood. */
export function holds(term: Term, values: Assignment, domain: Domain): boolean | undefined {
  if (term.kind === 'name') return term.name === 'True' ? true : term.name === 'False' ? false : undefined;
  if (term.kind !== 'op') return undefined;
  const [left, right] = term.args;
  if (!left) return undefined;
  if (term.op === '¬') return negate(holds(left, values, domain));
  if (!right) return undefined;
  const connective = CONNECTIVES[term.op];
  if (connective) return connective(holds(left, values, domain), holds(right, values, domain));
  const a = evaluate(left, values, domain);
  const b = evaluate(right, values, domain);
  return a === undefined || b === undefined ? undefined : RELATIONS[term.op]?.(a, b);
}

type Truth = boolean | undefined;
const negate = (a: Truth): Truth => (a === undefined ? undefined : !a);

/** Three-valued logic. */
const CONNECTIVES: Readonly<Record<string, (a: Truth, b: Truth) => Truth>> = {
  '∧': (a, b) => (a === false || b === false ? false : a && b),
  '∨': (a, b) => (a === true || b === true ? true : a === undefined || b === undefined ? undefined : false),
  '→': (a, b) => (a === false || b === true ? true : a === undefined || b === undefined ? undefined : false),
  '↔': (a, b) => (a === undefined || b === undefined ? undefined : a === b),
};
const RELATIONS: Readonly<Record<string, (a: bigint, b: bigint) => boolean>> = {
  '=': (a, b) => a === b,
  '≠': (a, b) => a !== b,
  '<': (a, b) => a < b,
  '≤': (a, b) => a <= b,
  '>': (a, b) => a > b,
  '≥': (a, b) => a >= b,
  '∣': (a, b) => (a === 0n ? b === 0n : b % a === 0n),
};

/** The value of a term modulo `m`, from the residues of its variables. Truncated subtraction and division are not understood. */
export function residue(
  term: Term,
  residues: ReadonlyMap<string, number>,
  m: number,
  domain: Domain,
): number | undefined {
  if (term.kind === 'number') return Number(term.value % BigInt(m));
  if (term.kind === 'name') return residues.get(term.name);
  if (term.kind !== 'op') return undefined;
  const [left, right] = term.args;
  const a = left && residue(left, residues, m, domain);
  if (a === undefined) return undefined;
  if (term.op === '↑') return a;
  if (term.op === 'neg') return domain === 'Int' ? (m - a) % m : undefined;
  if (term.op === '^')
    return right?.kind === 'number' && right.value <= MAX_EXPONENT ? power(a, Number(right.value), m) : undefined;
  if (term.op === '%')
    return right?.kind === 'number' && right.value > 0n && BigInt(m) % right.value === 0n
      ? a % Number(right.value)
      : undefined;
  const b = right && residue(right, residues, m, domain);
  if (b === undefined) return undefined;
  if (term.op === '+') return (a + b) % m;
  if (term.op === '*') return (a * b) % m;
  return term.op === '-' && domain === 'Int' ? (a - b + m) % m : undefined;
}

function power(base: number, exponent: number, m: number): number {
  let result = 1 % m;
  for (let i = 0; i < exponent; i++) result = (result * base) % m;
  return result;
}

/** What residues modulo `m` say about a proposition: an equation can only be refuted, a divisibility by a divisor of `m` is decided. */
export function holdsModulo(term: Term, residues: ReadonlyMap<string, number>, m: number, domain: Domain): Truth {
  if (term.kind === 'name') return term.name === 'True' ? true : term.name === 'False' ? false : undefined;
  if (term.kind !== 'op') return undefined;
  const [left, right] = term.args;
  if (!left) return undefined;
  if (term.op === '¬') return negate(holdsModulo(left, residues, m, domain));
  if (!right) return undefined;
  const connective = CONNECTIVES[term.op];
  if (connective) return connective(holdsModulo(left, residues, m, domain), holdsModulo(right, residues, m, domain));
  if (term.op === '∣') {
    if (left.kind !== 'number' || left.value <= 0n) return undefined;
    const value = residue(right, residues, m, domain);
    if (value === undefined) return undefined;
    const seen = gcd(left.value, BigInt(m));
    if (BigInt(value) % seen !== 0n) return false;
    return seen === left.value ? true : undefined;
  }
  if (term.op !== '=' && term.op !== '≠') return undefined;
  const remainder = remainderEquation(left, right, residues, m, domain);
  if (remainder !== undefined) return term.op === '=' ? remainder : !remainder;
  const a = residue(left, residues, m, domain);
  const b = residue(right, residues, m, domain);
  return a === undefined || b === undefined || a === b ? undefined : term.op === '≠';
}

/** `e % d = c` with `d` dividing `m` is decided by residues. */
function remainderEquation(
  left: Term,
  right: Term,
  residues: ReadonlyMap<string, number>,
  m: number,
  domain: Domain,
): Truth {
  const exact = (t: Term): number | undefined =>
    t.kind === 'number' && t.value < BigInt(m)
      ? Number(t.value)
      : t.kind === 'op' && t.op === '%'
        ? residue(t, residues, m, domain)
        : undefined;
  if (![left, right].some((t) => t.kind === 'op' && t.op === '%')) return undefined;
  const a = exact(left);
  const b = exact(right);
  return a === undefined || b === undefined ? undefined : a === b;
}
