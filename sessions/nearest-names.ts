import type { LeanPool } from '../src/lean/pool/pool.ts';
import { editDistance } from '../src/text/edit-distance.ts';

const shownNames = 6;
/** Names asked for per part of the name; Lean lists the shortest first and prints each one's type. */
const askedNames = 150;
const shortestPart = 3;

/**
 * Names of the environment that are spelt like one that it does not have, best first. Each look through the environment
 * takes Lean a second, so there are at most three: for the last component, and, since a slip is in one half of it, for
 * its halves.
 */
export async function nearestNames(pool: Pick<LeanPool, 'searchNames'>, name: string): Promise<readonly string[]> {
  const last = name.split('.').at(-1) ?? '';
  const middle = Math.floor(last.length / 2);
  const whole = await searchParts(pool, [last]);
  const names = whole.length > 0 ? whole : await searchParts(pool, [last.slice(0, middle), last.slice(middle)]);
  const ranked = [...new Set(names)].map((one) => ({ name: one, distance: editDistance(one, name) }));
  ranked.sort((a, b) => a.distance - b.distance);
  return ranked.slice(0, shownNames).map((one) => one.name);
}

async function searchParts(pool: Pick<LeanPool, 'searchNames'>, parts: readonly string[]): Promise<readonly string[]> {
  const names: string[] = [];
  for (const part of parts) {
    if (part.length < shortestPart) continue;
    const answer = await pool.searchNames(part, askedNames);
    if (answer.kind === 'names') names.push(...answer.results.map((one) => one.name));
  }
  return names;
}
