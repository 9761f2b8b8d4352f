import type { Problem } from '../search/events.ts';
import { closeGoal } from './goal-statement.ts';
import { readGoalText } from './goal-text.ts';
import type { Theorem } from './theorem-list.ts';

/**
 * The problem that a theorem of a list is. A pretty-printed goal becomes a closed statement and the tactic that leads back to
 * the goal; `settleProblem` then asks Lean whether it knows the theorem by name, which is better. A text that no problem can be
 * made of gives one with a `refusal`.
 *
 * @example problemOfTheorem({ name: 'Nat.add_comm', statement: 'n m : Nat\n⊢ n + m = m + n' }, ['Init'])
 */
export function problemOfTheorem(
  { name, statement, source }: Pick<Theorem, 'name' | 'statement' | 'source'>,
  imports: readonly string[],
): Problem {
  const base = { name, imports: [...imports], ...(source !== undefined && { source }) };
  const read = readGoalText(statement);
  if (read.kind === 'noGoal') return { ...base, statement };
  if (read.kind === 'badGoal') {
    const message = `the goal of ${name} cannot be used: ${read.message}`;
    return { ...base, statement: null, traced: statement, refusal: { category: read.category, message } };
  }
  const closed = closeGoal(read.goal);
  return {
    ...base,
    statement: closed.statement,
    ...(closed.levels.length > 0 && { levels: [...closed.levels] }),
    ...(closed.introduce.length > 0 && { introduce: [...closed.introduce] }),
    traced: statement,
  };
}
