import { isChosen, type Origin } from './origin.ts';

/** A number of things: as many as a person said, or as many as there is room for up to a ceiling. */
export type Amount =
  | { readonly kind: 'exactly'; readonly count: number }
  | { readonly kind: 'atMost'; readonly count: number };

/** What a number of the configuration means: one that a person chose is taken as it is, one that comes with the program is a ceiling. */
export function amountOf(count: number, origin: Origin): Amount {
  return { kind: isChosen(origin) ? 'exactly' : 'atMost', count };
}

/** How many that makes where there is room for so many. */
export function fitting({ kind, count }: Amount, room: number): number {
  return kind === 'exactly' ? count : Math.max(1, Math.min(count, room));
}
