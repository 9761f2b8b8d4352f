import type { StorageFailed } from '../storage/failure.ts';
import { textsOf } from './batch.ts';
import { orUnreadable, TrajectoryFile } from './reader.ts';
import { survey, type TheoremFacts } from './survey.ts';

/** What some trajectory files hold together. */
export interface TrajectorySummary {
  readonly rows: number;
  /** Rows that stood in more than one file and count once. */
  readonly repeated: number;
  readonly positive: number;
  readonly negative: number;
  readonly unknown: number;
  readonly theorems: number;
  /** Theorems with at least one row that ends a proof. */
  readonly proved: number;
  /** Proved theorems by the level of their proof; null where the file does not say. */
  readonly levels: readonly { readonly level: string | null; readonly proved: number }[];
  /** Tactics of the shortest and the longest first proof, and their mean; null without proofs. */
  readonly steps: { readonly least: number; readonly mean: number; readonly most: number } | null;
  readonly byTheorem: ReadonlyMap<string, TheoremFacts>;
}

export type SummaryResult = { readonly kind: 'summary'; readonly summary: TrajectorySummary } | StorageFailed;

/** Counts what some files hold together. */
export async function readSummary(paths: readonly string[]): Promise<SummaryResult> {
  return orUnreadable(async () => {
    const { theorems, rows, repeated } = await survey(paths);
    const facts = [...theorems.values()];
    const proofs = facts.flatMap(({ proof }) => proof ?? []);
    const total = (part: 'positive' | 'negative' | 'unknown'): number => facts.reduce((sum, one) => sum + one[part], 0);
    return {
      kind: 'summary',
      summary: {
        rows,
        repeated,
        positive: total('positive'),
        negative: total('negative'),
        unknown: total('unknown'),
        theorems: theorems.size,
        proved: proofs.length,
        levels: levelsOf(proofs.map(({ level }) => level)),
        steps: stepsOf(proofs.map(({ steps }) => steps)),
        byTheorem: theorems,
      },
    };
  });
}

export type NamesResult =
  | { readonly kind: 'names'; readonly names: ReadonlySet<string>; readonly rows: number }
  | StorageFailed;

/** The names of the theorems that a file has rows of. Theorems that did not start have none. */
export async function readTheoremNames(path: string): Promise<NamesResult> {
  return orUnreadable(async () => {
    const file = await TrajectoryFile.open(path);
    try {
      const names = new Set<string>();
      for await (const batch of file.batches(['theorem_name']))
        for (const name of textsOf(batch, 'theorem_name')) names.add(name ?? '');
      return { kind: 'names', names, rows: file.rows };
    } finally {
      await file.close();
    }
  });
}

function levelsOf(levels: readonly (string | null)[]): TrajectorySummary['levels'] {
  return [...Map.groupBy(levels, (level) => level)]
    .map(([level, { length }]) => ({ level, proved: length }))
    .sort((a, b) => ((a.level ?? '') < (b.level ?? '') ? 1 : -1));
}

function stepsOf(steps: readonly number[]): TrajectorySummary['steps'] {
  if (steps.length === 0) return null;
  const [least, most] = steps.reduce(([low, high], n) => [Math.min(low, n), Math.max(high, n)], [Infinity, 0]);
  return { least, mean: steps.reduce((sum, n) => sum + n, 0) / steps.length, most };
}
