import type { ShareChart } from '../document.ts';
import { bar, colour, label } from './marks.ts';
import type { Drawing } from './render.ts';

const width = 720;
const inner = 700;

/** One bar, divided; its parts are named below. */
export function shareChart({ parts }: ShareChart): Drawing {
  const whole = parts.reduce((sum, { value }) => sum + value, 0) || 1;
  let x = 10;
  const pieces = parts.map(({ label: name, value, note }, i) => {
    const piece = bar(x, 8, (value / whole) * inner, 26, colour(i), `${name}: ${note}`);
    x += (value / whole) * inner;
    return piece;
  });
  const names = parts.map(({ label: name, note }, i) => {
    const left = 10 + (i % 3) * 235;
    const top = 58 + Math.floor(i / 3) * 22;
    return bar(left, top - 10, 12, 12, colour(i), name) + label(left + 18, top, `${name}: ${note}`);
  });
  return { width, height: 62 + Math.ceil(parts.length / 3) * 22, marks: [...pieces, ...names].join('') };
}
