import type { TrajectoryRow } from '../../src/trajectory/row.ts';

export interface DepthCounts {
  readonly positive: number;
  readonly negative: number;
  readonly unknown: number;
}

/** What a making of negatives has come to so far. */
export interface NegativesTally {
  /** Proofs that were given, those that a resumed file had already, and those walked or skipped since. */
  readonly proofs: number;
  readonly before: number;
  readonly walked: number;
  readonly skipped: readonly { readonly theorem: string; readonly stage: string; readonly message: string }[];
  /** Rows that were made now, by label, and those of states without goals. */
  readonly positive: number;
  readonly negative: number;
  readonly unknown: number;
  readonly finished: number;
  readonly deadEnds: number;
  readonly alternatives: number;
  readonly tries: number;
  readonly byDepth: ReadonlyMap<number, DepthCounts>;
  /** Walks with a negative deeper than two tactics. */
  readonly surviving: number;
}

/** The tally before the first walk. */
export function emptyTally(proofs: number, before: number): NegativesTally {
  const none = { walked: 0, positive: 0, negative: 0, unknown: 0, finished: 0 };
  return {
    ...none,
    ...{ proofs, before, skipped: [], deadEnds: 0, alternatives: 0, tries: 0, byDepth: new Map(), surviving: 0 },
  };
}

/** The tally with a theorem that was not walked. */
export function tallySkipped(
  tally: NegativesTally,
  theorem: string,
  { stage, message }: { readonly stage: string; readonly message: string },
): NegativesTally {
  return { ...tally, skipped: [...tally.skipped, { theorem, stage, message }] };
}

/** Negatives deeper than this tell that a walk got beyond the first steps. */
const SURVIVAL_DEPTH = 2;

/** The tally with the rows of one walk. */
export function tallyWalk(
  tally: NegativesTally,
  rows: readonly TrajectoryRow[],
  { alternatives, tries }: { readonly alternatives: number; readonly tries: number },
): NegativesTally {
  const byDepth = new Map(tally.byDepth);
  for (const { depth_from_root: depth, label } of rows) {
    const at = byDepth.get(depth) ?? { positive: 0, negative: 0, unknown: 0 };
    byDepth.set(depth, { ...at, [label]: at[label] + 1 });
  }
  const count = (isCounted: (row: TrajectoryRow) => boolean): number => rows.filter(isCounted).length;
  const survives = rows.some((row) => row.label === 'negative' && row.depth_from_root > SURVIVAL_DEPTH);
  return {
    ...tally,
    walked: tally.walked + 1,
    positive: tally.positive + count((row) => row.label === 'positive'),
    negative: tally.negative + count((row) => row.label === 'negative'),
    unknown: tally.unknown + count((row) => row.label === 'unknown'),
    finished: tally.finished + count((row) => row.state_pp === ''),
    deadEnds: tally.deadEnds + count((row) => row.reason.includes('dead end')),
    alternatives: tally.alternatives + alternatives,
    tries: tally.tries + tries,
    byDepth,
    surviving: tally.surviving + (survives ? 1 : 0),
  };
}

/** The reference's gates: whether enough walks got beyond the first steps. Null when there was no walk. */
export function survivalGate({ surviving, walked }: NegativesTally): 'SAFE' | 'MARGINAL' | 'WARNING' | null {
  if (walked === 0) return null;
  const rate = surviving / walked;
  if (rate >= 0.3) return 'SAFE';
  return rate >= 0.1 ? 'MARGINAL' : 'WARNING';
}
