import type { WorkerHealth } from '../../src/lean/pool/health.ts';
import type { StartFailed } from '../../src/lean/transport.ts';
import type { WorkerProgress } from '../../src/lean/workers.ts';
import type { Engine } from '../engine.ts';
import type { Preparation } from '../workbench.ts';

export type OpenEngine = (
  onProgress: (progress: WorkerProgress) => void,
  signal: AbortSignal,
) => Promise<Engine | StartFailed>;

/** Opens the engine behind the screen, and can be asked meanwhile how far that is. */
export class EngineHolder {
  readonly #open: OpenEngine;
  readonly #onChange: () => void;
  #opening: Promise<Engine | StartFailed> | null = null;
  #engine: Engine | null = null;
  #preparation: Preparation | null = null;
  #stopWatching: () => void = () => {};
  readonly #leaving = new AbortController();

  constructor(open: OpenEngine, onChange: () => void) {
    this.#open = open;
    this.#onChange = onChange;
  }

  /** The engine, opened when first asked for. A failure is kept for the screen and tried again at the next call. */
  get(): Promise<Engine | StartFailed> {
    this.#opening ??= this.#begin();
    return this.#opening;
  }

  get engine(): Engine | null {
    return this.#engine;
  }

  get preparation(): Preparation | null {
    return this.#preparation;
  }

  health(): readonly WorkerHealth[] {
    return this.#engine?.pool.health() ?? [];
  }

  async close(): Promise<void> {
    // Who leaves while Lean is being prepared does not wait for it.
    this.#leaving.abort();
    this.#stopWatching();
    const engine = await this.#opening;
    if (engine?.kind === 'engine') await engine.close();
  }

  async #begin(): Promise<Engine | StartFailed> {
    const begun = performance.now();
    this.#show({ phase: 'start', text: 'starting Lean', fraction: null, elapsedMs: 0, status: 'running' });
    const opened = await this.#open((progress) => this.#show({ ...progress, status: 'running' }), this.#leaving.signal);
    const elapsedMs = Math.round(performance.now() - begun);
    if (opened.kind === 'startFailed') {
      this.#opening = null;
      const failure = { message: opened.message, remedy: opened.detail };
      this.#show({
        phase: opened.category,
        text: 'Lean could not be started',
        fraction: null,
        elapsedMs,
        status: 'failed',
        failure,
      });
      return opened;
    }
    this.#engine = opened;
    if (!this.#leaving.signal.aborted) this.#stopWatching = opened.pool.subscribe(this.#onChange);
    this.#show({ phase: 'ready', text: `${opened.toolchain} is ready`, fraction: 1, elapsedMs, status: 'ready' });
    return opened;
  }

  #show(preparation: Preparation): void {
    this.#preparation = preparation;
    this.#onChange();
  }
}
