import type { LeanPool } from '../src/lean/pool/pool.ts';
import { FAMILIES, isKnownFamily } from '../src/policy/family.ts';

/**
 * Why these cannot be blocked: neither a family nor a tactic of this environment bears the name. Null when all can.
 */
export async function unknownFamilies(pool: LeanPool, names: readonly string[]): Promise<string | null> {
  const doubtful = names.filter((name) => !isKnownFamily(name));
  if (doubtful.length === 0) return null;
  const tactics = await pool.availableTactics(doubtful);
  const unknown = doubtful.filter((name) => !tactics.has(name));
  if (unknown.length === 0) return null;
  return `nothing is called ${unknown.map((name) => `"${name}"`).join(', ')}: block a family (${FAMILIES.join(', ')}) or a tactic`;
}
