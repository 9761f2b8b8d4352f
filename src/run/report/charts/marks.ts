import { html, oneLine } from '../escape.ts';

/** Elements of a drawing. Numbers are rounded to tenths: more is not seen. */

export const at = (n: number): string => String(Math.round(n * 10) / 10);

/** Colour of series `i`. */
export const colour = (i: number): string => `var(--c${i % 6})`;

export function label(
  x: number,
  y: number,
  text: string,
  options: { readonly anchor?: 'start' | 'middle' | 'end'; readonly dim?: boolean } = {},
): string {
  const anchor = options.anchor === undefined ? '' : ` text-anchor="${options.anchor}"`;
  return `<text x="${at(x)}" y="${at(y)}"${anchor}${options.dim ? ' class="dim"' : ''}>${html(oneLine(text))}</text>`;
}

export function bar(x: number, y: number, width: number, height: number, fill: string, title: string): string {
  return `<rect x="${at(x)}" y="${at(y)}" width="${at(Math.max(0, width))}" height="${at(Math.max(0, height))}" fill="${fill}"><title>${html(oneLine(title))}</title></rect>`;
}

export function path(points: string, cls: string, stroke?: string): string {
  return `<path d="${points}" class="${cls}"${stroke === undefined ? '' : ` stroke="${stroke}" stroke-width="2" fill="none"`}/>`;
}

/** Cut to about `width` units of a 12-pixel font. */
export function fitted(text: string, width: number): string {
  const most = Math.floor(width / 6.5);
  const line = oneLine(text);
  return line.length <= most ? line : `${line.slice(0, Math.max(1, most - 1))}…`;
}

/** Up to six round values from 0 to `end`. */
export function ticks(end: number): readonly number[] {
  if (!(end > 0)) return [0];
  const raw = end / 5;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = ([1, 2, 5, 10].find((n) => n * power >= raw) ?? 10) * power;
  return Array.from({ length: Math.floor(end / step + 1e-9) + 1 }, (_, i) => i * step);
}
