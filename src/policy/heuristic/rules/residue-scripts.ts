import { type Domain, residue } from '../evaluate.ts';
import { subterms, type Term } from '../term.ts';
import { isOp } from '../view.ts';

/** A goal that the residues of `names` modulo `m` settle, with the hypotheses that this takes. */
export interface ResiduePlan {
  readonly m: number;
  readonly domain: Domain;
  readonly target: Term;
  readonly names: readonly string[];
  readonly facts: readonly { readonly name: string; readonly term: Term; readonly proof?: string }[];
  readonly fresh: (base: string) => string;
}

const LEMMAS: Readonly<Record<Domain, readonly string[]>> = {
  Int: ['Int.dvd_iff_emod_eq_zero', 'Int.pow_succ', 'Int.mul_emod', 'Int.add_emod', 'Int.sub_emod', 'Int.neg_emod'],
  Nat: ['Nat.dvd_iff_mod_eq_zero', 'Nat.pow_succ', 'Nat.mul_mod', 'Nat.add_mod'],
};

function remainders(name: string, m: number): string {
  return Array.from({ length: m }, (_, r) => `${name} % ${m} = ${r}`).join(' ∨ ');
}

function split(h: string, m: number): string {
  return `rcases ${h} with ${Array.from({ length: m }, () => h).join(' | ')}`;
}

function mentionsRemainder(term: Term): boolean {
  return [...subterms(term)].some((t) => isOp(t, '%'));
}

/** Every combination of residues, simplified one by one. */
export function productScript({ m, domain, target, names, facts, fresh }: ResiduePlan): string {
  const lines: string[] = [];
  const rests = names.map(() => fresh('hr'));
  for (const [i, name] of names.entries()) lines.push(`have ${rests[i]} : ${remainders(name, m)} := by omega`);
  const at: string[] = [];
  for (const fact of facts) {
    if (fact.proof !== undefined) lines.push(fact.proof);
    const h = fresh('hm');
    const [left, right] = fact.term.kind === 'op' ? fact.term.args : [];
    if (isOp(fact.term, '=') && !mentionsRemainder(fact.term))
      lines.push(`have ${h} := congrArg (fun t => t % ${m}) ${fact.name}`);
    else if (isOp(fact.term, '∣') && left && right)
      lines.push(`have ${h} : (${right.text}) % ${common(left, m)} = 0 := by omega`);
    at.push(lines.at(-1)?.startsWith(`have ${h} `) ? h : fact.name);
  }
  const where = at.length === 0 ? '' : ` at ${at.join(' ')}${target.text === 'False' ? '' : ' ⊢'}`;
  const splits = rests.map((h) => split(h, m)).join(' <;> ');
  lines.push(`${splits} <;> simp [${[...LEMMAS[domain], ...rests].join(', ')}]${where}`);
  return lines.join('\n');
}

/** The part of a literal divisor that `m` can see. */
function common(divisor: Term, m: number): number {
  let [a, b] = [Number(divisor.text), m];
  while (b > 0) [a, b] = [b, a % b];
  return a;
}

/** The powers of single variables in a term without other products; null when there are other products. */
function separablePowers(
  term: Term,
  names: ReadonlySet<string>,
): readonly { readonly name: string; readonly term: Term }[] | null {
  if (term.kind === 'number') return [];
  if (term.kind === 'name') return names.has(term.name) ? [{ name: term.name, term }] : [];
  if (term.kind !== 'op') return null;
  const [a, b] = term.args;
  if (term.op === '^') {
    if (a?.kind === 'name' && names.has(a.name) && b?.kind === 'number') return [{ name: a.name, term }];
    return a?.kind === 'number' && b?.kind === 'number' ? [] : null;
  }
  if (term.op === '*' && a?.kind !== 'number' && b?.kind !== 'number') return null;
  if (term.op === '/') return null;
  const found: { name: string; term: Term }[] = [];
  for (const arg of term.args) {
    const inside = separablePowers(arg, names);
    if (inside === null) return null;
    found.push(...inside);
  }
  return found;
}

/**
 * Where no product mixes variables: what the powers of each variable can be, variable by variable, then `omega`. It takes m
 * cases per variable in place of m to the number of variables.
 */
export function tableScript({ m, domain, target, names, facts, fresh }: ResiduePlan): string | null {
  const powers = new Map<string, Map<string, Term>>();
  for (const term of [target, ...facts.map((f) => f.term)]) {
    const found = separablePowers(term, new Set(names));
    if (found === null) return null;
    for (const { name, term: power } of found) {
      const known = powers.get(name) ?? new Map<string, Term>();
      known.set(power.text, power);
      powers.set(name, known);
    }
  }
  const lines: string[] = facts.flatMap((f) => (f.proof === undefined ? [] : [f.proof]));
  for (const [name, known] of powers) {
    const rows = new Set<string>();
    for (let r = 0; r < m; r++) {
      const row = [...known.values()].map((t) => `${t.text} % ${m} = ${residue(t, new Map([[name, r]]), m, domain)}`);
      rows.add(row.join(' ∧ '));
    }
    const hr = fresh('hr');
    lines.push(
      `have ${fresh('ht')} : ${[...rows].map((r) => `(${r})`).join(' ∨ ')} := by`,
      `  have ${hr} : ${remainders(name, m)} := by omega`,
      `  ${split(hr, m)} <;> simp [${LEMMAS[domain].slice(1, 4).join(', ')}, ${hr}]`,
    );
  }
  return [...lines, 'omega'].join('\n');
}
