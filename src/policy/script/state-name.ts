import { stateText } from '../../lean/goal.ts';
import { goalHash } from '../../lean/goal-hash.ts';
import type { PolicyState } from '../provider.ts';

/** The name of a state that does not change with its text's layout: hashes of its goals in order. */
export function stateHash({ goals }: Pick<PolicyState, 'goals'>): string {
  return goals.map(goalHash).join(' ');
}

/** The text of a state, under which a person would name it. */
export function stateName({ goals }: Pick<PolicyState, 'goals'>): string {
  return plain(stateText(goals));
}

/** White space at the ends of lines, and around the whole, is of no meaning. */
export function plain(text: string): string {
  return text
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n')
    .trim();
}
