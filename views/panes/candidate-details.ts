import { said } from '../../sessions/select/candidate-standing.ts';
import { type CandidateRow, unusableAt } from '../../sessions/select/candidates.ts';
import { proofLines } from '../../sessions/select/proofs.ts';
import { formatMs } from '../../sessions/select/statistics.ts';
import type { SearchNode } from '../../src/search/state.ts';
import { cleanLine, cleanText } from '../../src/text/clean.ts';
import { type Area, type Block, block, dotted, isInterrupted, type SearchContext } from '../draw.ts';
import { wrap } from '../text/clip.ts';
import { type Line, paintLine, type Span, span } from '../text/line.ts';
import { candidateRows } from './candidate-rows.ts';
import { candidateMark } from './marks.ts';
import { placesText } from './value-line.ts';

/** From this height on, the chosen candidate's details stand below the list. */
const rowsForDetails = 14;
const rowsForSaid = 6;
/** The chosen candidate below the list, as far as there is room. */
export function detailBlock(
  context: SearchContext,
  node: SearchNode,
  rows: readonly CandidateRow[],
  area: Area,
): Block {
  if (area.rows < rowsForDetails) return area.rows < rowsForSaid ? [] : saidLine(context, rows, area.columns);
  return fullDetails(context, node, area);
}

/** In a low pane: what Lean said of the chosen candidate, on one line. */
function saidLine(context: SearchContext, rows: readonly CandidateRow[], columns: number): Block {
  const row = rows.find(({ index }) => index === context.place.candidate) ?? rows[0];
  if (!row) return [];
  const mark = candidateMark(row.word, context.theme.signs);
  const number = row.index < 0 ? '' : `#${row.index} `;
  const proof = row.proof === null ? '' : `proof ${row.proof} `;
  return [
    paintLine(
      [span(` ${number}${mark.word}: `, mark.tone), span(proof, 'dim'), span(row.said)],
      columns,
      context.theme,
    ),
  ];
}

function fullDetails(context: SearchContext, node: SearchNode, area: Area): Block {
  const rows = Math.min(16, Math.max(4, Math.floor(area.rows / 3)));
  const lines = detailLines(context, node, area.columns - 2).slice(0, rows - 1);
  const rule = context.theme.paint(context.theme.signs.horizontal.repeat(area.columns), 'dim');
  return block([rule, ...lines.map((line) => ` ${paintLine(line, area.columns - 1, context.theme)}`)], {
    rows,
    columns: area.columns,
  });
}

/** Everything about the chosen candidate, the message in full. */
export function detailLines(context: SearchContext, node: SearchNode, columns: number): readonly Line[] {
  const record = node.candidates[context.place.candidate];
  const row = candidateRows(context).find(({ index }) => index === context.place.candidate);
  const text = (body: string, tone: Span['tone']): Line[] =>
    cleanText(body)
      .split('\n')
      .flatMap((line) => wrap(line, columns, 2))
      .map((line) => [span(line, tone)]);
  if (!row) return [];
  const mark = candidateMark(row.word, context.theme.signs);
  const thrown = unusableAt(node, row.index);
  if (thrown !== undefined)
    return [
      dotted(context, [span(`${mark.sign} ${mark.word}`, mark.tone), span(cleanLine(thrown.origin), 'dim')]),
      ...text(thrown.reason, 'plain'),
      ...text(thrown.raw === '' ? 'The model was not asked, or said nothing.' : thrown.raw, 'dim'),
    ];
  if (!record) return [];
  const facts: Span[] = [span(`#${row.index}`), span(`${mark.sign} ${mark.word}`, mark.tone)];
  if (row.child !== null) facts.push(span(`node ${row.child}`, 'info'));
  if (row.rank !== null && row.score !== null)
    facts.push(span(`score ${row.score.toFixed(2)}, ${ordinalOf(row.rank)} in the frontier`, 'dim'));
  if (row.logProb === null) facts.push(span('no log-prob from the provider', 'dim'));
  if (row.ms !== null) facts.push(span(formatMs(row.ms), 'dim'));
  facts.push(span(cleanLine(record.origin), 'dim'));
  if (record.reason !== undefined) facts.push(span(cleanLine(record.reason), 'dim'));
  return [
    dotted(context, facts),
    ...valueFacts(context, row),
    ...text(record.tactic, 'strong'),
    ...text(said(context.search.state, node, record, isInterrupted(context.search)), 'plain'),
    ...proofLines(context.search.state, node, record.index).flatMap((line) => text(line, 'info')),
  ];
}

function valueFacts(context: SearchContext, { energy, places }: CandidateRow): readonly Line[] {
  if (energy === null) return [];
  const facts = [span(`energy ${energy.toFixed(3)}`, 'info')];
  if (places !== null) facts.push(span(`of its siblings ${placesText(places)}`, 'dim'));
  return [dotted(context, facts)];
}

function ordinalOf(rank: number): string {
  return rank === 1 ? 'next' : `place ${rank}`;
}
