import { type CompareRow, type Comparison, compareSearches } from '../../sessions/select/compare.ts';
import { selectComparedLines } from '../../sessions/select/compare-runs.ts';
import { problemTitle } from '../../sessions/select/problem.ts';
import type { OpenSearch } from '../../sessions/workbench.ts';
import { cleanLine } from '../../src/text/clean.ts';
import { counted } from '../../src/text/quantity.ts';
import { type Area, type Block, cut, type DrawContext } from '../draw.ts';
import { fill, fillLeft } from '../text/clip.ts';
import { type Line, span } from '../text/line.ts';
import { scrolledText } from './scroll.ts';

const kept = new WeakMap<OpenSearch, { readonly other: OpenSearch; readonly comparison: Comparison }>();

/** Compares once per pair of snapshots. */
function comparisonOf(left: OpenSearch, right: OpenSearch): Comparison {
  const known = kept.get(left);
  if (known?.other === right) return known.comparison;
  const comparison = compareSearches(left, right);
  kept.set(left, { other: right, comparison });
  return comparison;
}

/** The Compare screen: the pinned search (baseline) beside the focused one. */
export function compareScreen(context: DrawContext, area: Area): Block {
  const { snapshot, ui, keyOf } = context;
  const left = snapshot.searches.find(({ id }) => id === snapshot.compared);
  const right = snapshot.searches.find(({ id }) => id === snapshot.focused);
  const place = ui.lists.compare;
  if (snapshot.comparedRuns.names.length > 0) return comparedRuns(context, area);
  if (!left || !right || left === right) {
    const hint =
      left && right
        ? 'The pinned search is the focused one: focus another.'
        : 'Two searches are needed: pin one, then focus the other.';
    const lines: Line[] = [
      [],
      [span(hint)],
      [
        span(keyOf('pin'), 'focus'),
        span(' on Home or Search pins a search as the baseline; '),
        span(keyOf('search.fork'), 'focus'),
        span(' forks one from any node.'),
      ],
      [
        span('Runs are compared too: '),
        span(keyOf('pin'), 'focus'),
        span(' pins them on Home or Run, and '),
        span(':compare a.json last', 'info'),
        span(' takes result files.'),
      ],
    ];
    return scrolledText(context, { name: 'Compare', info: [], lines, place }, area);
  }
  const cells = Math.max(4, Math.floor((area.columns - 44) / 2));
  const info = [
    span(`${nameOf(context, left, cells)} (baseline)`, 'strong'),
    span(' with ', 'dim'),
    span(nameOf(context, right, cells), 'strong'),
  ];
  return scrolledText(
    context,
    { name: 'Compare', info, lines: compareLines(context, comparisonOf(left, right), area.columns - 2), place },
    area,
  );
}

/** Runs and result files side by side, the first one being the baseline. */
function comparedRuns(context: DrawContext, area: Area): Block {
  const { snapshot, ui, keyOf, theme } = context;
  const { names, comparison, problem } = snapshot.comparedRuns;
  const place = ui.lists.compare;
  const info = [span(names.map((name) => cleanLine(name)).join(', '), 'strong')];
  const tones = { heading: 'strong', columns: 'dim', row: 'plain', warning: 'warn', chart: 'plain' } as const;
  const hint: Line[] = [
    [],
    problem !== null
      ? [span(`! ${cleanLine(problem)}`, 'fail')]
      : names.length < 2
        ? [span('One run is pinned: '), span(keyOf('pin'), 'focus'), span(' on Home or Run pins another one.')]
        : [span('reading the results', 'pending')],
    [span('Unpin runs to compare searches; '), span(':compare a.json last', 'info'), span(' takes result files.')],
  ];
  const lines =
    comparison === null
      ? hint
      : selectComparedLines(comparison, area.columns - 2, theme.signs.full === '#').map(
          ({ text, kind }): Line => [span(text, tones[kind])],
        );
  return scrolledText(context, { name: 'Compare', info, lines, place }, area);
}

function nameOf(context: DrawContext, { id, state }: OpenSearch, cells: number): string {
  return state.problem ? `${id} ${cut(context, cleanLine(problemTitle(state.problem)), cells)}` : id;
}

/** What differs comes first; what is the same is at the end. */
function compareLines(context: DrawContext, comparison: Comparison, columns: number): readonly Line[] {
  const { ellipsis } = context.theme.signs;
  const value = Math.max(10, Math.floor((columns - 30) / 2));
  const header = `  ${''.padEnd(15)}${fill('baseline', value, ellipsis)} ${fill('other', value, ellipsis)}${fillLeft('difference', 11, ellipsis)}`;
  const same = comparison.rows.filter((row) => !row.differs);
  return [
    [span(header, 'dim')],
    ...comparison.rows.filter((row) => row.differs).map((row) => compareLine(context, row, value)),
    [],
    ...divergenceLines(comparison),
    [],
    ...proofLines(context, comparison, columns),
    [],
    [span(`The same in both (${same.length})`, 'strong')],
    ...same.map((row): Line => [span(`  ${row.name.padEnd(15)}`, 'dim'), span(cleanLine(row.left))]),
  ];
}

function compareLine(context: DrawContext, row: CompareRow, value: number): Line {
  const { ellipsis, differs } = context.theme.signs;
  return [
    span(`${differs} `, 'pending'),
    span(row.name.padEnd(15), 'dim'),
    span(`${fill(cleanLine(row.left), value, ellipsis)} ${fill(cleanLine(row.right), value, ellipsis)}`),
    span(fillLeft(row.delta, 11, ellipsis)),
  ];
}

function divergenceLines({ divergence }: Comparison): readonly Line[] {
  const { sharedExpansions: shared, left, right } = divergence;
  const path = (tactics: readonly string[] | null): string =>
    tactics === null
      ? 'no further expansion'
      : tactics.length === 0
        ? 'the statement'
        : tactics.map((tactic) => cleanLine(tactic)).join('; ');
  if (left === null && right === null)
    return [
      [
        span('Expansions  ', 'strong'),
        span(shared === 1 ? 'the only one is the same' : `all ${shared} are the same, in the same order`),
      ],
    ];
  return [
    [
      span('Expansions  ', 'strong'),
      span(
        `${shared === 0 ? 'they part from the start:' : `the first ${shared === 1 ? 'one is' : `${shared} are`} the same; then they part:`}`,
      ),
    ],
    [span('  baseline expands  ', 'dim'), span(path(left))],
    [span('  other expands     ', 'dim'), span(path(right))],
  ];
}

function proofLines(
  context: DrawContext,
  { leftProof, rightProof, sharedProof }: Comparison,
  columns: number,
): readonly Line[] {
  if (leftProof.length === 0 && rightProof.length === 0)
    return [[span('Proofs      ', 'strong'), span('neither search has one')]];
  const { ellipsis, differs } = context.theme.signs;
  const half = Math.max(8, Math.floor((columns - 3) / 2));
  const lines: Line[] = [
    [
      span('Proofs      ', 'strong'),
      span(`${counted(sharedProof, 'tactic')} shared from the start, of ${leftProof.length} and ${rightProof.length}`),
    ],
  ];
  for (let index = 0; index < Math.max(leftProof.length, rightProof.length); index++) {
    const same = index < sharedProof;
    const cell = (text: string | undefined): string => fill(cleanLine(text ?? ''), half, ellipsis);
    lines.push([
      span(same ? '  ' : `${differs} `, 'pending'),
      span(`${cell(leftProof[index])} ${cell(rightProof[index])}`, same ? 'dim' : 'plain'),
    ]);
  }
  return lines;
}
