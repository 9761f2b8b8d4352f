import type { DoctorLine } from '../../sessions/workbench.ts';
import { cleanLine } from '../../src/text/clean.ts';
import type { Area, Block, DrawContext } from '../draw.ts';
import { type Line, span } from '../text/line.ts';
import type { Tone } from '../theme.ts';
import { scrolledText } from './scroll.ts';

const marks: Readonly<Record<DoctorLine['status'], readonly [string, Tone]>> = {
  ok: ['+ ok', 'ok'],
  warning: ['! warning', 'warn'],
  missing: ['x missing', 'fail'],
  checking: ['  checking', 'pending'],
};

/** The Doctor screen: what this machine has, and what to do about what it lacks. */
export function doctorScreen(context: DrawContext, area: Area): Block {
  const { doctor } = context.snapshot;
  const info = doctor ? [span(summary(doctor), 'dim')] : [];
  const lines = doctor
    ? doctor.flatMap(doctorLines)
    : [[], [span('The checks have not been run. '), span(context.keyOf('doctor'), 'focus'), span(' runs them.')]];
  return scrolledText(context, { name: 'Doctor', info, lines, place: context.ui.lists.doctor }, area);
}

function summary(lines: readonly DoctorLine[]): string {
  const count = (status: DoctorLine['status']): number => lines.filter((line) => line.status === status).length;
  const checking = count('checking');
  return `${count('ok')} ok, ${count('warning')} warnings, ${count('missing')} missing${checking > 0 ? `, ${checking} still checking` : ''}`;
}

function doctorLines(line: DoctorLine): readonly Line[] {
  const [word, tone] = marks[line.status];
  const first: Line = [
    span(`${word.padEnd(11)}`, tone),
    span(`${cleanLine(line.name).padEnd(24)} `, 'strong'),
    span(cleanLine(line.found)),
  ];
  return line.remedy === undefined ? [first] : [first, [span(`${' '.repeat(36)}${cleanLine(line.remedy)}`, 'info')]];
}
