import type { DoctorLine } from '../../sessions/workbench.ts';
import { cleanLine } from '../../src/text/clean.ts';
import { clip } from '../text/clip.ts';
import { width } from '../text/width.ts';

export type DoctorRow = Readonly<Record<'status' | 'check' | 'found' | 'remedy', string>>;

/** Borders, padding of two on both sides, for four columns. */
const frameCells = 4 * 3 + 1;
const signs: Readonly<Record<DoctorLine['status'], string>> = {
  ok: '+ ok',
  warning: '! warning',
  missing: 'x missing',
  absent: '- absent',
  checking: 'checking',
};

/**
 * The checks as rows of a table with rules, when they are all there and the table fits; null when the plain lines serve
 * better. The table measures by string length, so texts of other widths are left to the lines as well.
 */
export function doctorTable(
  lines: readonly DoctorLine[] | null,
  area: { readonly rows: number; readonly columns: number },
  ellipsis: string,
): readonly DoctorRow[] | null {
  if (!lines || lines.length === 0 || lines.length * 2 + 3 > area.rows || area.columns < 100) return null;
  if (lines.some((line) => line.status === 'checking')) return null;
  const checks = lines.map((line) => cleanLine(line.name));
  const room = area.columns - frameCells - 'x missing'.length - Math.max('check'.length, ...checks.map(width));
  const hasRemedy = lines.some((line) => line.remedy !== undefined);
  const found = hasRemedy ? Math.floor(room / 2) : room - 'remedy'.length;
  const rows = lines.map(
    (line, index): DoctorRow => ({
      status: signs[line.status],
      check: checks[index] ?? '',
      found: clip(cleanLine(line.found), found, ellipsis),
      remedy: clip(cleanLine(line.remedy ?? ''), room - found, ellipsis),
    }),
  );
  const isMeasurable = rows.every((row) => Object.values(row).every((text) => width(text) === text.length));
  return isMeasurable ? rows : null;
}
