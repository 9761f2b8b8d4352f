import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { whyFailed } from '../storage/failure.ts';
import { itemsOf, type ListItem, type Skipped } from './list-items.ts';
import { HALVES, halfOf, isHalf, isSplit } from './split.ts';

/** One theorem to be proved. `statement` is a closed proposition, or a pretty-printed goal (`h : T` lines, then `⊢ target`). */
export const theoremSchema = z.object({
  name: z.string().min(1),
  statement: z.string().min(1),
  source: z.string().optional(),
  file_path: z.string().optional(),
  line_number: z.number().optional(),
});
export type Theorem = Readonly<z.infer<typeof theoremSchema>>;

export interface TheoremList {
  readonly kind: 'list';
  readonly theorems: readonly Theorem[];
  /** What stands before all of its statements; it is part of each statement already. */
  readonly preamble: readonly string[];
  /** Modules that it says it needs. */
  readonly imports: readonly string[];
  /** SHA-256 of the text that it was read from: the revision of a benchmark. */
  readonly revision: string;
  /** SHA-256 of the theorems, in whatever format and order they were written. */
  readonly sha256: string;
  /** Items that are no theorem on their own, with the reason; none unless they were asked for. */
  readonly skipped: readonly Skipped[];
}
export type TheoremListResult = TheoremList | { readonly kind: 'unreadable'; readonly message: string };

export interface ReadListOptions {
  /** Only this part of a dataset: `valid`, `test`, …; of a list without parts also `train` and `evaluate`, its halves. */
  readonly split?: string | undefined;
  /** Leaves out items that cannot be read instead of refusing the list. @default false */
  readonly skip?: boolean;
}

/** Reads a theorem list in any of the formats of `parseTheoremList`. */
export async function readTheoremList(path: string, options: ReadListOptions = {}): Promise<TheoremListResult> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    return { kind: 'unreadable', message: `the file ${path} cannot be read: ${whyFailed(error)}` };
  }
  return parseTheoremList(text, path, options);
}

/**
 * Reads a theorem index (`{"theorems": [{"name", "statement", "source"?}], "preamble"?}`, or the bare array), a dataset in JSON lines or an
 * array (`formal_statement` or `lean4_code`, with `header` and `split`), or a Lean file. `path` tells a Lean file, and is for messages.
 */
export function parseTheoremList(text: string, path: string, options: ReadListOptions = {}): TheoremListResult {
  const unreadable = (why: string): TheoremListResult => ({
    kind: 'unreadable',
    message: `${path}${why.startsWith(':') ? '' : ' '}${why}`,
  });
  const read = itemsOf(text, path);
  if (read.kind === 'unreadable') return unreadable(read.message);
  const { preamble, imports, stated } = read;
  const splits = [...new Set(read.items.flatMap(({ split }) => split ?? []))];
  const wanted = options.split;
  const inPath = wanted !== undefined && splits.length === 0 && isSplit(path.split('/').slice(-2).join('/'), wanted);
  const isWanted = ({ theorem, split }: ListItem): boolean => {
    if (wanted === undefined || inPath) return true;
    if (splits.length === 0 && isHalf(wanted)) return halfOf(theorem.name) === wanted;
    return split !== undefined && isSplit(split, wanted);
  };
  const items = read.items.filter(isWanted);
  if (items.length === 0 && wanted !== undefined)
    return unreadable(
      splits.length === 0
        ? `has no splits, and its name does not say "${wanted}"${isHalf(wanted) ? `; none of its ${read.items.length} theorems falls into that half` : `; ${HALVES.join(' and ')} are the halves of any list`}`
        : `has no split "${wanted}", only ${splits.join(', ')}`,
    );
  if (read.skipped.length > 0 && options.skip !== true) {
    const [first] = read.skipped;
    const total = read.items.length + read.skipped.length;
    return unreadable(
      `: ${read.skipped.length} of ${total} items are no theorem on their own, such as ${first?.name}: ${first?.message}; "corpus build --from file ${path} --out x.json" leaves them out and lists them`,
    );
  }
  const unique = withoutRepetitions(items);
  if (unique.kind === 'clash') return unreadable(unique.message);
  const sha256 = hashOf(unique.theorems);
  if (stated !== null && stated !== sha256)
    return unreadable(
      `says that its theorems have the hash ${stated.slice(0, 12)}, but they have ${sha256.slice(0, 12)}: it was changed after it was built; build it again, or take "sha256" out`,
    );
  const revision = createHash('sha256').update(text).digest('hex');
  return { kind: 'list', theorems: unique.theorems, preamble, imports, revision, sha256, skipped: read.skipped };
}

/** A hash of theorems that does not depend on their order. */
export function hashOf(theorems: readonly Theorem[]): string {
  const lines = theorems.map(({ name, statement }) => JSON.stringify([name, statement])).toSorted();
  return createHash('sha256').update(lines.join('\n')).digest('hex');
}

/** A theorem that stands twice counts once; two statements under one name are nobody's to choose from. */
function withoutRepetitions(
  items: readonly ListItem[],
):
  | { readonly kind: 'unique'; readonly theorems: readonly Theorem[] }
  | { readonly kind: 'clash'; readonly message: string } {
  const byName = new Map<string, ListItem>();
  for (const item of items) {
    const { name, statement } = item.theorem;
    const before = byName.get(name);
    if (before === undefined) byName.set(name, item);
    else if (before.theorem.statement !== statement) {
      const message = `: the name "${name}" stands twice with different statements, at ${placeOf(before)} and at ${placeOf(item)}; give one of them another name`;
      return { kind: 'clash', message };
    }
  }
  return { kind: 'unique', theorems: [...byName.values()].map(({ theorem }) => theorem) };
}

function placeOf({ place, theorem }: ListItem): string {
  return theorem.source === undefined ? place : `${place} (${theorem.source})`;
}
