import type { ErrorStage, JobError } from './outcome.ts';

const examplesPerKind = 3;
const exampleLength = 300;

/** Searches that ended with an error of one kind. */
export interface ErrorTally {
  readonly stage: ErrorStage;
  readonly category: string;
  readonly searches: number;
  /** Theorems that they belong to. */
  readonly theorems: number;
  /** The first few, their messages cut. */
  readonly examples: readonly { readonly theorem: string; readonly message: string }[];
}

interface Draft {
  stage: ErrorStage;
  category: string;
  searches: number;
  names: Set<string>;
  examples: { theorem: string; message: string }[];
}

/** Counts errors by stage and category. */
export class ErrorCounter {
  readonly #kinds = new Map<string, Draft>();

  add(theorem: string, { stage, category, message }: JobError): void {
    const key = `${stage} ${category}`;
    const kind = this.#kinds.get(key) ?? { stage, category, searches: 0, names: new Set(), examples: [] };
    kind.searches += 1;
    if (!kind.names.has(theorem) && kind.examples.length < examplesPerKind)
      kind.examples.push({ theorem, message: cut(message) });
    kind.names.add(theorem);
    this.#kinds.set(key, kind);
  }

  /** Most frequent first. */
  result(): readonly ErrorTally[] {
    return [...this.#kinds.values()]
      .sort((a, b) => b.searches - a.searches || (a.category < b.category ? -1 : 1))
      .map(({ names, ...kind }) => ({ ...kind, theorems: names.size }));
  }
}

const cut = (message: string): string =>
  message.length <= exampleLength ? message : `${message.slice(0, exampleLength - 1)}…`;
