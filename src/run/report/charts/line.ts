import type { LineChart } from '../document.ts';
import { at, colour, label, path, ticks } from './marks.ts';
import type { Drawing } from './render.ts';

const width = 740;
const height = 300;
const plot = { left: 60, right: 700, top: 30, bottom: 250 } as const;

/** Steps over a common axis; the last value of each series is written beside its name. */
export function lineChart({ x, y, series }: LineChart): Drawing {
  const xAt = (value: number): number => plot.left + (value / (x.end || 1)) * (plot.right - plot.left);
  const yAt = (value: number): number => plot.bottom - (value / (y.end || 1)) * (plot.bottom - plot.top);
  const grid = ticks(y.end).flatMap((value) => [
    path(`M${plot.left} ${at(yAt(value))}H${plot.right}`, 'grid'),
    label(plot.left - 6, yAt(value) + 4, y.say(value), { anchor: 'end', dim: true }),
  ]);
  const below = ticks(x.end).map((value) =>
    label(xAt(value), plot.bottom + 18, x.say(value), { anchor: 'middle', dim: true }),
  );
  const lines = series.map(({ points }, i) => {
    const [first, ...others] = points;
    if (first === undefined) return '';
    const steps = others.map(([px, py]) => `H${at(xAt(px))}V${at(yAt(py))}`).join('');
    return path(`M${at(xAt(first[0]))} ${at(yAt(first[1]))}${steps}H${at(xAt(x.end))}`, 'series', colour(i));
  });
  const names = series.map(({ name, points }, i) => {
    const left = plot.left + i * 200;
    const last = points.at(-1)?.[1];
    return (
      path(`M${left} 14H${left + 18}`, 'series', colour(i)) +
      label(left + 24, 18, `${name}${last === undefined ? '' : ` (${y.say(last)})`}`)
    );
  });
  const axes = [
    path(`M${plot.left} ${plot.top}V${plot.bottom}H${plot.right}`, 'axis'),
    label((plot.left + plot.right) / 2, height - 8, x.label, { anchor: 'middle' }),
    label(plot.right, 18, y.label, { anchor: 'end' }),
  ];
  return { width, height, marks: [...grid, ...below, ...axes, ...lines, ...names].join('') };
}
