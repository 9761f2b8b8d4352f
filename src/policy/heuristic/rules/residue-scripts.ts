import type { Domain } from '../evaluate.ts';
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

/** A term with its variables replaced by texts, in full parentheses. */
function render(term: Term, names: ReadonlyMap<string, string>): string {
  if (term.kind === 'name') return names.get(term.name) ?? term.name;
  if (term.kind !== 'op') return term.text;
  const [a, b] = term.args.map((t) => render(t, names));
  if (term.op === 'neg' || term.op === '¬') return `(${term.op === 'neg' ? '-' : '¬'}${a})`;
  if (term.op === '↑') return a ?? '';
  return term.op === '^' ? `(${a}) ^ ${b}` : `(${a} ${term.op} ${b})`;
}

/** A proposition about residues that says as much of `term` as residues modulo `m` can; gathers the sides that it speaks of. */
function shadow(term: Term, m: number, names: ReadonlyMap<string, string>, sides: Set<Term>): string {
  if (term.kind !== 'op') return term.text;
  const [a, b] = term.args;
  if (!a) return term.text;
  if (term.op === '¬') return `¬(${shadow(a, m, names, sides)})`;
  if (!b) return term.text;
  if (['∧', '∨', '→', '↔'].includes(term.op))
    return `(${shadow(a, m, names, sides)} ${term.op} ${shadow(b, m, names, sides)})`;
  if (term.op === '∣') {
    sides.add(b);
    return `${render(b, names)} % ${common(a, m)} = 0`;
  }
  const modulo = (side: Term): string => {
    const inner = isOp(side, '%') ? side.args[0] : side;
    if (inner) sides.add(inner);
    return `${render(inner ?? side, names)} % ${isOp(side, '%') ? side.args[1]?.text : m}`;
  };
  const plain = mentionsRemainder(term);
  const side = (t: Term): string => (plain && t.kind === 'number' ? t.text : modulo(t));
  return `${side(a)} ${term.op} ${side(b)}`;
}

/**
 * The claim about residues as one decidable statement over `Fin m`, computed by the kernel, and carried over to the
 * variables by `omega`. Its cost hardly grows with the number of cases.
 */
export function kernelScript({ m, domain, target, names, facts, fresh }: ResiduePlan): string {
  const lines = facts.flatMap((f) => (f.proof === undefined ? [] : [f.proof]));
  const small = names.map(() => fresh('r'));
  const links = names.map(() => fresh('hr'));
  const value = (r: string): string => (domain === 'Int' ? `(${r}.val : Int)` : `${r}.val`);
  const replaced = new Map(names.map((name, i) => [name, value(small[i] ?? '')]));
  const sides = new Set<Term>();
  const given = facts.map((f) => shadow(f.term, m, replaced, sides));
  const claim =
    target.text === 'False' ? `¬(${given.join(' ∧ ')})` : [...given, shadow(target, m, replaced, sides)].join(' → ');
  const key = fresh('key');
  lines.push(`have ${key} : ∀ ${small.join(' ')} : Fin ${m}, ${claim} := by decide +kernel`);
  for (const [i, name] of names.entries()) {
    const [r, h] = [small[i] ?? '', links[i] ?? ''];
    const witness =
      domain === 'Int' ? `⟨⟨(${name} % ${m}).toNat, by omega⟩, by simp; omega⟩` : `⟨⟨${name} % ${m}, by omega⟩, rfl⟩`;
    lines.push(`obtain ⟨${r}, ${h}⟩ : ∃ ${r} : Fin ${m}, ${name} % ${m} = ${value(r)} := ${witness}`);
  }
  const back = links.map((h) => `← ${h}`);
  const texts = new Set(
    [...sides].filter((s) => s.kind !== 'number').map((s) => `(${s.text}) % ${m} = (${render(s, replaced)}) % ${m}`),
  );
  const carried = [...texts].map((text) => {
    const h = fresh('hl');
    lines.push(`have ${h} : ${text} := by simp [${[...back, ...LEMMAS[domain].slice(1)].join(', ')}]`);
    return h;
  });
  lines.push(`replace ${key} := ${key} ${small.join(' ')}`);
  if (carried.length > 0) lines.push(`try simp only [${carried.map((h) => `← ${h}`).join(', ')}] at ${key}`);
  lines.push('omega');
  return lines.join('\n');
}
