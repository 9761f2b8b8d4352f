import type { Inspection } from '../../sessions/workbench.ts';
import { cleanLine, cleanText } from '../../src/text/clean.ts';
import type { Area, Block, DrawContext } from '../draw.ts';
import { wrap } from '../text/clip.ts';
import { type Line, span } from '../text/line.ts';
import { scrolledText } from './scroll.ts';

/** The Inspect screen: what the environment knows of one name, and where sessions use it. */
export function inspectScreen(context: DrawContext, area: Area): Block {
  const { inspection } = context.snapshot;
  const lines = inspection ? inspectionLines(inspection, area.columns - 2) : absent(context);
  const info = inspection ? [span(cleanLine(inspection.name), 'strong'), ...statusOf(inspection)] : [];
  return scrolledText(context, { name: 'Inspect', info, lines, place: context.ui.lists.inspect }, area);
}

function absent({ keyOf }: DrawContext): readonly Line[] {
  return [
    [],
    [
      span('Nothing inspected yet. '),
      span(keyOf('inspect'), 'focus'),
      span(' asks for a name; or type '),
      span(':inspect Nat.add_comm', 'info'),
    ],
  ];
}

function statusOf({ status }: Inspection): Line {
  switch (status) {
    case 'loading':
      return [span('  … asking Lean', 'pending')];
    case 'found':
      return [];
    case 'absent':
      return [span('  x not in the environment', 'fail')];
    case 'failed':
      return [span('  ! failed', 'fail')];
  }
}

/** The lines of an inspection, wrapped. What the environment cannot tell is named as absent. */
function inspectionLines(inspection: Inspection, columns: number): readonly Line[] {
  const text = (body: string): Line[] =>
    cleanText(body)
      .split('\n')
      .flatMap((line) => wrap(line, columns, 2))
      .map((line) => [span(line)]);
  if (inspection.status === 'loading') return [[], [span('waiting for Lean', 'pending')]];
  if (inspection.status !== 'found') return [[], ...text(inspection.message ?? 'no reason was given')];
  const fact = (name: string, value: string): Line => [span(name.padEnd(10), 'dim'), span(value)];
  const axioms =
    inspection.axioms === undefined
      ? 'unknown'
      : inspection.axioms.length === 0
        ? 'none seen'
        : inspection.axioms.map((axiom) => cleanLine(axiom)).join(', ');
  const behind =
    inspection.axiomsBehindLibrary === undefined ? '' : ` (behind library lemmas: ${inspection.axiomsBehindLibrary})`;
  const lines: Line[] = [
    fact('kind', `${inspection.kind ?? 'unknown'}${inspection.isUnsafe ? ', unsafe' : ''}`),
    fact('module', inspection.module ?? 'none: defined in this session'),
    fact('axioms', axioms + behind),
    [],
    [span('Statement', 'strong')],
    ...text(inspection.statement ?? 'absent'),
    [],
    [span('Proof term', 'strong')],
    ...text(inspection.value ?? 'absent: the package ships no bodies of library proofs'),
  ];
  const constants = inspection.constants ?? [];
  if (constants.length > 0)
    lines.push(
      [],
      [span(`Uses ${constants.length} constants`, 'strong')],
      ...text(constants.map((name) => cleanLine(name)).join('  ')),
    );
  const occurrences = inspection.occurrences ?? [];
  lines.push([], [span(`Occurs in ${occurrences.length} places of the sessions`, 'strong')]);
  for (const { session, search, where } of occurrences)
    lines.push([span(`${session} ${search}  `, 'dim'), span(cleanLine(where))]);
  return lines;
}
