import type { GoalView } from '../heuristic/view.ts';

const WORD = /⟦[^⟧]*⟧|[\p{L}_][\p{L}\p{N}_'₀-₉✝]*(?:\.[\p{L}_0-9][\p{L}\p{N}_'₀-₉]*)*|[0-9]+|\s+|\S/gu;
/** Numerals up to here belong to the method rather than to the problem. */
const ownNumerals = 2n;

/** The kinds of holes, and what a goal has to fill each with. */
export function fillings(view: GoalView): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  const add = (hole: string, text: string): void => {
    const before = found.get(hole);
    if (before === undefined) found.set(hole, [text]);
    else if (!before.includes(text)) before.push(text);
  };
  for (const fact of view.facts)
    if (fact.usable) add(factHole(fact.term.kind === 'op' ? fact.term.op : fact.term.kind), fact.name);
  for (const { name, type } of view.variables) add(variableHole(type), name);
  for (const text of [view.goal.target, ...view.facts.map((fact) => fact.text)])
    for (const numeral of text.match(/(?<![\p{L}\p{N}_.])[0-9]+(?![\p{L}\p{N}_])/gu) ?? [])
      if (BigInt(numeral) > ownNumerals) add(NUMERAL, numeral);
  return found;
}

const NUMERAL = '⟦numeral⟧';
const factHole = (shape: string): string => `⟦fact:${shape}⟧`;
const variableHole = (type: string): string => (/^(Nat|Int)$/.test(type) ? `⟦${type}⟧` : '⟦object⟧');

/**
 * A tactic with what belongs to one goal taken out: a typed hole wherever a hypothesis, a variable or a numeral of the goal stands, the
 * same number for the same thing. Equal for tactics of one shape.
 *
 * @example 'exact foo h k' // 'exact foo ⟦fact:≤#1⟧ ⟦Nat#2⟧'
 */
export function skeletonOf(tactic: string, view: GoalView): string {
  const holeOf = new Map<string, string>();
  for (const [hole, texts] of fillings(view)) for (const text of texts) holeOf.set(text, hole);
  const numbers = new Map<string, number>();
  return (tactic.match(WORD) ?? [])
    .map((word) => {
      const [head = '', ...rest] = word.split('.');
      const whole = holeOf.get(word);
      const hole = whole ?? (rest.length > 0 ? holeOf.get(head) : undefined);
      if (hole === undefined) return word;
      const thing = whole === undefined ? head : word;
      const number = numbers.get(thing) ?? numbers.size + 1;
      numbers.set(thing, number);
      return `${hole.slice(0, -1)}#${number}⟧${whole === undefined ? `.${rest.join('.')}` : ''}`;
    })
    .join('');
}

const HOLE = /⟦([^#⟧]+)#([0-9]+)⟧/gu;

/** The tactics of a skeleton's shape for a goal, at most so many; none when the goal has nothing for a hole. */
export function instances(
  skeleton: string,
  available: ReadonlyMap<string, readonly string[]>,
  limit: number,
): readonly string[] {
  const holes = new Map<string, string>();
  for (const [, kind, number] of skeleton.matchAll(HOLE)) holes.set(number as string, `⟦${kind}⟧`);
  let partial: readonly ReadonlyMap<string, string>[] = [new Map()];
  for (const [number, hole] of holes) {
    const texts = available.get(hole) ?? [];
    partial = partial
      .flatMap((filled) =>
        texts
          .filter((text) => ![...filled.values()].includes(text))
          .map((text) => new Map([...filled, [number, text]])),
      )
      .slice(0, limit);
  }
  return partial.map((filled) => skeleton.replace(HOLE, (_, __, number: string) => filled.get(number) ?? ''));
}
