/** A goal as Lean prints it. One entry for each name, in the order of the context. */
export interface GoalText {
  readonly hypotheses: readonly TextHypothesis[];
  readonly target: string;
}
export interface TextHypothesis {
  /** As printed, with `✝` where it cannot be typed. */
  readonly name: string;
  readonly type: string;
  readonly value?: string;
}

export type GoalTextResult =
  | { readonly kind: 'goal'; readonly goal: GoalText }
  /** The text is no goal: it has no `⊢`. */
  | { readonly kind: 'noGoal' }
  | { readonly kind: 'badGoal'; readonly category: 'severalGoals' | 'unreadableGoal'; readonly message: string };

const TURNSTILE = '⊢';
/** Names of the context as they are printed, such as `α inst✝¹ «my name» h₁'`. */
const NAMES = /^((?:(?:«[^»]*»|[^\s:,(){}[\]⟨⟩⦃⦄⊢])+\s+)*(?:«[^»]*»|[^\s:,(){}[\]⟨⟩⦃⦄⊢])+)\s*:(?!=)\s*/u;

/** Whether a statement is a pretty-printed goal and no proposition. */
function isGoalText(text: string): boolean {
  return text.includes(TURNSTILE);
}

/**
 * Reads a goal as Lean prints it: perhaps a line `case …`, then `a b : T` or `x : T := v` lines, deeper lines going on with the
 * one before, then `⊢ target`. A goal written in one line is read as well.
 *
 * @example readGoalText('n : Nat\nh : 0 < n\n⊢ n ≠ 0')
 */
export function readGoalText(text: string): GoalTextResult {
  const lines = text.replaceAll('\r\n', '\n').trim().split('\n');
  if (!isGoalText(text)) return { kind: 'noGoal' };
  const goals = lines.filter((line) => line.trimStart().startsWith(TURNSTILE) || / ⊢ /.test(line)).length;
  if (goals > 1)
    return bad(
      'severalGoals',
      `the text holds ${goals} goals ("⊢" ${goals} times); a theorem is one goal: give the first alone`,
    );
  const withoutCase = lines.filter((line) => !/^case\b/.test(line));
  const at = withoutCase.findIndex((line) => line.includes(TURNSTILE));
  const line = withoutCase[at] ?? '';
  const cut = line.indexOf(TURNSTILE);
  const target = [line.slice(cut + 1), ...withoutCase.slice(at + 1)].join('\n').trim();
  if (target === '') return bad('unreadableGoal', 'nothing follows "⊢"');
  const context = entriesOf(withoutCase.slice(0, at));
  // What stands before `⊢` in its own line may be a whole context.
  const beside = line.slice(0, cut).trim();
  const entries = beside === '' ? context : [...context, ...splitLine(beside)];
  const hypotheses: TextHypothesis[] = [];
  for (const entry of entries) {
    const read = readEntry(entry);
    if (read === null)
      return bad('unreadableGoal', `"${entry.slice(0, 60)}" is no line of a goal; expected "name : type"`);
    hypotheses.push(...read);
  }
  return { kind: 'goal', goal: { hypotheses, target } };
}

/** Lines of the context, those that go on with the one before joined to it. */
function entriesOf(lines: readonly string[]): readonly string[] {
  const entries: string[] = [];
  for (const line of lines) {
    const last = entries.at(-1);
    if (/^\s/.test(line) && last !== undefined) entries[entries.length - 1] = `${last}\n${line}`;
    else if (line.trim() !== '') entries.push(line);
  }
  return entries;
}

const OPENERS = '([{⟨⦃';
const CLOSERS = ')]}⟩⦄';

/** `a b : T, h : P` and `a b : T h : P`, where a whole context stands in one line. */
function splitLine(line: string): readonly string[] {
  const colons: number[] = [];
  const commas: number[] = [];
  let depth = 0;
  let bound = false;
  for (let i = 0; i < line.length; i++) {
    const sign = line[i] as string;
    if (OPENERS.includes(sign)) depth += 1;
    else if (CLOSERS.includes(sign)) depth -= 1;
    if (depth > 0) continue;
    // The `:` of `∀ x : T, …` is the binder's own, up to its comma.
    if ('∀∃λΣ∑∏Π'.includes(sign) || /^fun\b/.test(line.slice(i, i + 4))) bound = true;
    else if (bound && (sign === ',' || line.startsWith('=>', i) || sign === '↦')) bound = false;
    else if (bound) continue;
    else if (sign === ',') commas.push(i);
    else if (line.startsWith(' : ', i - 1)) colons.push(i);
  }
  if (colons.length < 2) return [line];
  const known = new Set<string>();
  const starts = colons.map((colon, i) => {
    if (i === 0) return 0;
    const from = (colons[i - 1] ?? 0) + 1;
    const comma = commas.findLast((at) => at > from && at < colon);
    return comma === undefined ? namesFrom(line, from, colon, known) : comma + 1;
  });
  return starts.map((start, i) =>
    line
      .slice(start, starts[i + 1] ?? line.length)
      .replace(/[\s,]+$/, '')
      .trim(),
  );
}

/** Where the names before the colon at `colon` begin: the last words that are no part of the type before them, as far as that shows. */
function namesFrom(line: string, from: number, colon: number, known: Set<string>): number {
  const first = [...line.slice(0, from - 1).matchAll(/\S+/g)].map(([word]) => word);
  for (const word of first) known.add(word);
  const words = [...line.slice(from, colon).matchAll(/\S+/g)];
  let start = colon;
  // One word at least is the type's, two after `Type`.
  for (let k = words.length - 1; k >= 1; k--) {
    const word = words[k];
    if (!word || known.has(word[0]) || !/^[\p{L}_][\p{L}\p{N}_'.✝¹²³⁴⁵⁶⁷⁸⁹₀-₉]*$/u.test(word[0])) break;
    if (/^[ℕℤℚℝℂ]$|^[A-Z].+/u.test(word[0])) break;
    if (k === 1 && /^(?:Type|Sort)$/.test(words[0]?.[0] ?? '') && words.length > 2) break;
    start = from + word.index;
  }
  return start;
}

function readEntry(entry: string): readonly TextHypothesis[] | null {
  const names = NAMES.exec(entry);
  if (names?.[1] === undefined) return null;
  const rest = entry.slice(names[0].length);
  const assigned = topLevelAssignment(rest);
  const type = (assigned < 0 ? rest : rest.slice(0, assigned)).trim();
  if (type === '') return null;
  const value = assigned < 0 ? undefined : rest.slice(assigned + 2).trim();
  return names[1]
    .trim()
    .split(/\s+(?=(?:[^«»]*«[^«»]*»)*[^«»]*$)/)
    .map((name) => ({ name, type, ...(value !== undefined && { value }) }));
}

function topLevelAssignment(text: string): number {
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    const sign = text[i] as string;
    if (OPENERS.includes(sign)) depth += 1;
    else if (CLOSERS.includes(sign)) depth -= 1;
    else if (depth === 0 && text.startsWith(':=', i)) return i;
  }
  return -1;
}

function bad(category: 'severalGoals' | 'unreadableGoal', message: string): GoalTextResult {
  return { kind: 'badGoal', category, message };
}
