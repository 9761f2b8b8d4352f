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

/** A reference with the split that it names: `minif2f.jsonl#valid`. */
export function splitReference(reference: string): { readonly place: string; readonly split: string | undefined } {
  const [, place, split] = /^(.+)#([\p{L}\p{N}_-]+)$/u.exec(reference) ?? [];
  return place === undefined ? { place: reference, split: undefined } : { place, split };
}
