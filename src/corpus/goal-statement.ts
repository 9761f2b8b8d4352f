import type { GoalText, TextHypothesis } from './goal-text.ts';

/** A goal as one closed proposition. */
export interface ClosedGoal {
  readonly statement: string;
  /** Universe names that the statement uses. */
  readonly levels: readonly string[];
  /** The tactic that brings back the goal from the statement, or nothing when it has no hypotheses. */
  readonly introduce: readonly string[];
}

const DAGGER = /✝[⁰¹²³⁴⁵⁶⁷⁸⁹]*$/;
/** A name that cannot be typed, where it stands in a type. */
const UNTYPABLE = /[\p{L}_][\p{L}\p{N}_'₀-₉]*✝[⁰¹²³⁴⁵⁶⁷⁸⁹]*/gu;

/** A name without its mark: `inst✝¹` is `inst`. */
export function plainName(name: string): string {
  return name.replace(DAGGER, '');
}

/** What `intro` takes to bring a hypothesis back under its name; one that cannot be typed gets `_`. */
export function introName(name: string): string {
  return DAGGER.test(name) ? '_' : name;
}

/** The tactic that introduces these hypotheses, first to last. */
export function introTactic(names: readonly string[]): readonly string[] {
  return names.length === 0 ? [] : [`intro ${names.map(introName).join(' ')}`];
}

/**
 * Closes a goal over its hypotheses. Printed text does not always read back as what it was printed from: whoever starts the
 * statement compares the goal that it leads to with the text.
 *
 * @example closeGoal(goal).statement // '∀ (α : Type u) [inst : DecidableEq α] (a : α), a = a'
 */
export function closeGoal({ hypotheses, target }: GoalText): ClosedGoal {
  const rename = untypable(hypotheses);
  const binders = hypotheses.map((hypothesis) => binderOf(hypothesis, rename));
  // The printed line breaks matter to Lean where a block follows, so they stay; the target stands on lines of its own.
  const statement = binders.reduceRight((inner, binder) => `${binder} ${inner}`, rename(target));
  return {
    statement,
    levels: levelsOf([...hypotheses.map(({ type }) => type), target]),
    introduce: introTactic(hypotheses.map(({ name }) => name)),
  };
}

function binderOf({ name, type, value }: TextHypothesis, rename: (text: string) => string): string {
  const typable = rename(name);
  if (value !== undefined) return `let ${typable} : ${rename(type)} := ${rename(value)};`;
  // Instances that nobody named are found by their class; so are those of the text.
  return /^inst✝/.test(name) ? `∀ [${typable} : ${rename(type)}],` : `∀ (${typable} : ${rename(type)}),`;
}

/** Gives names that cannot be typed others that can, the same ones everywhere. */
function untypable(hypotheses: readonly TextHypothesis[]): (text: string) => string {
  const taken = new Set(hypotheses.map(({ name }) => name));
  const names = new Map<string, string>();
  for (const { name } of hypotheses) {
    if (!DAGGER.test(name)) continue;
    let free = `${plainName(name)}_${names.size + 1}`;
    while (taken.has(free)) free += "'";
    taken.add(free);
    names.set(name, free);
  }
  return (text) => text.replace(UNTYPABLE, (name) => names.get(name) ?? name);
}

/** Universe names after `Type`, `Sort` and in `.{…}`. */
function levelsOf(texts: readonly string[]): readonly string[] {
  const levels = new Set<string>();
  for (const text of texts) {
    for (const [, inBrackets, name, explicit] of text.matchAll(
      /\b(?:Type|Sort)\s+(?:\(([^()]*(?:\([^()]*\)[^()]*)*)\)|([\p{L}_][\p{L}\p{N}_']*))|\.\{([^}]*)\}/gu,
    )) {
      for (const [word] of `${inBrackets ?? ''} ${name ?? ''} ${explicit ?? ''}`.matchAll(/[\p{L}_][\p{L}\p{N}_']*/gu))
        if (word !== 'max' && word !== 'imax' && word !== '_') levels.add(word);
    }
  }
  return [...levels];
}
