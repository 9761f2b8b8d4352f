import type { Goal } from '../lean/goal.ts';
import { plainName } from './goal-statement.ts';
import type { GoalText } from './goal-text.ts';

/**
 * How the goal that a theorem starts with differs from the text it was given as, in a sentence; null when it is the same. Line
 * breaks, the numbers of names that cannot be typed and names of universes do not count, nor do hypotheses that nothing uses.
 */
export function goalDifference(goal: Goal, traced: GoalText): string | null {
  const target = normal(goal.target);
  if (target !== normal(traced.target))
    return `the target is ${shown(goal.target)}, in the text ${shown(traced.target)}`;
  const here = goal.hypotheses.filter(({ name }) => !plainName(name).startsWith('inst'));
  for (const { name, type } of here) {
    const same = traced.hypotheses.filter((one) => plainName(one.name) === plainName(name));
    if (same.length === 0) return `the text has no hypothesis ${name} : ${shown(type)}`;
    if (!same.some((one) => normal(one.type) === normal(type)))
      return `the type of ${name} is ${shown(type)}, in the text ${shown(same[0]?.type ?? '')}`;
  }
  const names = new Set(goal.hypotheses.map(({ name }) => plainName(name)));
  const missing = traced.hypotheses.find(
    ({ name, type }) => !names.has(plainName(name)) && matters(name, type, traced),
  );
  return missing === undefined ? null : `the theorem has no hypothesis ${missing.name} : ${shown(missing.type)}`;
}

/** Older versions of Lean show all variables of a section: one that is data or a class and occurs nowhere is none of the theorem's. */
function matters(name: string, type: string, { hypotheses, target }: GoalText): boolean {
  if (/^(?:Type|Sort)\b/.test(type) || plainName(name).startsWith('inst')) return false;
  const word = new RegExp(`(?<![\\p{L}\\p{N}_'.])${escaped(name)}(?![\\p{L}\\p{N}_'])`, 'u');
  return [target, ...hypotheses.map((one) => (one.name === name ? '' : one.type))].some((text) => word.test(text));
}

const escaped = (text: string): string => text.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&');

/** A goal that has the text's hypotheses, each under the text's name where Lean gave it another. */
export function underNamesOf({ hypotheses }: GoalText, goal: Goal): Goal {
  const names = new Map(goal.hypotheses.map(({ name }, i) => [name, hypotheses[i]?.name ?? name]));
  const renamed = (text: string): string => text.replaceAll(IDENTIFIER, (word) => names.get(word) ?? word);
  return {
    ...goal,
    hypotheses: goal.hypotheses.map((one) => ({ ...one, name: renamed(one.name), type: renamed(one.type) })),
    target: renamed(goal.target),
  };
}

const IDENTIFIER = /[\p{L}_][\p{L}\p{N}_'₀-₉]*(?:✝[⁰¹²³⁴⁵⁶⁷⁸⁹]*)?/gu;

/** One line, Mathlib's letters spelled out, marks of untypable names without numbers, universes all alike. */
function normal(text: string): string {
  return text
    .replaceAll('ℕ', 'Nat')
    .replaceAll('ℤ', 'Int')
    .replaceAll(/✝[⁰¹²³⁴⁵⁶⁷⁸⁹]*/g, '✝')
    .replaceAll(/\b(Type|Sort)\s+(?:\([^()]*(?:\([^()]*\)[^()]*)*\)|[\p{L}_][\p{L}\p{N}_']*)/gu, '$1 _')
    .replaceAll(/\.\{[^}]*\}/g, '')
    .replaceAll(/\s+/g, ' ')
    .trim();
}

function shown(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  return line.length > 160 ? `${line.slice(0, 160)}…` : line;
}
