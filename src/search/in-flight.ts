import { AnswerOrder } from './answer-order.ts';

/** What a search has asked and has no answer to yet, so that it can be given up, and the order in which answers are passed on. */
export class InFlight {
  /** Aborted when everything is given up; each try besides has its own, under the key of its result. */
  #work = new AbortController();
  readonly #tries = new Map<string, AbortController>();
  /** Questions that the value model has not answered. */
  readonly #scoring = new Set<string>();
  readonly #order: AnswerOrder | null;
  #questions = 0;

  /** @param inOrder whether answers are passed on in the order of the questions */
  constructor(inOrder: boolean) {
    this.#order = inOrder ? new AnswerOrder() : null;
  }

  /** Aborted when everything that is in flight now is given up. */
  get signal(): AbortSignal {
    return this.#work.signal;
  }

  /** Notes a question to the provider or to the value model, and returns its key. */
  ask(of: 'proposal' | 'values'): string {
    const key = `${of} ${this.#questions++}`;
    this.asked(key);
    if (of === 'values') this.#scoring.add(key);
    return key;
  }

  /** Notes a question that has a key of its own. */
  asked(key: string): void {
    this.#order?.ask(key);
  }

  /** Notes that Lean gets a tactic; the signal is aborted when this try, or everything, is given up. */
  beginTry(key: string): AbortSignal {
    const controller = new AbortController();
    this.#tries.set(key, controller);
    return controller.signal;
  }

  endTry(key: string): void {
    this.#tries.delete(key);
  }

  /** Notes an answer of the value model. False when nobody wants it any more. */
  endScoring(key: string): boolean {
    return this.#scoring.delete(key);
  }

  giveUpScoring(): void {
    for (const key of this.#scoring) this.#order?.withdraw(key);
    this.#scoring.clear();
  }

  giveUpTry(key: string): void {
    this.#tries.get(key)?.abort();
    this.#order?.withdraw(key);
  }

  giveUpAll(): void {
    this.#order?.withdraw();
    this.#work.abort();
    this.#work = new AbortController();
    for (const controller of this.#tries.values()) controller.abort();
  }

  /** Passes an answer on when it is its turn. */
  deliver(key: string, deliver: () => void): void {
    if (this.#order) this.#order.answered(key, deliver);
    else deliver();
  }

  /** Passes nothing on until `release`. */
  hold(): void {
    this.#order?.hold();
  }

  release(): void {
    this.#order?.release();
  }

  /** Passes on what was answered, whatever was asked before it. */
  passAll(): void {
    this.#order?.passAll();
  }
}
