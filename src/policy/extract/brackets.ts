const CLOSERS: Readonly<Record<string, string>> = {
  '(': ')',
  '[': ']',
  '{': '}',
  '⟨': '⟩',
  '‹': '›',
  '⟪': '⟫',
  '⟦': '⟧',
  '⌊': '⌋',
  '⌈': '⌉',
  '⦃': '⦄',
};
const BRACKET = /[()[\]{}⟨⟩‹›⟪⟫⟦⟧⌊⌋⌈⌉⦃⦄]/gu;

export type Balance =
  | { readonly kind: 'balanced' }
  /** Closing brackets without partners, and nothing else, from `from` to the end. */
  | { readonly kind: 'surplus'; readonly from: number }
  /** What must follow so that all brackets are closed. */
  | { readonly kind: 'missing'; readonly closers: string }
  | { readonly kind: 'mismatch'; readonly bracket: string; readonly at: number };

/** How the brackets of a masked text stand. */
export function balanceOf(mask: string): Balance {
  const open: string[] = [];
  for (const match of mask.matchAll(BRACKET)) {
    const [bracket] = match;
    const closer = CLOSERS[bracket];
    if (closer !== undefined) open.push(closer);
    else if (open.at(-1) === bracket) open.pop();
    else {
      const rest = mask.slice(match.index);
      if (open.length === 0 && /^[)\]}⟩\s]+$/u.test(rest)) return { kind: 'surplus', from: match.index };
      return { kind: 'mismatch', bracket, at: match.index };
    }
  }
  return open.length === 0 ? { kind: 'balanced' } : { kind: 'missing', closers: open.reverse().join('') };
}

/** How many brackets more a masked line opens than it closes. */
export function depthChange(mask: string): number {
  let depth = 0;
  for (const [bracket] of mask.matchAll(BRACKET)) depth += CLOSERS[bracket] === undefined ? -1 : 1;
  return depth;
}
