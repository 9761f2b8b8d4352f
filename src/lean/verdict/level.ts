import { z } from 'zod';

/** The ladder of verdicts, lowest first. What each level means is in `docs/verdicts.md`. */
export const LEVELS = ['V0', 'V1', 'V2', 'V3', 'V4', 'V5'] as const;

export const levelSchema = z.enum(LEVELS);
export type Level = z.infer<typeof levelSchema>;

/** Below this level a closed goal reads "closed, not verified" and counts in no solve rate. */
export const LOWEST_COUNTED: Level = 'V2';

/** Negative, zero or positive, as `a` is below, at or above `b`; no level is below V0. */
export function compareLevels(a: Level | null, b: Level | null): number {
  return rank(a) - rank(b);
}

export function reaches(level: Level | null, wanted: Level): boolean {
  return compareLevels(level, wanted) >= 0;
}

/** The lowest of some levels, as a solve rate has to name it; null when there are none or one is missing. */
export function lowestLevel(levels: readonly (Level | null)[]): Level | null {
  return levels.reduce<Level | null>(
    (low, level, index) => (index === 0 || compareLevels(level, low) < 0 ? level : low),
    null,
  );
}

function rank(level: Level | null): number {
  return level === null ? -1 : LEVELS.indexOf(level);
}
