/** Why a text, or a part of it, did not become a tactic. */
export type DropKind =
  | 'empty'
  | 'onlyComment'
  | 'proseOnly'
  /** A section in which the model thinks before it answers. */
  | 'thinking'
  | 'unbalanced'
  /** Cut at the token limit, or ends where something must follow. */
  | 'truncated'
  /** Begins where something must come before. */
  | 'fragment'
  /** Holds `sorry` or its like; a hint, since what counts as proved is decided elsewhere. */
  | 'forbidden'
  | 'repeated'
  | 'tooLong'
  /** Code that is not of the proof: imports, other theorems, other code blocks. */
  | 'otherDeclaration'
  /** Comes after something that was dropped, or after the end of the answer, so the state it is for is never reached. */
  | 'unreachable';

/** A part of a completion that was dropped. */
export interface DroppedText {
  readonly kind: DropKind;
  /** Why, for a person. */
  readonly message: string;
  /** The text; cut when it is long. */
  readonly text: string;
}

/** What is known about the completion besides its text. */
export interface ExtractOptions {
  /** The model stopped at its token limit, so the end may be missing. @default false */
  readonly truncated: boolean;
  /** The completion begins inside a code block. @default false */
  readonly insideFence: boolean;
  /** Indentation that the prompt has already given to the first line. @default 0 */
  readonly column: number;
  /** Which code block to take. @default 'first' */
  readonly fence: 'first' | 'last';
  /** Words before the tactic that belong to the format, such as `PROOFSTEP`. @default none */
  readonly labels: readonly string[];
  /** The completion begins inside a section of thinking. @default false */
  readonly thinking: boolean;
  /** Name of the theorem to take, where an answer holds several. @default the last one */
  readonly theorem: string | null;
  /** Longest tactic, in UTF-16 units. @default 8000 */
  readonly maxTacticLength: number;
  /** Longest completion that is looked at, in UTF-16 units. @default 262144 */
  readonly maxCompletionLength: number;
  /** Longest text kept of what is dropped, in UTF-16 units. @default 400 */
  readonly maxDroppedLength: number;
  /** Names to replace: old -> new, on word boundaries. @default none */
  readonly renames: ReadonlyMap<string, string>;
}

export const EXTRACT_DEFAULTS: ExtractOptions = {
  truncated: false,
  insideFence: false,
  column: 0,
  fence: 'first',
  labels: [],
  thinking: false,
  theorem: null,
  maxTacticLength: 8_000,
  maxCompletionLength: 262_144,
  maxDroppedLength: 400,
  renames: new Map(),
};

export interface ExtractedTactic {
  /** A tactic block as it could stand after `by`, at column 0: not empty, without comments, brackets closed. */
  readonly tactic: string;
  /** What was changed so that Lean can read it, for a person; empty when nothing was. */
  readonly repairs: readonly string[];
}

export interface TacticExtraction {
  /** The first tactic; null when there is none, and `dropped` tells why. */
  readonly tactic: ExtractedTactic | null;
  /** Tactics after the first, which a tactic prompt does not ask for. */
  readonly further: readonly ExtractedTactic[];
  readonly dropped: readonly DroppedText[];
}

export interface ProofExtraction {
  /** Tactics in order, each to be run on the first goal that the one before left. */
  readonly steps: readonly ExtractedTactic[];
  readonly dropped: readonly DroppedText[];
}

/** `blocks`: tactics as they stand in the proof; `steps`: also inside bullets and inside typed `have … := by`. */
export type Granularity = 'blocks' | 'steps';
