import { type NegativesTally, survivalGate } from '../../sessions/negatives/negatives-tally.ts';
import { rateOf } from '../../src/run/wilson.ts';
import { cleanLine } from '../../src/text/clean.ts';
import { percent } from '../../src/text/quantity.ts';

/** How far it is, in one line. */
export function progressLine(
  { proofs, before, walked, skipped, positive, negative, unknown }: NegativesTally,
  ms: number,
): string {
  const done = before + walked + skipped.length;
  return `${done} of ${proofs} proofs, ${positive} positive, ${negative} negative, ${unknown} unknown, ${Math.round(ms / 1000)} s`;
}

/** What it came to. */
export function resultLines(tally: NegativesTally, rows: number, out: string, ms: number): readonly string[] {
  const { proofs, before, walked, skipped, positive, negative, unknown, byDepth } = tally;
  return [
    `${walked} of ${proofs} proofs walked, ${skipped.length} skipped${before > 0 ? `, ${before} were there` : ''}`,
    ...skipped.map(({ theorem, message }) => `  left out ${cleanLine(theorem)}: ${cleanLine(message, ' ', 200)}`),
    `${positive} positive, ${negative} negative (${tally.deadEnds} dead ends), ${unknown} unknown; ${tally.alternatives} other proofs; ${tally.tries} tries`,
    'depth  positive  negative  unknown',
    ...[...byDepth]
      .sort(([a], [b]) => a - b)
      .map(([depth, one]) =>
        [
          `${depth}`.padStart(5),
          `${one.positive}`.padStart(8),
          `${one.negative}`.padStart(8),
          `${one.unknown}`.padStart(7),
        ].join('  '),
      ),
    survivalLine(tally),
    `${rows} rows in ${out}, ${Math.round(ms / 1000)} s`,
  ];
}

function survivalLine(tally: NegativesTally): string {
  const gate = survivalGate(tally);
  if (gate === null) return 'survival: unknown, as no proof was walked';
  const { n, of, rate, wilson95 } = rateOf(tally.surviving, tally.walked);
  const [low, high] = wilson95;
  return `survival: ${n} of ${of} walks with negatives deeper than 2 (${percent(rate)}, 95 % ${percent(low)} to ${percent(high)}): ${gate}`;
}
