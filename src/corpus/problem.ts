import type { Problem } from '../search/events.ts';
import { readCorpus } from './panels.ts';
import { problemOfTheorem } from './theorem-problem.ts';

/** What a person may name as the thing to be proved. */
export interface ProblemChoice {
  readonly statement?: string | undefined;
  /** A theorem of the environment, or of the file or corpus where one is given. */
  readonly theorem?: string | undefined;
  readonly file?: string | undefined;
  readonly corpus?: string | undefined;
  readonly imports: readonly string[];
}

export type ProblemResult =
  | { readonly kind: 'problem'; readonly problem: Problem }
  | { readonly kind: 'unusable'; readonly message: string };

/** Name of the theorem that a proof of an anonymous statement becomes. */
export const ANONYMOUS = 'statement';

/** Finds the statement that is meant. Whether it elaborates is for Lean to say. */
export async function resolveProblem(choice: ProblemChoice): Promise<ProblemResult> {
  const { statement, theorem, file, corpus } = choice;
  const imports = [...choice.imports];
  const given = [
    statement !== undefined && 'a statement',
    file !== undefined && '--file',
    corpus !== undefined && '--corpus',
  ];
  const sources = given.filter((name) => name !== false);
  if (sources.length > 1) return unusable(`${sources.join(' and ')} are given; one of them says what to prove`);
  if (statement !== undefined) {
    if (theorem !== undefined) return unusable('a statement and --theorem are given; one of them says what to prove');
    const trimmed = statement.trim();
    if (trimmed === '')
      return unusable('the statement is empty; give a closed Lean proposition, such as "∀ p : Prop, p → p"');
    return found(problemOfTheorem({ name: ANONYMOUS, statement: trimmed }, imports));
  }
  const reference = file ?? corpus;
  if (reference !== undefined) return fromCorpus(reference, theorem, imports);
  if (theorem !== undefined) return found({ name: theorem, statement: null, copyFrom: theorem, imports });
  return unusable(
    'nothing to prove: give a statement, --theorem <name>, --file <x.lean>, or --corpus <name> --theorem <name>',
  );
}

async function fromCorpus(reference: string, theorem: string | undefined, imports: string[]): Promise<ProblemResult> {
  const read = await readCorpus(reference);
  if (read.kind === 'unreadable') return unusable(read.message);
  return choose(read.theorems, theorem, reference, imports);
}

function choose(
  theorems: readonly { readonly name: string; readonly statement: string }[],
  theorem: string | undefined,
  source: string,
  imports: string[],
): ProblemResult {
  const wanted =
    theorem === undefined
      ? theorems.length === 1
        ? theorems[0]
        : undefined
      : theorems.find((t) => t.name === theorem);
  if (wanted) return found({ ...problemOfTheorem(wanted, imports), source });
  const names = theorems
    .slice(0, 8)
    .map(({ name }) => name)
    .join(', ');
  const more = theorems.length > 8 ? `, and ${theorems.length - 8} more` : '';
  return unusable(
    theorem === undefined
      ? `${source} holds ${theorems.length} theorems; choose one with --theorem: ${names}${more}`
      : `${source} holds no theorem "${theorem}"; it has ${names}${more}`,
  );
}

const found = (problem: Problem): ProblemResult => ({ kind: 'problem', problem });
const unusable = (message: string): ProblemResult => ({ kind: 'unusable', message });
