import type { Goal, Hypothesis } from '../../lean/goal.ts';

const IDENTIFIER = /[\p{L}_][\p{L}\p{N}_'₀-₉✝⁰¹²³⁴-⁹]*/gu;
const SORT = /^(?:Type|Sort|Prop)\b/;

/**
 * Indices of a goal's hypotheses, least related to its target first: by how many steps of shared names lie between, names of types
 * left out as they are shared by everything; among equals, instances before others and older ones before younger. A name stays at
 * least as long as the hypotheses that speak of it.
 *
 * @example leastRelatedFirst({ hypotheses: [{ name: 'h', type: 'p' }, { name: 'x', type: 'ℕ' }], target: 'x = x' }) // [0, 1]
 */
export function leastRelatedFirst({ hypotheses, target }: Goal): readonly number[] {
  const distances = distancesFrom(target, hypotheses);
  return hypotheses
    .map((hypothesis, i) => ({
      i,
      distance: distances[i] ?? 0,
      isInstance: hypothesis.name.startsWith('inst✝'),
    }))
    .sort((a, b) => compare(b.distance, a.distance) || Number(b.isInstance) - Number(a.isInstance) || a.i - b.i)
    .map(({ i }) => i);
}

/** Infinity minus itself is not a number. */
const compare = (a: number, b: number): number => (a === b ? 0 : a - b);

/** Steps from the target: to a hypothesis that speaks of a known name one, to a name that a known hypothesis speaks of none. */
function distancesFrom(target: string, hypotheses: readonly Hypothesis[]): readonly number[] {
  const indices = new Map<string, number>();
  for (const [i, { name }] of hypotheses.entries()) indices.set(name, i);
  const speaksOf = hypotheses.map(({ type, value = '' }) => namesIn(`${type} ${value}`, indices));
  const spokenOfBy = hypotheses.map((): number[] => []);
  speaksOf.forEach((names, i) => {
    for (const name of names) if (!SORT.test(hypotheses[name]?.type ?? '')) spokenOfBy[name]?.push(i);
  });
  const distances = hypotheses.map(() => Number.POSITIVE_INFINITY);
  let ring = [...namesIn(target, indices)];
  for (let distance = 0; ring.length > 0; distance += 1) {
    const reached: number[] = [];
    const stack = ring;
    for (let i = stack.pop(); i !== undefined; i = stack.pop()) {
      if ((distances[i] ?? 0) <= distance) continue;
      distances[i] = distance;
      reached.push(i);
      stack.push(...(speaksOf[i] ?? []));
    }
    ring = reached.flatMap((i) => spokenOfBy[i] ?? []);
  }
  return distances;
}

function namesIn(text: string, indices: ReadonlyMap<string, number>): ReadonlySet<number> {
  const found = new Set<number>();
  for (const [name] of text.matchAll(IDENTIFIER)) {
    const index = indices.get(name);
    if (index !== undefined) found.add(index);
  }
  return found;
}
