import type { DoctorLine } from '../../sessions/workbench.ts';
import { cleanLine } from '../../src/text/clean.ts';
import type { Area, Block, DrawContext } from '../draw.ts';
import { wrap } from '../text/clip.ts';
import { type Line, span } from '../text/line.ts';
import type { Tone } from '../theme.ts';
import { scrolledText } from './scroll.ts';

const marks: Readonly<Record<DoctorLine['status'], readonly [string, Tone]>> = {
  ok: ['+ ok', 'ok'],
  warning: ['! warning', 'warn'],
  missing: ['x missing', 'fail'],
  absent: ['- absent', 'dim'],
  checking: ['  checking', 'pending'],
};

/** The Doctor screen: what this machine has, and what to do about what it lacks. */
export function doctorScreen(context: DrawContext, area: Area): Block {
  const { doctor } = context.snapshot;
  const info = doctor ? [span(summary(doctor), 'dim')] : [];
  const lines = doctor
    ? doctor.flatMap((line) => doctorLines(line, area.columns - 2))
    : [[], [span('The checks have not been run. '), span(context.keyOf('doctor'), 'focus'), span(' runs them.')]];
  return scrolledText(context, { name: 'Doctor', info, lines, place: context.ui.lists.doctor }, area);
}

function summary(lines: readonly DoctorLine[]): string {
  const count = (status: DoctorLine['status']): number => lines.filter((line) => line.status === status).length;
  const checking = count('checking');
  return `${count('ok')} ok, ${count('warning')} warnings, ${count('missing')} missing, ${count('absent')} not there and not needed${checking > 0 ? `, ${checking} still checking` : ''}`;
}

const markCells = 11;
const nameCells = 22;

function doctorLines(line: DoctorLine, columns: number): readonly Line[] {
  const [word, tone] = marks[line.status];
  const room = Math.max(20, columns - markCells - nameCells);
  const indent = span(' '.repeat(columns - room > 30 ? markCells + nameCells : 4));
  const found = wrap(cleanLine(line.found), room).map(
    (text, index): Line =>
      index === 0
        ? [
            span(word.padEnd(markCells), tone),
            span(`${cleanLine(line.name).padEnd(nameCells - 1)} `, 'strong'),
            span(text),
          ]
        : [indent, span(text)],
  );
  const remedy = line.remedy === undefined ? [] : wrap(cleanLine(line.remedy), room);
  return [...found, ...remedy.map((text): Line => [indent, span(text, 'info')])];
}
