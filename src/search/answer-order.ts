interface Question {
  readonly key: string;
  /** Passes the answer on; null as long as there is none. */
  deliver: (() => void) | null;
}

/**
 * Passes answers on in the order of their questions, and none while a proof is with the judge. So a search comes out the
 * same however fast the workers were, and whoever else they worked for.
 */
export class AnswerOrder {
  #questions: Question[] = [];
  #holds = 0;
  #isPassing = false;

  ask(key: string): void {
    this.#questions.push({ key, deliver: null });
  }

  /** The answer to a question that was not withdrawn; `deliver` is called when it is its turn. */
  answered(key: string, deliver: () => void): void {
    const question = this.#questions.find((one) => one.key === key);
    if (question) question.deliver = deliver;
    this.#pass();
  }

  /** The question does not matter any more. Without a key: none does. */
  withdraw(key?: string): void {
    this.#questions = key === undefined ? [] : this.#questions.filter((one) => one.key !== key);
    this.#pass();
  }

  hold(): void {
    this.#holds += 1;
  }

  release(): void {
    this.#holds -= 1;
    this.#pass();
  }

  /** Passes on what has been answered, past what has not. */
  passAll(): void {
    const answered = this.#questions.filter(({ deliver }) => deliver !== null);
    for (const question of answered) {
      // What went before may have withdrawn it.
      if (!this.#questions.includes(question)) continue;
      this.#questions = this.#questions.filter((one) => one !== question);
      question.deliver?.();
    }
  }

  #pass(): void {
    if (this.#isPassing) return;
    this.#isPassing = true;
    while (this.#holds === 0 && this.#questions[0]?.deliver) this.#questions.shift()?.deliver?.();
    this.#isPassing = false;
  }
}
