import { z } from 'zod';
import { type Level, LOWEST_COUNTED, levelSchema, reaches } from './level.ts';

/** What is to be proved: a statement, or a theorem of the environment whose type it is. */
export interface JudgedProblem {
  readonly name: string;
  readonly statement: string | null;
  readonly copyFrom?: string | undefined;
  /** `open`, `universe`, `variable` and the like that the statement and its proof stand under. */
  readonly preamble?: string | undefined;
}

/** What was found out about one proof. Everything a reader needs to believe it, or not. */
export const verdictSchema = z.object({
  /** Null when the text does not even elaborate. */
  level: levelSchema.nullable(),
  axioms: z.array(z.string()),
  /** `assumed`: something was used whose proof the library does not show, so axioms behind it cannot be listed. */
  axiomsBehindLibrary: z.enum(['assumed', 'listed', 'unknown']),
  statementMatches: z.boolean(),
  /** The proof uses the theorem that it should prove, or another of the same statement; it is then not counted. */
  selfUse: z.boolean(),
  /** Library constants of the same statement that the proof uses. */
  sameStatement: z.array(z.string()),
  /** Lemmas that tactics added on behalf of the theorem. */
  helpers: z.int(),
  /** Steps passed, in order: `elaborated`, `audited`, `kernel`, `replayed`, `comparator`, `nanoda`. */
  checks: z.array(z.string()),
  toolchain: z.string(),
  /** Names and versions of what judged. */
  checkers: z.array(z.string()),
  /** The exact text that was judged. */
  text: z.string(),
  /** Why the level is not higher, or why the proof does not count. */
  reason: z.string().optional(),
});
export type Verdict = Readonly<z.infer<typeof verdictSchema>>;

/** A theorem of a judged file, with its place. */
export interface FileVerdict extends Verdict {
  readonly name: string;
  /** From 1. */
  readonly line: number;
  /** The statement as Lean prints it; absent when the text did not elaborate. */
  readonly statement?: string | undefined;
}

/** Whether a verdict counts in a solve rate. */
export function counts(verdict: Pick<Verdict, 'level' | 'selfUse'>, level: Level = LOWEST_COUNTED): boolean {
  return reaches(verdict.level, level) && !verdict.selfUse;
}

/** A verdict that says only why there is none. */
export function noVerdict(text: string, reason: string, toolchain: string, checkers: readonly string[]): Verdict {
  return {
    level: null,
    axioms: [],
    axiomsBehindLibrary: 'unknown',
    statementMatches: false,
    selfUse: false,
    sameStatement: [],
    helpers: 0,
    checks: [],
    toolchain,
    checkers: [...checkers],
    text,
    reason,
  };
}
