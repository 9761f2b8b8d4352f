import type { CandidateRow } from '../../sessions/select/candidates.ts';
import type { SearchNode } from '../../src/search/state.ts';
import { cleanLine } from '../../src/text/clean.ts';
import {
  type Area,
  type Block,
  block,
  dotted,
  isInterrupted,
  momentInfo,
  type PaneTitle,
  paneTitle,
  type SearchContext,
} from '../draw.ts';
import { fill, fillLeft } from '../text/clip.ts';
import { type Line, paintLine, type Span, span } from '../text/line.ts';
import { width } from '../text/width.ts';
import { scrollTo } from '../ui.ts';
import { detailBlock } from './candidate-details.ts';
import { candidateRows } from './candidate-rows.ts';
import { candidateMark } from './marks.ts';

/** How what was left out of a prompt begins to be told. */
const SHORTENED = 'shortened prompt';

/** The candidates of the chosen node in rank order, the chosen one with details when there is room. */
export function candidatesPane(context: SearchContext, area: Area, focused: boolean): Block {
  const { search, place } = context;
  const node = search.state.nodes[place.selected];
  const rows = candidateRows(context);
  const title: PaneTitle = { number: 3, name: 'Candidates', focused, info: node ? titleInfo(context, node, rows) : [] };
  const details = node && rows.length > 0 ? detailBlock(context, node, rows, area) : [];
  const height = area.rows - 1 - details.length;
  const index = Math.max(
    0,
    rows.findIndex((row) => row.index === place.candidate),
  );
  const columns = columnsOf(rows, area.columns);
  const listHeight = columns.header ? height - 1 : height;
  place.candidateTop = scrollTo(place.candidateTop, index, rows.length, listHeight);
  const shown = rows.slice(place.candidateTop, place.candidateTop + listHeight);
  const painted = shown.map((row) => {
    const line = rowLine(context, row, columns);
    const chosen = row.index === place.candidate;
    if (chosen && focused) return paintLine(line, area.columns, context.theme, true);
    return paintLine(chosen ? line.map(({ text }) => span(text, 'strong')) : line, area.columns, context.theme);
  });
  const body =
    rows.length === 0
      ? [paintLine([span(` ${emptyReason(context, node)}`, 'dim')], area.columns, context.theme)]
      : painted;
  const header =
    columns.header && rows.length > 0 ? [paintLine(headerLine(context, columns), area.columns, context.theme)] : [];
  const list = block([paneTitle(context, title, area.columns), ...header, ...body], {
    ...area,
    rows: area.rows - details.length,
  });
  return [...list, ...details];
}

function titleInfo(context: SearchContext, node: SearchNode, rows: readonly CandidateRow[]): Line {
  const { place } = context;
  const running = rows.filter((row) => row.word === 'running').length;
  const interrupted = rows.filter((row) => row.word === 'interrupted').length;
  const waiting = rows.filter((row) => row.word === 'waiting').length;
  const listed = rows.filter(({ index }) => index >= 0).length;
  const parts = [
    ...momentInfo(context),
    span(listed === node.candidates.length ? `${listed}` : `${listed} of ${node.candidates.length}`, 'dim'),
  ];
  if (running > 0) parts.push(span(`${running} running`, 'pending'));
  if (interrupted > 0) parts.push(span(`${interrupted} interrupted`, 'warn'));
  if (waiting > 0) parts.push(span(`${waiting} waiting`, 'dim'));
  const unusable = node.unusable?.length ?? 0;
  if (unusable > 0) parts.push(span(`${unusable} unusable`, 'warn'));
  if (node.candidates.some(({ reason }) => reason?.startsWith(SHORTENED))) parts.push(span('shortened prompt', 'warn'));
  if (listed > 0 && node.candidates.every(({ logProb }) => logProb === null)) parts.push(span('no log-probs', 'warn'));
  if (place.order !== 'rank' || place.reverse)
    parts.push(span(`by ${place.order}${place.reverse ? ', reversed' : ''}`, 'info'));
  if (place.candidateQuery !== '') parts.push(span(`/${place.candidateQuery}`, 'info'));
  return dotted(context, parts);
}

function emptyReason(context: SearchContext, node: SearchNode | undefined): string {
  const { state } = context.search;
  if (!node) return 'no node chosen';
  if (node.candidates.length + (node.unusable?.length ?? 0) > 0)
    return `no candidate matches /${context.place.candidateQuery}: Esc clears the filter`;
  if (state.expanding.has(node.id) && isInterrupted(context.search))
    return 'interrupted: the provider is asked again when you go on';
  if (state.expanding.has(node.id))
    return state.providerFailure === null
      ? 'waiting for the provider'
      : `the provider failed: ${cleanLine(state.providerFailure)}`;
  if (node.status === 'closed') return 'nothing to try: no goals left';
  if (node.status === 'pruned') return `not expanded: deeper than max_depth = ${state.settings.max_depth}`;
  return `not expanded yet: ${context.keyOf('search.expand')} expands this node, ${context.keyOf('search.tactic')} tries a tactic of yours`;
}

interface Columns {
  readonly header: boolean;
  readonly word: number;
  readonly tactic: number;
  readonly logProb: number;
  readonly energy: number;
  /** Places among the siblings by energy and by log-prob: `2/5`. */
  readonly places: number;
  readonly queue: number;
  /** Whole proof and step. */
  readonly proof: number;
  readonly said: number;
}

function columnsOf(rows: readonly CandidateRow[], columns: number): Columns {
  const wide = columns >= 56;
  const fixed = 7;
  const word = columns >= 40 ? 12 : 0;
  const logProb = columns >= 30 ? 7 : 0;
  const energy = wide && rows.some((row) => row.energy !== null) ? 7 : 0;
  const queue = wide ? 6 : 0;
  const places = energy > 0 && columns >= 66 ? 7 : 0;
  const proof = wide && rows.some((row) => row.proof !== null) ? 7 : 0;
  const rest = columns - fixed - word - logProb - energy - places - queue - proof;
  const longest = Math.max(8, ...rows.map((row) => Math.min(width(row.tactic), 60))) + 1;
  const tactic = wide ? Math.min(longest, Math.floor(rest * 0.6)) : rest;
  return { header: wide, word, tactic, logProb, energy, places, queue, proof, said: Math.max(0, rest - tactic) };
}

function headerLine(context: SearchContext, columns: Columns): Line {
  const { ellipsis } = context.theme.signs;
  const right = (text: string, cells: number): string => (cells === 0 ? '' : `${fillLeft(text, cells - 1, ellipsis)} `);
  const text = `   #   ${fill('status', columns.word, ellipsis)}${fill('proof', columns.proof, ellipsis)}${fill('tactic', columns.tactic, ellipsis)}${right('logp', columns.logProb)}${right('energy', columns.energy)}${right('e/p', columns.places)}${right('queue', columns.queue)}Lean`;
  return [span(text, 'dim')];
}

function rowLine(context: SearchContext, row: CandidateRow, columns: Columns): Line {
  const { signs } = context.theme;
  const mark = candidateMark(row.word, signs);
  const number = (value: number | null, cells: number): string =>
    cells === 0 ? '' : `${fillLeft(value === null ? '' : value.toFixed(2), cells - 1, signs.ellipsis)} `;
  const line: Span[] = [
    span(`${fillLeft(row.index < 0 ? '' : String(row.index), 4, signs.ellipsis)} `, 'dim'),
    span(`${mark.sign} `, mark.tone),
  ];
  if (columns.word > 0) line.push(span(fill(mark.word, columns.word, signs.ellipsis), mark.tone));
  if (columns.proof > 0) line.push(span(fill(row.proof ?? '', columns.proof, signs.ellipsis), 'dim'));
  line.push(span(`${fill(row.tactic, columns.tactic - 1, signs.ellipsis)} `));
  line.push(span(number(row.logProb, columns.logProb), 'dim'));
  line.push(span(number(row.energy, columns.energy), 'info'));
  if (columns.places > 0) {
    const places = row.places === null ? '' : `${row.places.energy}/${row.places.logProb}`;
    line.push(span(`${fillLeft(places, columns.places - 1, signs.ellipsis)} `, 'dim'));
  }
  if (columns.queue > 0)
    line.push(
      span(`${fillLeft(row.rank === null ? '' : String(row.rank), columns.queue - 1, signs.ellipsis)} `, 'dim'),
    );
  if (columns.said > 0) line.push(span(row.said, row.word === 'failed' || row.word === 'unreadable' ? 'dim' : 'plain'));
  return line;
}
