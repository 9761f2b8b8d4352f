import { figure, percent } from '../../text/quantity.ts';
import type { Rate } from '../wilson.ts';

/** `140 of 812`. */
export const ofAll = ({ n, of }: Rate): string => `${n} of ${of}`;

/** `14.8 % to 20.0 %`, the 95 % interval; empty where nothing was tried. */
export const intervalText = ({ of, wilson95: [low, high] }: Rate): string =>
  of === 0 ? '' : `${percent(low)} to ${percent(high)}`;

/** `17.2 %`, or a dash where nothing was tried. */
export const rateText = (rate: Rate): string => (rate.of === 0 ? '–' : percent(rate.rate));

/** A difference in percentage points, signed. */
export const points = (value: number): string => `${value > 0 ? '+' : value < 0 ? '−' : '±'}${figure(Math.abs(value))}`;

/** A value of a setting. */
export function valueText(value: unknown): string {
  if (typeof value === 'string') return value === '' ? '""' : value;
  return JSON.stringify(value) ?? 'not set';
}

/** A time of day for a notebook: UTC, to the second. */
export const timeText = (iso: string): string => `${iso.slice(0, 19).replace('T', ' ')} UTC`;
