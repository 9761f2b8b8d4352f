/** The ten families of tactics; every other head is a family of its own name, and counts as `other` where an index is needed. */
export const FAMILIES = [
  'simplify',
  'rewrite',
  'intro',
  'split',
  'cases',
  'closer',
  'contradiction',
  'arith',
  'automation',
  'other',
] as const;

const HEADS: Readonly<Record<string, string>> = {
  simp: 'simplify',
  simp_all: 'simplify',
  simp_rw: 'simplify',
  rw: 'rewrite',
  rewrite: 'rewrite',
  intro: 'intro',
  intros: 'intro',
  constructor: 'split',
  left: 'split',
  right: 'split',
  use: 'split',
  cases: 'cases',
  induction: 'cases',
  exact: 'closer',
  assumption: 'closer',
  trivial: 'closer',
  exfalso: 'contradiction',
  contradiction: 'contradiction',
  linarith: 'arith',
  nlinarith: 'arith',
  omega: 'arith',
  ring: 'arith',
  norm_num: 'arith',
  aesop: 'automation',
  'aesop?': 'automation',
};
const APPLIED_SPLITS = new Set(['And.intro', 'Iff.intro', 'Or.inl', 'Or.inr']);

/** Words that run the tactic that follows them. */
const COMBINATORS = new Set([
  'try',
  'repeat',
  "repeat'",
  'repeat1',
  'all_goals',
  'any_goals',
  'first',
  'focus',
  'solve',
  'iterate',
  'then',
]);
const PIECE = /--[^\n]*|\/-[\s\S]*?-\/|"(?:\\.|[^"\\])*"|<;>|=>|[\p{L}_][\p{L}\p{N}_'₀-₉.?!]*|[0-9]+|\n|\S/gu;
const SEPARATORS = new Set(['\n', ';', '<;>', '|', '=>', 'by']);

/** The family of one tactic, by its head word. White space means nothing; an empty text is `other`. */
export function tacticFamily(text: string): string {
  return headFamilies(text).next().value ?? 'other';
}

/**
 * Which of the blocked families a tactic belongs to or uses anywhere inside (after `;`, `<;>`, `by`, in a bullet, in an
 * alternative of `first`), so that a block cannot be passed by wrapping; null when none.
 */
export function blockedFamily(text: string, blocked: readonly string[]): string | null {
  if (blocked.length === 0) return null;
  const refused = new Set(blocked);
  for (const family of headFamilies(text)) if (refused.has(family)) return family;
  return null;
}

/** The family of every word that stands where a tactic may stand. */
function* headFamilies(text: string): Generator<string, undefined> {
  const pieces = (text.match(PIECE) ?? []).filter((p) => !p.startsWith('--') && !p.startsWith('/-'));
  let expected = true;
  for (const [i, piece] of pieces.entries()) {
    if (SEPARATORS.has(piece)) expected = true;
    else if (expected && /^[\p{L}_]/u.test(piece)) {
      if (COMBINATORS.has(piece)) continue;
      yield familyOfHead(piece, pieces[i + 1]);
      expected = false;
    } else if (expected && !'(·.{'.includes(piece)) expected = false;
  }
  return undefined;
}

function familyOfHead(word: string, argument: string | undefined): string {
  if (word === 'apply' && argument !== undefined && APPLIED_SPLITS.has(argument)) return 'split';
  const head = word.toLowerCase().replace(/[0-9]+$/, '');
  return HEADS[head] ?? head;
}

/** Whether a name means something to a block: a family, or a tactic that some family is known to hold. */
export function isKnownFamily(name: string): boolean {
  return (FAMILIES as readonly string[]).includes(name) || Object.hasOwn(HEADS, name);
}
