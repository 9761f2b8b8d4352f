import stringWidth from 'string-width';
import type { Rate } from './wilson.ts';

export interface RateBar {
  readonly label: string;
  readonly rate: Rate;
  /** Behind the figures. */
  readonly note?: string;
}

export interface ChartOptions {
  /** Cells for a whole line; at least 40. */
  readonly width: number;
  readonly ascii: boolean;
}

/** Signs of a bar: up to the interval's low end, from there to the rate, from there to the high end, and that end. */
const SIGNS = {
  unicode: { sure: '█', likely: '▓', possible: '─', end: '┤', axis: '─', tick: '┴', ellipsis: '…' },
  ascii: { sure: '#', likely: '=', possible: '-', end: '|', axis: '-', tick: '+', ellipsis: '~' },
} as const;

/** Notes are left out where they would make the bars shorter than this. */
const leastBar = 10;

/**
 * Rates as horizontal bars with their 95 % intervals, one line each, with an axis and a key below. Every line fits
 * `width`.
 *
 * @example rateChart([{ label: 'base', rate: rateOf(15, 244) }], { width: 60, ascii: true })
 */
export function rateChart(bars: readonly RateBar[], { width, ascii }: ChartOptions): readonly string[] {
  const signs = ascii ? SIGNS.ascii : SIGNS.unicode;
  const top = niceTop(Math.max(...bars.map(({ rate }) => (rate.of === 0 ? 0 : rate.wilson95[1])), 0.01));
  const labelWidth = Math.min(Math.max(...bars.map(({ label }) => stringWidth(label))), Math.floor(width / 4));
  const figures = bars.map(({ rate }) => ` ${percent(rate)}  ${rate.n}/${rate.of}`);
  const notes = bars.map(({ note }) => (note ? `  ${note}` : ''));
  const room = (texts: readonly string[]): number =>
    width - labelWidth - 1 - Math.max(...texts.map((text) => stringWidth(text)));
  const noted = figures.map((text, i) => text + notes[i]!);
  const texts = room(noted) >= leastBar ? noted : figures;
  const barWidth = Math.max(leastBar, room(texts));
  const lines = bars.map(({ label, rate }, i) => {
    const bar = rate.of === 0 ? '' : barOf(rate, top, barWidth, signs);
    return `${fitted(label, labelWidth, signs.ellipsis)} ${bar.padEnd(barWidth)}${texts[i]}`.trimEnd();
  });
  const keys = [
    `${signs.sure} to the low end of the 95 % interval  ${signs.likely} to the rate  ${signs.possible}${signs.end} to the high end`,
    `${signs.sure} low end  ${signs.likely} rate  ${signs.end} high end of 95 %`,
  ];
  const key = keys.find((text) => stringWidth(text) <= width) ?? '';
  return [...lines, ...axis(top, barWidth, signs).map((line) => ' '.repeat(labelWidth + 1) + line), key];
}

type Signs = (typeof SIGNS)[keyof typeof SIGNS];

function barOf({ rate, wilson95: [low, high] }: Rate, top: number, width: number, signs: Signs): string {
  const cells = (share: number): number => Math.min(width, Math.round((share / top) * width));
  const [sure, likely, end] = [cells(low), cells(rate), Math.max(1, cells(high))];
  const filled = signs.sure.repeat(sure) + signs.likely.repeat(likely - sure);
  const rest = end - likely;
  return rest <= 0 ? filled : filled + signs.possible.repeat(rest - 1) + signs.end;
}

function axis(top: number, width: number, signs: Signs): readonly string[] {
  const steps = width >= 32 ? 4 : width >= 16 ? 2 : 1;
  const ticks = Array.from({ length: steps + 1 }, (_, i) => ({
    at: Math.min(width - 1, Math.round((i / steps) * width)),
    text: `${trimmed((top * 100 * i) / steps)}${i === steps ? ' %' : ''}`,
  }));
  const line = Array.from({ length: width }, (_, i) => (ticks.some(({ at }) => at === i) ? signs.tick : signs.axis));
  let names = '';
  for (const { at, text } of ticks)
    names = names.padEnd(Math.max(0, at - (at === width - 1 ? text.length - 1 : 0))) + text;
  return [line.join(''), names];
}

/** The next of 1, 2, 5, 10, 20, 40, 60, 80 and 100 %. */
function niceTop(share: number): number {
  return [0.01, 0.02, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8].find((top) => share <= top) ?? 1;
}

const percent = ({ rate, of }: Rate): string => (of === 0 ? '     -' : `${(rate * 100).toFixed(1)} %`.padStart(7));
const trimmed = (value: number): string => String(Math.round(value * 100) / 100);

function fitted(label: string, width: number, ellipsis: string): string {
  let text = label;
  if (stringWidth(text) > width) {
    const signs = [...text];
    while (signs.length > 0 && stringWidth(signs.join('')) > width - 1) signs.pop();
    text = signs.join('') + ellipsis;
  }
  return text + ' '.repeat(Math.max(0, width - stringWidth(text)));
}
