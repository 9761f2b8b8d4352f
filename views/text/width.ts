import stringWidth from './string-width.ts';

/** Texts longer than this are measured anew: they are rare, and would fill the cache. */
const longestCached = 400;
const cacheSize = 8_000;
let cache = new Map<string, number>();

/** Cells that a text without line breaks takes. The one helper for widths: ambiguous signs count as one cell. */
export function width(text: string): number {
  if (text.length > longestCached) return stringWidth(text);
  const known = cache.get(text);
  if (known !== undefined) return known;
  if (cache.size >= cacheSize) cache = new Map();
  const cells = stringWidth(text);
  cache.set(text, cells);
  return cells;
}
