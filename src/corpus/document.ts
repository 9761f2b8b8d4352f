import { hashOf, type Theorem } from './theorem-list.ts';

/** A theorem list as `corpus build` writes it: sorted, with its hash, and where it comes from. */
export interface CorpusDocument {
  readonly schema: 'proofdeck.corpus/1';
  /** Name and beginning of the hash, by which the list can be asked for and is the same for ever. */
  readonly reference: string;
  readonly sha256: string;
  readonly from: Readonly<Record<string, unknown>>;
  readonly theorems: readonly Theorem[];
}

/** Signs of a hash that a reference shows. */
const SHOWN = 12;

/** The same theorems give the same document, whatever order they came in. */
export function corpusDocument(
  name: string,
  theorems: readonly Theorem[],
  from: Readonly<Record<string, unknown>>,
): CorpusDocument {
  const sha256 = hashOf(theorems);
  const sorted = theorems.toSorted((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  return {
    schema: 'proofdeck.corpus/1',
    reference: `${name}@${sha256.slice(0, SHOWN)}`,
    sha256,
    from,
    theorems: sorted,
  };
}
