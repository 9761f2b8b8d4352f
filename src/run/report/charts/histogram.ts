import type { Histogram } from '../document.ts';
import { at, bar, colour, label, path, ticks } from './marks.ts';
import type { Drawing } from './render.ts';

const width = 720;
const height = 280;
const plot = { left: 60, right: 700, top: 30, bottom: 230 } as const;

/** Stacked columns, one for each bin. */
export function histogram({ label: title, bins, series }: Histogram): Drawing {
  const highest = Math.max(1, ...bins.map(({ counts }) => counts.reduce((sum, n) => sum + n, 0)));
  const slot = (plot.right - plot.left) / Math.max(1, bins.length);
  const tall = (count: number): number => (count / highest) * (plot.bottom - plot.top);
  const grid = ticks(highest).flatMap((value) => [
    path(`M${plot.left} ${at(plot.bottom - tall(value))}H${plot.right}`, 'grid'),
    label(plot.left - 6, plot.bottom - tall(value) + 4, String(value), { anchor: 'end', dim: true }),
  ]);
  const columns = bins.flatMap(({ label: name, counts }, i) => {
    const x = plot.left + i * slot + slot * 0.12;
    let y = plot.bottom;
    const pieces = counts.map((count, s) => {
      y -= tall(count);
      return bar(x, y, slot * 0.76, tall(count), colour(s), `${name}: ${series[s]} ${count}`);
    });
    return [...pieces, label(x + slot * 0.38, plot.bottom + 16, name, { anchor: 'middle', dim: true })];
  });
  const names = series.map(
    (name, i) => bar(plot.left + i * 160, 6, 12, 12, colour(i), name) + label(plot.left + i * 160 + 18, 16, name),
  );
  const below = label((plot.left + plot.right) / 2, height - 10, title, { anchor: 'middle' });
  return { width, height, marks: [...grid, ...columns, ...names, below].join('') };
}
