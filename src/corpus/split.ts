import { createHash } from 'node:crypto';

const NAMES: Readonly<Record<string, readonly string[]>> = {
  valid: ['valid', 'validation', 'val', 'dev'],
  test: ['test'],
  train: ['train', 'training'],
};

/** Whether a word is a name of this split: `validation` is one of `valid`. In a path the name may stand between other signs. */
export function isSplit(text: string, split: string): boolean {
  const wanted = split.toLowerCase();
  const names = Object.values(NAMES).find((one) => one.includes(wanted)) ?? [wanted];
  const words = text.toLowerCase().split(/[^\p{L}\p{N}]+/u);
  return names.some((name) => words.includes(name));
}

/** The halves of a list that names no splits of its own. */
export const HALVES = ['train', 'evaluate'] as const;

export type Half = (typeof HALVES)[number];

/** Whether the name of a split is that of a half. */
export const isHalf = (split: string): split is Half => (HALVES as readonly string[]).includes(split);

/**
 * The half of a list that a theorem falls into, by its name alone, so that it stays there whatever else is in the list: `train` where the
 * first hexadecimal digit of the name's SHA-256 is 0 to 7, `evaluate` where it is 8 to f.
 */
export function halfOf(name: string): Half {
  const [first = ''] = createHash('sha256').update(name).digest('hex');
  return first < '8' ? 'train' : 'evaluate';
}

/** Where a corpus lies, and which part or state of it is meant: `minif2f.jsonl#valid`, `list.json@3ea4bc2b12ab`. */
export interface CorpusReference {
  readonly place: string;
  readonly split?: string;
  /** Beginning of the hash that its theorems must have. */
  readonly hash?: string;
}

/** Takes a reference apart; what is not one of a split or a hash is all place. */
export function splitReference(reference: string): CorpusReference {
  const [, listed, hash] = /^(.+)@([0-9a-f]{8,64})$/.exec(reference) ?? [];
  const [, place, split] = /^(.+)#([\p{L}\p{N}_-]+)$/u.exec(listed ?? reference) ?? [];
  return {
    place: place ?? listed ?? reference,
    ...(split !== undefined && { split }),
    ...(hash !== undefined && { hash }),
  };
}

/** The same corpus with a split; null when it names another one. The hash, if any, stays: it is that of the theorems of the split. */
export function withSplit(reference: string, split: string): string | null {
  const { place, split: named, hash } = splitReference(reference);
  if (named !== undefined && named !== split) return null;
  return `${place}#${split}${hash === undefined ? '' : `@${hash}`}`;
}
