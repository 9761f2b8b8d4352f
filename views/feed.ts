import type { Workbench, WorkbenchSnapshot } from '../sessions/workbench.ts';

/** Data is drawn at most this often; keys are drawn at once. */
const dataFrameMs = 100;
const clockTickMs = 1000;

/** The newest snapshot of a workbench, and when to draw it again: after changes, and once a second while a clock runs. */
export class Feed {
  snapshot: WorkbenchSnapshot;
  readonly #workbench: Workbench;
  readonly #now: () => number;
  readonly #listeners = new Set<() => void>();
  #version = 0;
  #taken: number;
  #drawn: number;
  #timer: NodeJS.Timeout | null = null;
  #clock: NodeJS.Timeout | null = null;
  #unsubscribe: (() => void) | null = null;

  /** `now` gives the milliseconds of a clock that never goes back. */
  constructor(workbench: Workbench, now: () => number) {
    this.#workbench = workbench;
    this.#now = now;
    this.snapshot = workbench.snapshot();
    this.#taken = now();
    this.#drawn = this.#taken;
  }

  start(): void {
    this.#unsubscribe = this.#workbench.subscribe(() => this.#changed());
    this.draw();
  }

  /** Stops all timers and stops following. */
  stop(): void {
    this.#unsubscribe?.();
    this.#unsubscribe = null;
    if (this.#timer) clearTimeout(this.#timer);
    if (this.#clock) clearTimeout(this.#clock);
    this.#timer = null;
    this.#clock = null;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Changes whenever something has to be drawn. */
  readonly version = (): number => this.#version;

  /** Milliseconds since the snapshot was made: what its clocks are behind. */
  get ageMs(): number {
    return this.#now() - this.#taken;
  }

  /** Takes the newest snapshot. Returns whether it is another one: an unchanged one keeps its age. */
  take(): boolean {
    const snapshot = this.#workbench.snapshot();
    if (snapshot === this.snapshot) return false;
    this.snapshot = snapshot;
    this.#taken = this.#now();
    return true;
  }

  /** Has everything drawn now. */
  draw(): void {
    this.#version += 1;
    this.#drawn = this.#now();
    for (const listener of this.#listeners) listener();
    this.#tick();
  }

  #changed(): void {
    if (this.#timer) return;
    const wait = Math.max(0, this.#drawn + dataFrameMs - this.#now());
    this.#timer = setTimeout(() => {
      this.#timer = null;
      this.draw();
    }, wait);
  }

  #tick(): void {
    if (!isClockRunning(this.snapshot) || this.#clock || !this.#unsubscribe) return;
    this.#clock = setTimeout(() => {
      this.#clock = null;
      this.draw();
    }, clockTickMs);
  }
}

function isClockRunning({ preparation, searches, servers }: WorkbenchSnapshot): boolean {
  return (
    preparation?.status === 'running' ||
    servers?.servers.some(({ own }) => own?.awayMs != null) ||
    searches.some(({ state, at }) => at === null && (state.mode === 'running' || state.mode === 'stepping'))
  );
}
