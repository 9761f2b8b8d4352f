import { createHash } from 'node:crypto';
import { readCorpus } from '../../src/corpus/panels.ts';
import type { Theorem } from '../../src/corpus/theorem-list.ts';

/** The theorems that a run is to search, as it keeps them. */
export interface RunTheorems {
  readonly kind: 'theorems';
  readonly reference: string;
  readonly theorems: readonly Theorem[];
  /** The same with those that were left out because they have been searched. */
  readonly asked: readonly Theorem[];
  /** How many the list holds that they were taken from. */
  readonly listed: number;
  /** The hash of that list, which its name may carry (`list@hash`). */
  readonly listHash: string;
  /** Text of the run's `theorems.json`, and its SHA-256. */
  readonly text: string;
  readonly sha256: string;
  /** SHA-256 of the file that they come from, and the lines that stood before its theorems. */
  readonly revision: string;
  readonly preamble: readonly string[];
}

export interface TheoremChoice {
  /** Name of a corpus, or path of a list. */
  readonly reference: string;
  /** Only so many, chosen at random by the seed; in the order of the list. */
  readonly sample?: number | undefined;
  readonly seed: number;
  /** Only the first so many; 0 = all. */
  readonly limit: number;
  /** Names to leave out. */
  readonly without?: ReadonlySet<string>;
}

export type RunTheoremsResult = RunTheorems | { readonly kind: 'unusable'; readonly message: string };

/** Reads a theorem list and takes from it what a run is to search. */
export async function theoremsOfRun(choice: TheoremChoice): Promise<RunTheoremsResult> {
  const { reference, sample, seed, limit, without = new Set() } = choice;
  const read = await readCorpus(reference);
  if (read.kind === 'unreadable') return { kind: 'unusable', message: read.message };
  if (read.theorems.length === 0) return { kind: 'unusable', message: `${reference} holds no theorems` };
  const sampled = sample === undefined ? read.theorems : sampleOf(read.theorems, sample, seed);
  const asked = limit === 0 ? sampled : sampled.slice(0, limit);
  const theorems = asked.filter(({ name }) => !without.has(name));
  const text = `${JSON.stringify({ theorems }, null, 1)}\n`;
  return {
    kind: 'theorems',
    reference,
    theorems,
    asked,
    listed: read.theorems.length,
    listHash: read.sha256,
    text,
    sha256: sha256(text),
    revision: read.revision,
    preamble: read.preamble,
  };
}

/** The same seed and list always give the same sample, and a larger one holds the smaller. */
function sampleOf(theorems: readonly Theorem[], count: number, seed: number): readonly Theorem[] {
  const drawn = theorems
    .map(({ name }) => ({ name, lot: sha256(`${seed} ${name}`) }))
    .sort((a, b) => (a.lot < b.lot ? -1 : 1))
    .slice(0, count);
  const names = new Set(drawn.map(({ name }) => name));
  return theorems.filter(({ name }) => names.has(name));
}

function sha256(text: string | Uint8Array): string {
  return createHash('sha256').update(text).digest('hex');
}
