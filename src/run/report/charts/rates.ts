import { percent } from '../../../text/quantity.ts';
import type { RateChart } from '../document.ts';
import { at, bar, colour, fitted, label, path } from './marks.ts';
import type { Drawing } from './render.ts';

const width = 720;
const names = 190;
const right = 520;
const row = 26;

/** A bar for each rate from 0 to 100 %, its interval as a whisker. */
export function rateChart({ rows }: RateChart): Drawing {
  const height = rows.length * row + 34;
  const xAt = (share: number): number => names + share * (right - names);
  const grid = [0, 0.25, 0.5, 0.75, 1].flatMap((share) => [
    path(`M${at(xAt(share))} 4V${height - 26}`, 'grid'),
    label(xAt(share), height - 10, percent(share, 0), { anchor: 'middle', dim: true }),
  ]);
  const bars = rows.flatMap(({ label: name, rate, low, high, note }, i) => {
    const y = 6 + i * row;
    const middle = y + 9;
    return [
      label(names - 8, middle + 4, fitted(name, names - 10), { anchor: 'end' }),
      bar(names, y, xAt(rate) - names, 18, colour(0), `${name}: ${note}`),
      path(
        `M${at(xAt(low))} ${at(middle)}H${at(xAt(high))}M${at(xAt(low))} ${at(middle - 4)}v8M${at(xAt(high))} ${at(middle - 4)}v8`,
        'whisker',
      ),
      label(right + 12, middle + 4, note),
    ];
  });
  return { width, height, marks: [...grid, ...bars].join('') };
}
