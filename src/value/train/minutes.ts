import type { TrainingConfig } from './config.ts';
import type { HealthKind, Measures, TrainingEvent } from './events.ts';
import { healthWarnings } from './health.ts';
import { meanOf, measureRanking } from './measures.ts';
import { learningRate } from './schedule.ts';
import type { StepResult } from './trainer.ts';

/** Keeps what steps came to, and tells it now and then: a log line with means, and warnings when they begin and end. */
export class Minutes {
  readonly #config: TrainingConfig;
  readonly #onEvent: (event: TrainingEvent) => void;
  #measures: Measures[] = [];
  #norms: number[] = [];
  #skipped = 0;
  #first = 0;
  #last = 0;
  #beganMs = 0;
  #lineMs = 0;
  readonly #warned = new Set<HealthKind>();

  constructor(config: TrainingConfig, onEvent: (event: TrainingEvent) => void) {
    this.#config = config;
    this.#onEvent = onEvent;
  }

  /**
   * @param step that comes first
   * @param skipped steps before it that were left out
   */
  begin(step: number, skipped: number): void {
    this.#skipped = skipped;
    this.#first = step;
    this.#last = step;
    this.#beganMs = performance.now();
    this.#lineMs = this.#beganMs;
  }

  /** Notes a step that was done, or left out. */
  step(step: number, result: StepResult | null, temperature: number | null): void {
    const { logEvery, negatives, margin, steps } = this.#config;
    if (result === null) this.#skipped += 1;
    else {
      const { loss, contrastive, depth, energies } = result;
      const present = new Float32Array(energies.length).fill(1);
      this.#measures.push({
        loss,
        contrastive,
        depth,
        ...measureRanking({ energies, negatives, present, margin }),
      });
      this.#norms.push(result.gradNorm);
    }
    if ((step + 1) % logEvery === 0 || step + 1 === steps) this.#tell(step + 1, temperature);
  }

  #tell(step: number, temperature: number | null): void {
    const { batchSize, negatives, steps } = this.#config;
    const now = performance.now();
    const measures = meanOf(this.#measures);
    const gradNorm = this.#norms.reduce((sum, norm) => sum + norm, 0) / Math.max(1, this.#norms.length);
    const stepsPerSecond = (1000 * (step - this.#last)) / Math.max(1, now - this.#lineMs);
    const msPerStep = (now - this.#beganMs) / Math.max(1, step - this.#first);
    if (this.#measures.length > 0)
      this.#onEvent({
        kind: 'step.logged',
        step,
        steps,
        ...measures,
        lr: learningRate(this.#config, step - 1),
        gradNorm,
        temperature,
        stepsPerSecond,
        statesPerSecond: stepsPerSecond * batchSize * (1 + negatives),
        skipped: this.#skipped,
        etaMs: Math.round(msPerStep * (steps - step)),
      });
    this.#warn(step, measures, gradNorm);
    this.#measures = [];
    this.#norms = [];
    this.#last = step;
    this.#lineMs = now;
  }

  #warn(step: number, measures: Measures, gradNorm: number): void {
    const nothingDone = this.#measures.length === 0;
    const all = healthWarnings({
      ...measures,
      ...(nothingDone && { loss: Number.NaN }),
      gradNorm,
      usesMargin: this.#config.marginRanking > 0 && this.#config.infoNce === 0,
      skippedShare: this.#skipped / Math.max(1, step),
      skippedLimit: this.#config.skippedWarning,
    });
    // Without a step there is nothing else to judge.
    const warnings = nothingDone ? all.filter(({ health }) => health === 'diverged' || health === 'skipped') : all;
    const now = new Set(warnings.map(({ health }) => health));
    for (const { health, message } of warnings)
      if (!this.#warned.has(health)) this.#onEvent({ kind: 'warning', step, health, message });
    for (const health of this.#warned) if (!now.has(health)) this.#onEvent({ kind: 'recovered', step, health });
    this.#warned.clear();
    for (const health of now) this.#warned.add(health);
  }
}
