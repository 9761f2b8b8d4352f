import type { Level } from '../lean/verdict/level.ts';

/** One theorem of a result, at one budget. */
export interface ComparedTheorem {
  readonly name: string;
  readonly proved: boolean;
  readonly source: string | null;
  /** Expansions and seconds; null where the file gives none, or the theorem was not searched. */
  readonly nodes: number | null;
  readonly secs: number | null;
}

/** A result at one budget. */
export interface BudgetSet {
  /** Null: the file names none. */
  readonly budget: number | null;
  readonly solved: number;
  readonly total: number;
  /** As the file says them. */
  readonly avgNodes: number | null;
  readonly avgSecs: number | null;
  /** The theorems that were searched; null when the file lists none. */
  readonly theorems: readonly ComparedTheorem[] | null;
}

/** A result as comparisons need it, whatever wrote the file: ours, or the reference's in either of its layouts. */
export interface ResultSet {
  /** What the result calls itself: its iteration, its run, or its file. */
  readonly label: string;
  /** File or run that it was read from. */
  readonly origin: string;
  readonly format: 'proofdeck' | 'budgets' | 'flattened';
  readonly timestamp: string | null;
  /** False: a run that had not ended. */
  readonly complete: boolean;
  /** Theorems of the list. */
  readonly theorems: number;
  /** Ascending; at least one. */
  readonly budgets: readonly BudgetSet[];
  /** By any budget. */
  readonly cumulative: { readonly solved: number; readonly total: number };
  /** Lowest level counted; null: the file does not say (the reference verified nothing). */
  readonly level: Level | null;
  readonly toolchain: string | null;
  /** The benchmark as it was named, and the hash of its file. */
  readonly benchmark: string | null;
  readonly revision: string | null;
  readonly suspect: boolean;
  /** Everything else that tells how it was made, as text by name. */
  readonly settings: Readonly<Record<string, string>>;
}
