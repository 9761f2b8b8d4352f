import { featureWidth } from '../features.ts';
import type { RankingGroup } from './groups.ts';

/** States that are learnt from; their vectors take some 100 MB. */
const mostGroups = 2000;

/** Evenly spread groups, where there are too many. */
export function thinned(groups: readonly RankingGroup[]): readonly RankingGroup[] {
  const every = Math.max(1, groups.length / mostGroups);
  return groups.filter((_, i) => Math.floor(i / every) !== Math.floor((i - 1) / every));
}

/** The vectors of all candidates, all zeros last, and the row of each group's first candidate. */
export function tableOf(groups: readonly RankingGroup[]) {
  const first: number[] = [];
  let rows = 0;
  for (const { pool } of groups) {
    first.push(rows);
    rows += pool.length;
  }
  const data = new Float32Array((rows + 1) * featureWidth);
  for (const [g, { features, pool }] of groups.entries())
    for (let i = 0; i < pool.length; i++) {
      const start = ((first[g] as number) + i) * featureWidth;
      for (let j = features.from[i] as number; j < (features.from[i + 1] as number); j++)
        data[start + (features.index[j] as number)]! += features.value[j] as number;
    }
  return { first, data };
}
