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

/** Where a corpus lies, and which part or state of it is meant: `minif2f.jsonl#valid`, `list.json@3ea4bc2b12ab`. */
export interface CorpusReference {
  readonly place: string;
  readonly split?: string;
  /** Beginning of the hash that its theorems must have. */
  readonly hash?: string;
}

export function splitReference(reference: string): CorpusReference {
  const [, listed, hash] = /^(.+)@([0-9a-f]{8,64})$/.exec(reference) ?? [];
  const [, place, split] = /^(.+)#([\p{L}\p{N}_-]+)$/u.exec(listed ?? reference) ?? [];
  return {
    place: place ?? listed ?? reference,
    ...(split !== undefined && { split }),
    ...(hash !== undefined && { hash }),
  };
}
