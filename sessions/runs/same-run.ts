import { isDeepStrictEqual } from 'node:util';
import type { Theorem } from '../../src/corpus/theorem-list.ts';
import type { Manifest } from '../../src/run/manifest.ts';
import { identityOfWish, type RunIdentity, type RunWish } from './new-manifest.ts';

/** One thing in which a wish and a run differ. */
export interface Difference {
  /** `theorems`, `budgets`, `search.temperature`, … */
  readonly what: string;
  readonly wanted: unknown;
  readonly recorded: unknown;
}

/** In what a run that exists is not the one that is wished for. Who does it, with how many workers, makes no difference. */
export function differences(wish: RunWish, manifest: Manifest, theorems: readonly Theorem[]): readonly Difference[] {
  const wanted = parts(identityOfWish(wish));
  const recorded = parts({ ...manifest, resumedFrom: manifest.resumedFrom?.file ?? null });
  const different = Object.keys(wanted).filter((what) => !isDeepStrictEqual(wanted[what], recorded[what]));
  const list: Difference[] = different.map((what) => ({ what, wanted: wanted[what], recorded: recorded[what] }));
  if (isSameList(wish, manifest, theorems)) return list;
  const { reference, theorems: count } = manifest.corpus;
  const shown = `${wish.theorems.reference} (${wish.theorems.theorems.length} theorems)`;
  return [{ what: 'theorems', wanted: shown, recorded: `${reference} (${count} theorems)` }, ...list];
}

/** What the file of --resume-from leaves out may have become more since: the run itself may have added to it. */
function isSameList(wish: RunWish, { corpus, resumedFrom }: Manifest, theorems: readonly Theorem[]): boolean {
  if (resumedFrom === null || wish.resumedFrom === null) return wish.theorems.sha256 === corpus.sha256;
  const asked = new Map(wish.theorems.asked.map((theorem) => [theorem.name, theorem.statement]));
  return (
    asked.size === theorems.length + resumedFrom.theorems &&
    theorems.every(({ name, statement }) => asked.get(name) === statement)
  );
}

function parts(identity: RunIdentity): Readonly<Record<string, unknown>> {
  const { command, search, budgets, attempts, noisy, canaries, provider, value, out, lean, resumedFrom } = identity;
  const settings = Object.entries(search).map(([key, setting]) => [`search.${key}`, setting]);
  return {
    command,
    budgets,
    attempts,
    noisy,
    canaries,
    'policy.provider': provider.name,
    'the address of the provider': provider.url,
    'the model of the provider': provider.model,
    // One that was renamed, or lies elsewhere, is the same.
    'value.model': value?.hash ?? null,
    'lean.kind': lean.kind,
    'lean.imports': lean.imports,
    out,
    'resume-from': resumedFrom,
    ...Object.fromEntries(settings),
  };
}
