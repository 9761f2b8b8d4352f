import type { Line } from './line.ts';

/** A cycle is at most so many lines long. */
const LONGEST_CYCLE = 8;
/** So many rounds in a row are taken for a proof with that many cases; more are a model that found no end. */
const MOST_ROUNDS = 12;
/** A chain of `<;>` that repeats itself does nothing new after its first round. */
const MOST_CHAINED_ROUNDS = 2;

export interface RunawayCut {
  readonly kept: readonly Line[];
  readonly cut: readonly Line[];
}

/** Cuts off an end that only repeats itself: lines in a cycle, up to the last line, which may be torn. */
export function cutRunaway(lines: readonly Line[]): RunawayCut {
  for (let cycle = 1; cycle <= LONGEST_CYCLE; cycle += 1) {
    const start = cycleStart(lines, cycle);
    if (start === null) continue;
    const isChain = lines
      .slice(start, start + cycle)
      .some(({ mask }) => mask.startsWith('<;>') || mask.endsWith('<;>'));
    const most = isChain ? MOST_CHAINED_ROUNDS : MOST_ROUNDS;
    if ((lines.length - start) / cycle <= most + 1) continue;
    // Of a chain one round stays, so that the cut text is what the model would have meant.
    const end = start + cycle * (isChain ? 1 : most);
    return { kept: lines.slice(0, end), cut: lines.slice(end) };
  }
  return { kept: lines, cut: [] };
}

/** First line of the part at the end in which every line is the one `cycle` lines before; null when there is none. */
function cycleStart(lines: readonly Line[], cycle: number): number | null {
  let i = lines.length - 1;
  const last = lines[i];
  const before = lines[i - cycle];
  if (last && before && last.text !== before.text && before.text.startsWith(last.text)) i -= 1;
  const end = i;
  while (i - cycle >= 0 && lines[i]?.text === lines[i - cycle]?.text) i -= 1;
  return i === end ? null : i - cycle + 1;
}

/** Whether a text ends in one short piece over and over: more than half of it and more than 400 signs. Closing brackets do not count. */
export function repeatsItself(whole: string): boolean {
  let end = whole.length;
  while (end > 0 && ' \n)]}⟩'.includes(whole.charAt(end - 1))) end -= 1;
  const text = whole.slice(0, end);
  for (let period = 1; period <= 64; period += 1) {
    let i = text.length - 1;
    while (i >= period && text[i] === text[i - period]) i -= 1;
    const covered = text.length - 1 - i;
    if (covered > 400 && covered > text.length / 2 && covered >= period * 10) return true;
  }
  return false;
}
