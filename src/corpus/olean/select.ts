import type { Theorem } from '../theorem-list.ts';
import { type LeanSource, leanSource } from './lean-source.ts';

/** An error of Lean with its place in the file, from 1. */
export interface CompileError {
  readonly line: number;
  readonly column: number;
  readonly message: string;
}
export type CompileResult =
  | { readonly kind: 'compiled'; readonly errors: readonly CompileError[] }
  /** Lean did not get as far as the theorems, or could not be run. */
  | { readonly kind: 'failed'; readonly message: string };

/** Compiles a file, or says what is wrong with it. */
export type Compile = (source: LeanSource) => Promise<CompileResult>;

export interface SkippedTheorem {
  readonly name: string;
  readonly category: string;
  readonly message: string;
}
export type Selection =
  | {
      readonly kind: 'selected';
      readonly source: LeanSource;
      readonly kept: readonly Theorem[];
      readonly skipped: readonly SkippedTheorem[];
      /** How often Lean was run. */
      readonly rounds: number;
    }
  | { readonly kind: 'failed'; readonly message: string };

/** Compiles, takes out the theorems that Lean complains about, and compiles again until it complains no more. */
export async function selectCompiling(
  theorems: readonly Theorem[],
  imports: readonly string[],
  compile: Compile,
  onRound: (round: number, left: number) => void = () => {},
): Promise<Selection> {
  let left = theorems;
  const skipped: SkippedTheorem[] = [];
  for (let round = 1; ; round++) {
    onRound(round, left.length);
    const source = leanSource(left, imports);
    const result = await compile(source);
    if (result.kind === 'failed') return result;
    if (result.errors.length === 0) return { kind: 'selected', source, kept: left, skipped, rounds: round };
    const blamed = blame(source, result.errors);
    // Without a theorem to take out the next round would be the same.
    if (blamed.size === 0) return { kind: 'failed', message: said(result.errors[0]) };
    for (const [theorem, error] of blamed)
      skipped.push({ name: theorem.name, category: categoryOf(error.message), message: error.message });
    left = left.filter((theorem) => !blamed.has(theorem));
  }
}

/** The theorem of each error, with its first one. */
function blame({ places }: LeanSource, errors: readonly CompileError[]): ReadonlyMap<Theorem, CompileError> {
  const blamed = new Map<Theorem, CompileError>();
  for (const error of errors) {
    const at = places.findLastIndex(({ first }) => first <= error.line);
    const place = places[at];
    if (place === undefined) continue;
    // A statement that is not closed is noticed at the word that begins the next one.
    const isNext = error.line === place.first && /unexpected token 'theorem'/.test(error.message);
    const theorem = (isNext ? places[at - 1] : place)?.theorem;
    if (theorem !== undefined && !blamed.has(theorem)) blamed.set(theorem, error);
  }
  return blamed;
}

function categoryOf(message: string): string {
  if (/has already been declared/.test(message)) return 'nameExists';
  if (/unknown (identifier|constant|namespace|universe)/i.test(message)) return 'unknownName';
  if (/^(?:unexpected|expected|missing end|unterminated)/.test(message)) return 'doesNotParse';
  if (/maximum (number of heartbeats|recursion depth)|deterministic\) timeout/.test(message)) return 'tooSlow';
  return /type expected|is not a proposition|type of theorem/i.test(message) ? 'notAProposition' : 'doesNotElaborate';
}

function said(error: CompileError | undefined): string {
  return error === undefined ? 'Lean failed' : `line ${error.line}: ${error.message}`;
}
