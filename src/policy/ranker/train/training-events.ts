import type { StepLogged, TrainingEvent, Validated } from '../../../value/train/events.ts';
import { measureLosses, measureRanking } from '../../../value/train/measures.ts';
import type { Judged } from './choose-blend.ts';
import { RIGHT } from './groups.ts';
import type { NetSettings } from './train-net.ts';

/** What some steps of a net came to: one value a step, and a row of energies for each of its states. */
export interface NetSteps {
  readonly loss: Float32Array;
  readonly contrastive: Float32Array;
  readonly depth: Float32Array;
  readonly gradNorm: Float32Array;
  readonly energies: Float32Array;
  /** 1 where an energy is that of a candidate. */
  readonly present: Float32Array;
  /** Learning rate of the last one. */
  readonly lr: number;
}

const margin = 1;
const mean = (values: Float32Array): number =>
  values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);

/** Tells of the training of a ranker in the events that energy heads log; steps are counted over all of its nets. */
export class RankerEvents {
  readonly #settings: NetSettings;
  readonly #all: number;
  readonly #onEvent: (event: TrainingEvent) => void;
  readonly #beganMs = performance.now();
  #lineMs = this.#beganMs;
  #step = 0;

  /** @param all steps of all nets */
  constructor(settings: NetSettings, all: number, onEvent: (event: TrainingEvent) => void) {
    this.#settings = settings;
    this.#all = all;
    this.#onEvent = onEvent;
  }

  /** A net has gone on by some steps. */
  steps({ loss, contrastive, depth, gradNorm, energies, present, lr }: NetSteps): void {
    const { negatives, batch } = this.#settings;
    const now = performance.now();
    this.#step += loss.length;
    const stepsPerSecond = (1000 * loss.length) / Math.max(1, now - this.#lineMs);
    this.#lineMs = now;
    const event: StepLogged = {
      kind: 'step.logged',
      step: this.#step,
      steps: this.#all,
      loss: mean(loss),
      contrastive: mean(contrastive),
      depth: mean(depth),
      ...measureRanking({ energies, negatives, present, margin }),
      lr,
      gradNorm: mean(gradNorm),
      temperature: null,
      stepsPerSecond,
      statesPerSecond: stepsPerSecond * batch * (1 + negatives),
      skipped: 0,
      etaMs: Math.round(((now - this.#beganMs) / this.#step) * (this.#all - this.#step)),
    };
    // Numbers that are none cannot be logged.
    if (Object.values(event).every((value) => typeof value !== 'number' || Number.isFinite(value)))
      this.#onEvent(event);
    else
      this.#onEvent({
        kind: 'warning',
        step: this.#step,
        health: 'diverged',
        message: 'loss or gradient is no number',
      });
  }

  /** What nets make of theorems that they have not seen: all candidates of a state, the best right one against those that are wrong. */
  judged(judged: readonly Judged[], isFinal: boolean): Validated | null {
    if (judged.length === 0) return null;
    const { energies, negatives, present, chance } = layOut(judged);
    const remaining = new Float32Array(judged.length).fill(-1);
    const weights = { infoNce: 1, marginRanking: 0, depthRegression: 0 };
    const groups = { energies, negatives, present, margin };
    const ranking = measureRanking(groups);
    const event: Validated = {
      kind: 'validated',
      step: this.#step,
      ...measureLosses({ ...groups, remaining, logTemperature: 0, weights }),
      ...ranking,
      best: isFinal,
      choice: { right: ranking.rank, chance, groups: judged.length },
      ...(isFinal && { final: true as const }),
    };
    this.#onEvent(event);
    return event;
  }
}

/** The right candidate with the least energy of each state, and behind it all that are not right. */
function layOut(judged: readonly Judged[]) {
  const negatives = Math.max(1, ...judged.map(({ group }) => group.pool.length - 1));
  const energies = new Float32Array(judged.length * (negatives + 1));
  const present = new Float32Array(energies.length);
  let chances = 0;
  for (const [g, { group, energy }] of judged.entries()) {
    const right = [...energy].filter((_, i) => group.labels[i] === RIGHT);
    const row = [Math.min(...right), ...[...energy].filter((_, i) => group.labels[i] !== RIGHT)];
    energies.set(row, g * (negatives + 1));
    present.fill(1, g * (negatives + 1), g * (negatives + 1) + row.length);
    chances += right.length / energy.length;
  }
  return { energies, negatives, present, chance: chances / judged.length };
}
