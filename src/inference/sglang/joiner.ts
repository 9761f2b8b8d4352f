import type { GenerateRequest, GenerateResult } from '../generation.ts';

interface Waiting {
  readonly request: GenerateRequest;
  readonly settle: (result: GenerateResult) => void;
}

export interface JoinerOptions {
  /** Asks several questions in one request; one result for each, in their order. */
  readonly together: (requests: readonly GenerateRequest[]) => Promise<readonly GenerateResult[]>;
  readonly alone: (request: GenerateRequest) => Promise<GenerateResult>;
}

/** Joins questions that one search asks at once, which are those of the states that it expands together. */
export class Joiner {
  readonly #options: JoinerOptions;
  #waiting: Waiting[] = [];

  constructor(options: JoinerOptions) {
    this.#options = options;
  }

  ask(request: GenerateRequest): Promise<GenerateResult> {
    const { promise, resolve } = Promise.withResolvers<GenerateResult>();
    this.#waiting.push({ request, settle: resolve });
    // Those of one expansion are asked in one turn of the event loop.
    if (this.#waiting.length === 1) setImmediate(() => this.#send());
    return promise;
  }

  #send(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const group of groupsOf(waiting)) void this.#ask(group);
  }

  async #ask(group: readonly Waiting[]): Promise<void> {
    const { together, alone } = this.#options;
    const [first] = group;
    if (first === undefined) return;
    if (group.length === 1) return first.settle(await alone(first.request));
    const results = await together(group.map(({ request }) => request));
    for (const [i, { settle }] of group.entries()) settle(results[i] as GenerateResult);
  }
}

/** The samples of one request are equally many, and are given up together. */
function groupsOf(waiting: readonly Waiting[]): readonly (readonly Waiting[])[] {
  const groups: Waiting[][] = [];
  for (const one of waiting) {
    const group = groups.find(([first]) => first !== undefined && isAlike(first.request, one.request));
    if (group === undefined) groups.push([one]);
    else group.push(one);
  }
  return groups;
}

const isAlike = (a: GenerateRequest, b: GenerateRequest): boolean =>
  a.n === b.n && a.lane === b.lane && a.signal === b.signal && a.logProbs === b.logProbs;
