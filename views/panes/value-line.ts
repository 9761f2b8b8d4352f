import { type Places, selectNodeValue } from '../../sessions/select/value.ts';
import { nodeScore } from '../../src/search/score.ts';
import type { SearchNode } from '../../src/search/state.ts';
import { cleanLine } from '../../src/text/clean.ts';
import { count } from '../../src/text/quantity.ts';
import type { ValueRecord } from '../../src/value/score/value-model.ts';
import { type DrawContext, dotted, ordinal, type SearchContext } from '../draw.ts';
import { type Line, lineText, paintLine, type Span, span } from '../text/line.ts';
import { width } from '../text/width.ts';
import type { Tone } from '../theme.ts';

/** So much of a hash tells models apart. */
const shownHash = 12;

/** Home: the value model that new searches get, with its encoder, its head and what it was asked; or that there is none. */
export function valueLine(context: DrawContext, columns: number): string {
  const { value } = context.snapshot;
  const head = span(' value    ', 'dim');
  if (value === null)
    return paintLine(
      [head, span('off', 'strong'), span('  :value load <name, folder or file> loads a value model', 'dim')],
      columns,
      context.theme,
    );
  const { about, statistics } = value;
  const { encoder } = about;
  const served = encoder.model === undefined ? '' : ` (${cleanLine(encoder.model)} at ${cleanLine(encoder.url ?? '')})`;
  const facts = [
    span(value.hash.slice(0, shownHash), 'dim'),
    span(`encoder ${cleanLine(encoder.name)}${served}, ${encoder.width} numbers`, 'dim'),
    span(
      `head ${[...about.head.hidden, 1].join('-')}${about.head.variant === 'state' ? '' : `, ${about.head.variant}`}`,
      'dim',
    ),
    ...(statistics.states === 0
      ? [span('not asked yet', 'dim')]
      : [span(`${count(statistics.states)} states asked, ${count(statistics.cached)} cached`, 'dim')]),
    ...(statistics.failures > 0 ? [span(`${count(statistics.failures)} failures`, 'fail')] : []),
  ];
  return paintLine(
    [head, span(`${cleanLine(value.name)}  `, 'strong'), ...dotted(context, facts)],
    columns,
    context.theme,
  );
}

/**
 * For the status line: which value model a search was searched with, or that it had none; what it goes on with, or what the next
 * search gets after its end, where that is another; and that its model does not answer.
 */
export function valueSpans({ search, snapshot }: SearchContext): readonly Span[] {
  const { searchedWith, value, valueFailure, energiesOf, mode } = search.state;
  const isOver = mode === 'ended';
  const next = isOver ? snapshot.value : value;
  const isAnother = next?.hash !== searchedWith?.hash && search.job === undefined && search.at === null;
  return [
    span('  value ', 'dim'),
    ...modelSpans(searchedWith, energiesOf === null || isOver ? 'dim' : 'warn'),
    ...(isAnother ? [span(isOver ? '  next: ' : '  from here ', 'dim'), ...modelSpans(next, 'warn')] : []),
    ...(valueFailure === null ? [] : [span(`  value model failed: ${cleanLine(valueFailure.message)}`, 'fail')]),
  ];
}

function modelSpans(model: Pick<ValueRecord, 'name' | 'hash'> | null, toneOfNone: Tone): readonly Span[] {
  if (model === null) return [span('off', toneOfNone)];
  return [span(cleanLine(model.name)), span(` ${model.hash.slice(0, 8)}`, 'dim')];
}

/** What the value model says of a node, over as many lines as it needs; none in a search without one. */
export function nodeValueLines(context: SearchContext, node: SearchNode, columns: number): readonly Line[] {
  const { state } = context.search;
  const value = selectNodeValue(state, node.id);
  if (value === null) return [];
  const facts: Span[] = [];
  if (value.energy !== null) facts.push(span(`energy ${value.energy.toFixed(3)}`));
  else if (value.missing !== null) facts.push(span(`no energy: ${cleanLine(value.missing)}`, 'warn'));
  if (state.settings.strategy === 'best-first' && node.goals.length > 0) {
    const { policy, value: part, penalties } = value.parts;
    const taken = penalties === 0 ? '' : `, penalties ${signed(penalties)}`;
    const off = state.value !== null ? '' : state.searchedWith === null ? ' (off)' : ' (off by now)';
    const sum = nodeScore(node, node.round, state);
    facts.push(
      span(`policy ${signed(policy)}, value ${signed(part)}${off}${taken} ${context.theme.signs.arrow} ${signed(sum)}`),
    );
  }
  if (value.siblings !== null) facts.push(span(`siblings: ${placesText(value.siblings)}`, 'dim'));
  if (value.frontier !== null) facts.push(span(`frontier: ${placesText(value.frontier)}`, 'dim'));
  return flowed(context, facts, columns);
}

/** `2nd of 6 by energy, 5th by log-prob` */
export function placesText({ energy, logProb, of }: Places): string {
  return `${ordinal(energy)} of ${of} by energy, ${ordinal(logProb)} by log-prob`;
}

const signed = (value: number): string => `${value < 0 ? '-' : '+'}${Math.abs(value).toFixed(2)}`;

/** As many facts on a line as fit. */
function flowed(context: SearchContext, facts: readonly Span[], columns: number): readonly Line[] {
  const lines: Span[][] = [];
  for (const fact of facts) {
    const last = lines.at(-1);
    if (last !== undefined && width(lineText(dotted(context, [...last, fact]))) <= columns) last.push(fact);
    else lines.push([fact]);
  }
  return lines.map((line) => dotted(context, line));
}
