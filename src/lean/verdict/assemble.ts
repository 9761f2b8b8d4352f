import type { JudgedProblem } from './verdict.ts';

/**
 * One step of a search: a tactic block and the goal it was given. In automatic mode the tactic saw all goals, the
 * addressed one first.
 */
export interface ProofStep {
  readonly tactic: string;
  /** Position of the addressed goal in the state's list. @default 0 */
  readonly goal?: number;
  /**
   * The goals before the step, each by a key that is the same in all states (its name, or the hash of its text).
   * Only needed when some step of the proof addresses another goal than the first.
   */
  readonly goals?: readonly string[];
}

/** A proof as it comes in: the steps of a search, or text (a tactic block, `by …`, or a whole theorem). */
export type ProofInput = readonly (string | ProofStep)[] | string;

const INDENT = '  ';

/**
 * The theorem text that is to be judged. The statement is the problem's; `copyFrom` becomes `type_of% @name`, which is
 * the type itself and not its printed form.
 *
 *     assembleTheorem({ name: 'swap', statement: 'p ∧ q → q ∧ p' }, ['intro h', 'exact ⟨h.2, h.1⟩'])
 */
export function assembleTheorem(problem: JudgedProblem, proof: ProofInput, name = theoremName(problem)): string {
  if (typeof proof === 'string' && isTheorem(proof)) return proof;
  const block = typeof proof === 'string' ? blockOf(proof) : joinSteps(proof);
  return `theorem ${name} :${onOwnLines(statementOf(problem))}:= by\n${indent(block)}`;
}

/** Whether a text is commands of its own, and no tactic block: the words are reserved, or begin a line. */
export function isTheorem(text: string): boolean {
  const code = text.replace(/\/-[\s\S]*?-\/|--.*$/gm, ' ');
  return /(?:^|[\s\]])theorem\s|^\s*(?:lemma|example|axiom|def|abbrev|instance|#\w+)\b/m.test(code);
}

/**
 * A name that says whose proof it is. Parts joined by dots would open a namespace around the proof, which the search did
 * not have, so such a name is written as one part. A copied theorem's own name is taken.
 */
export function theoremName(problem: Pick<JudgedProblem, 'name' | 'copyFrom'>): string {
  const { name } = problem;
  if (problem.copyFrom !== undefined) return proofOf(name);
  return PLAIN.test(name) && !KEYWORDS.has(name) ? name : quoted(name);
}

/** Why a problem's name cannot stand for its proof; null when it can. A reader has to see all of a name, on one line. */
export function unfitName(name: string): string | null {
  const hidden = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u.exec(name)?.[0].codePointAt(0);
  if (hidden === undefined) return null;
  const code = hidden.toString(16).toUpperCase().padStart(4, '0');
  return `the name holds U+${code}, a line break, control character or invisible sign: give it a name of one line, all of it visible`;
}

/** The name to fall back on when the plain one exists in the environment. */
export function proofOf(name: string): string {
  return quoted(`proof of ${name}`);
}

/** Letters that Lean lets a name have without quotes; some Greek ones are its own words. */
const LETTER = 'A-Za-zÀ-ÖØ-öø-ſα-κμ-ωΑ-ΟΡΤ-Ω';
const PLAIN = new RegExp(`^[${LETTER}][${LETTER}0-9₀-₉_']*$`, 'u');
const KEYWORDS = new Set(
  'theorem def axiom example instance by have show from let fun match with if then else do at in where end open section namespace variable universe import mutual structure inductive class abbrev opaque lemma macro syntax notation sorry Type Prop Sort forall exists'.split(
    ' ',
  ),
);

function quoted(name: string): string {
  const part = name.replaceAll(/[«»\p{C}\p{Zl}\p{Zp}]/gu, ' ').trim();
  return `«${part === '' || part.startsWith('_') ? `theorem ${part}`.trim() : part}»`;
}

function statementOf(problem: JudgedProblem): string {
  if (problem.copyFrom !== undefined) return `type_of% @${problem.copyFrom}`;
  if (problem.statement === null)
    throw new Error(`problem ${problem.name} has neither a statement nor a theorem to copy`);
  return normalizeLineBreaks(problem.statement).trim();
}

/** A line comment at the end of a statement must not swallow what follows. */
function onOwnLines(statement: string): string {
  return statement.includes('\n') || statement.includes('--')
    ? `\n${indent(indent(statement))}\n${INDENT}`
    : ` ${statement} `;
}

function blockOf(text: string): string {
  const block = normalizeLineBreaks(text);
  const by = /^\s*by\b[ \t]*/.exec(block);
  return dedent(by ? block.slice(by[0].length) : block);
}

/** Steps one under the other. Where a step addressed another goal, `rotate_left` brings that goal to the front first. */
function joinSteps(steps: readonly (string | ProofStep)[]): string {
  const lines: string[] = [];
  let order: readonly string[] = [];
  for (const step of steps.map((s) => (typeof s === 'string' ? { tactic: s } : s))) {
    if (step.goals) {
      order = follow(order, step.goals);
      const addressed = step.goals[step.goal ?? 0];
      const at = addressed === undefined ? 0 : order.indexOf(addressed);
      if (at > 0) lines.push(`rotate_left ${at}`);
      order = [...order.slice(at), ...order.slice(0, at)];
    }
    lines.push(dedent(normalizeLineBreaks(step.tactic)));
  }
  return lines.join('\n');
}

/**
 * The order in which the script holds the goals that the search holds in another: new goals stand first, in the
 * search's order, and the others keep the order they had in the script.
 */
function follow(order: readonly string[], goals: readonly string[]): readonly string[] {
  const left = [...goals];
  const kept = order.filter((key) => {
    const at = left.lastIndexOf(key);
    if (at >= 0) left.splice(at, 1);
    return at >= 0;
  });
  return [...left, ...kept];
}

function normalizeLineBreaks(text: string): string {
  return text.replaceAll('\r\n', '\n');
}

/** Takes the indentation of the first line off all lines, where all have it. */
function dedent(text: string): string {
  const lines = text
    .replace(/^(?:[ \t]*\n)+/, '')
    .trimEnd()
    .split('\n');
  const margin = /^ */.exec(lines[0] ?? '')![0];
  return lines.every((line) => line.trim() === '' || line.startsWith(margin))
    ? lines.map((line) => line.slice(margin.length)).join('\n')
    : lines.join('\n');
}

function indent(text: string): string {
  return text
    .split('\n')
    .map((line) => (line.trim() === '' ? '' : INDENT + line))
    .join('\n');
}
