import type { PreparePhase } from './host-protocol.ts';

export interface PrepareProgress {
  /** `wait`: another process prepares the same image. */
  readonly phase: PreparePhase | 'wait' | 'check';
  /** Part of the whole preparation, 0 to 1; never falls within one preparation. */
  readonly fraction: number;
  readonly text: string;
  readonly elapsedMs: number;
}

/**
 * Typical duration of each phase on an idle machine of 2026 with two cores, and what it does. The fraction within a
 * phase is counted where that is possible (imports) and otherwise grows with time towards the end of the phase without reaching it.
 */
const PHASES: readonly { readonly phase: PreparePhase; readonly typicalMs: number; readonly text: string }[] = [
  { phase: 'prepare', typicalMs: 900, text: 'preparing the WebAssembly module' },
  { phase: 'boot', typicalMs: 2100, text: 'unpacking the library' },
  { phase: 'import', typicalMs: 6000, text: 'importing the library' },
  { phase: 'elaborate', typicalMs: 6000, text: 'elaborating the worker program' },
  { phase: 'save', typicalMs: 2000, text: 'saving the image' },
];
const TOTAL_MS = PHASES.reduce((sum, { typicalMs }) => sum + typicalMs, 0);

/** Follows a preparation: give it the phases as they begin, ask it for the progress now. */
export class ProgressClock {
  private readonly now: () => number;
  private readonly begun: number;
  private phaseBegun: number;
  private index = 0;
  private counted: number | undefined;
  private highest = 0;

  constructor(now: () => number = () => performance.now()) {
    this.now = now;
    this.begun = now();
    this.phaseBegun = this.begun;
  }

  /** A phase begins, or goes on with the part `done` of it done. */
  enter(phase: PreparePhase, done?: number): void {
    const index = PHASES.findIndex((one) => one.phase === phase);
    if (index < 0) return;
    if (index !== this.index) this.phaseBegun = this.now();
    this.index = index;
    this.counted = done;
  }

  progress(): PrepareProgress {
    const { phase, typicalMs, text } = PHASES[this.index]!;
    const before = PHASES.slice(0, this.index).reduce((sum, one) => sum + one.typicalMs, 0);
    const inPhase = this.counted ?? 1 - Math.exp(-(this.now() - this.phaseBegun) / typicalMs);
    this.highest = Math.max(this.highest, (before + inPhase * typicalMs) / TOTAL_MS);
    return { phase, fraction: this.highest, text, elapsedMs: Math.round(this.now() - this.begun) };
  }
}
