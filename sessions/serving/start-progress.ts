import type { ReadinessPhase } from '../../src/inference/serve/readiness.ts';
import { duration } from '../../src/text/quantity.ts';

const words: Readonly<Record<ReadinessPhase, string>> = {
  starting: 'starts',
  loading: 'loads the model',
  firstRequest: 'answers its first request',
};
const everyMs = 30_000;

/** Tells a person who waits for a server what it does: at each change, and now and then what it printed last. */
export class StartProgress {
  readonly #note: (message: string) => void;
  readonly #timer: NodeJS.Timeout;
  readonly #startedMs = performance.now();
  #phase: ReadinessPhase | null = null;
  #told: string | null = null;

  constructor(note: (message: string) => void, lastLine: () => string | null) {
    this.#note = note;
    this.#timer = setInterval(() => this.#remind(lastLine()), everyMs);
    this.#timer.unref();
  }

  phase(phase: ReadinessPhase): void {
    if (phase === this.#phase) return;
    this.#phase = phase;
    this.#note(`${this.#time()}: it ${words[phase]}`);
  }

  close(): void {
    clearInterval(this.#timer);
  }

  #remind(line: string | null): void {
    const phase = this.#phase === null ? '' : `: it ${words[this.#phase]}`;
    this.#note(`${this.#time()}${phase}${line === null || line === this.#told ? '' : ` | ${line}`}`);
    this.#told = line;
  }

  #time(): string {
    return duration(performance.now() - this.#startedMs);
  }
}
