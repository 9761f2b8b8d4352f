import type { Goal, Hypothesis } from '../goal.ts';
import type { WireExpression, WireGoal } from './wire.ts';

/**
 * Goals as records without names that Lean invents: internal names are dropped, and metavariables are numbered in the
 * order in which they occur, so that the same state reached twice is the same record.
 */
export function readGoals(goals: readonly WireGoal[]): readonly Goal[] {
  const rename = metavariableRenamer();
  return goals.map((goal) => readGoal(goal, rename));
}

function readGoal(goal: WireGoal, rename: (text: string) => string): Goal {
  const fragment = goal.fragment ?? (goal.isConversion ? 'conv' : 'tactic');
  return {
    ...(goal.userName && goal.userName !== '[anonymous]' ? { caseName: goal.userName } : {}),
    ...(fragment === 'tactic' ? {} : { fragment }),
    hypotheses: goal.vars.map((variable): Hypothesis => {
      const inaccessible = variable.isInaccessible ?? DAGGER.test(variable.userName);
      return {
        name: inaccessible && !DAGGER.test(variable.userName) ? `${variable.userName}✝` : variable.userName,
        type: variable.type ? rename(textOf(variable.type)) : '',
        ...(variable.value ? { value: rename(textOf(variable.value)) } : {}),
        ...(inaccessible ? { inaccessible: true } : {}),
      };
    }),
    target: rename(textOf(goal.target)),
  };
}

/** The mark of a name that cannot be typed, with its number. */
const DAGGER = /✝[⁰¹²³⁴⁵⁶⁷⁸⁹]*$/;

/** Pretty text, or the s-expression where pretty printing is off. */
export function textOf(expression: WireExpression): string {
  return expression.pp ?? expression.sexp ?? '';
}

/** A string literal (left alone), or an invented name: `?m.12`, `?u.3`, `?_uniq.40`, `_uniq.40`. */
const INVENTED = /"(?:[^"\\]|\\.)*"|(\?m\.|\?u\.|\?_uniq\.|_uniq\.)(\d+)/g;

function metavariableRenamer(): (text: string) => string {
  const numbers = new Map<string, number>();
  return (text) => {
    if (!text.includes('?') && !text.includes('_uniq.')) return text;
    return text.replace(INVENTED, (whole, prefix: string | undefined) => {
      if (prefix === undefined) return whole;
      const number = numbers.get(whole) ?? numbers.size + 1;
      numbers.set(whole, number);
      return `${prefix}${number}`;
    });
  };
}
