/** Why a text, or a part of it, did not become a tactic. */
export type DropKind =
  | 'empty'
  | 'onlyComment'
  | 'proseOnly'
  | 'unbalanced'
  | 'truncated'
  | 'forbidden'
  | 'repeated'
  | 'tooLong'
  | 'otherDeclaration'
  | 'unreachable';

/** A part of a completion that was dropped. */
export interface DroppedText {
  readonly kind: DropKind;
  /** Why, for a person. */
  readonly message: string;
  /** The text, as the model wrote it; cut when it is long. */
  readonly text: string;
}

/** What is known about the completion besides its text. */
export interface ExtractOptions {
  /** The model stopped at its token limit, so the last line may be cut. */
  readonly truncated: boolean;
  readonly insideFence: boolean;
  /** Indentation that the prompt has already given to the first line. */
  readonly column: number;
  readonly fence: 'first' | 'last';
  /** Words before the tactic that belong to the format, such as `PROOFSTEP`. */
  readonly labels: readonly string[];
  /** Name of the theorem to take, where an answer holds several. */
  readonly theorem: string | null;
  /** Longest tactic, in UTF-16 units. */
  readonly maxTacticLength: number;
  /** Newer names of lemmas to use: old name -> new name, on word boundaries. */
  readonly renames: ReadonlyMap<string, string>;
}

export interface ExtractedTactic {
  /** A tactic block as it could stand after `by`, at column 0: not empty, without comments, brackets closed. */
  readonly tactic: string;
  /** What was changed so that Lean can read it; empty when nothing was. */
  readonly repairs: readonly string[];
}

export interface TacticExtraction {
  /** The first tactic; null when there is none, and `dropped` tells why. */
  readonly tactic: ExtractedTactic | null;
  readonly dropped: readonly DroppedText[];
  /** Tactics after the first, which a tactic prompt does not ask for. */
  readonly further: readonly ExtractedTactic[];
}

export interface ProofExtraction {
  /** Tactic blocks of the proof in order, each to be run on the first goal that the one before left. */
  readonly steps: readonly ExtractedTactic[];
  readonly dropped: readonly DroppedText[];
}
