import type { JobError } from './outcome.ts';

/** What Lean said when it did not open a statement. */
export interface RootFailure {
  readonly category: string;
  readonly message: string;
}

/** Names that Lean makes up, or keeps to one module: no other module can name them. */
const hiddenName = /(^|\.)_private\.|✝|(^|\.)(match|proof|eq|_proof|_match|_eq|_lambda|_aux\w*|_simp)_\d+(\.|$)/;

/** Whether no other module can name a theorem. */
export function isHiddenName(theorem: string): boolean {
  return hiddenName.test(theorem);
}

/**
 * Sorts a theorem that did not start: `unknownTheorem`, `privateName`, `notAProposition`, `unknownName` (the statement
 * names something that this environment does not have, as after a change of library version), `doesNotParse`,
 * `doesNotElaborate`, `tooSlow`, what a goal's own text is refused for, or stage `lean` with `workerLost`.
 */
export function startError(theorem: string, { category, message }: RootFailure): JobError {
  if (category === 'workerLost') return { stage: 'lean', category: 'workerLost', message };
  return { stage: 'start', category: startCategory(theorem, category, message), message };
}

const leansOwn: ReadonlySet<string> = new Set(['parse', 'elab', 'index', 'limit']);
const unknownName =
  /unknown (identifier|constant|namespace|universe|id)|does not contain|invalid field|has no notation/i;

function startCategory(theorem: string, category: string, message: string): string {
  if (!leansOwn.has(category)) return category;
  if (/is not a proposition|(?<!there )is no theorem/.test(message)) return 'notAProposition';
  if (isHiddenName(theorem)) return 'privateName';
  if (category === 'index') return 'unknownTheorem';
  if (category === 'limit') return 'tooSlow';
  if (unknownName.test(message)) return 'unknownName';
  return category === 'parse' ? 'doesNotParse' : 'doesNotElaborate';
}
