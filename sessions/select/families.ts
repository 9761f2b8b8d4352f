import { FAMILIES, tacticFamily } from '../../src/policy/family.ts';
import type { SearchState } from '../../src/search/state.ts';

export interface FamilyRow {
  readonly family: string;
  readonly blocked: boolean;
  /** Candidates of this family at the chosen node. */
  readonly here: number;
}

/** The tactic families that can be blocked: those at the node first, then the blocked ones, then the rest. */
export function selectFamilies(state: SearchState, id: number): readonly FamilyRow[] {
  const here = new Map<string, number>();
  for (const { tactic } of state.nodes[id]?.candidates ?? []) {
    const family = tacticFamily(tactic);
    here.set(family, (here.get(family) ?? 0) + 1);
  }
  const atNode = [...here.keys()].sort((a, b) => here.get(b)! - here.get(a)!);
  const families = new Set([...atNode, ...state.settings.block, ...FAMILIES]);
  return [...families].map((family) => ({
    family,
    blocked: state.settings.block.includes(family),
    here: here.get(family) ?? 0,
  }));
}
