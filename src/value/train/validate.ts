import type { Batch } from '../data/batch.ts';
import { Sampler } from '../data/sample.ts';
import type { TrainingSet } from '../data/training-set.ts';
import type { HeadVariant } from '../head/config.ts';
import type { OnnxFailed } from '../onnx/worker.ts';
import type { TrainingConfig } from './config.ts';
import type { Measures, Validated } from './events.ts';
import { meanOf, measureLosses, measureRanking } from './measures.ts';
import { presentOf, rowIndices, validationRng } from './step-inputs.ts';
import type { HeadTrainer } from './trainer.ts';
import type { TableRows } from './vector-table.ts';

export type ChoiceMeasure = NonNullable<Validated['choice']>;

export type ValidationResult =
  | { readonly kind: 'measured'; readonly measures: Measures; readonly choice: ChoiceMeasure | null }
  | OnnxFailed;

/** Batches of choices in a pass; so many that their rate is steady, and no more. */
const choiceBatches = 4;

/** Measures a head on theorems that it is not trained on: the same samples in every pass. */
export class Validator {
  readonly #set: TrainingSet;
  readonly #config: TrainingConfig;
  readonly #rows: TableRows;
  readonly #variant: HeadVariant;
  readonly #sampler: Sampler;

  constructor(set: TrainingSet, rows: TableRows, config: TrainingConfig, variant: HeadVariant) {
    this.#set = set;
    this.#rows = rows;
    this.#config = config;
    this.#variant = variant;
    this.#sampler = new Sampler(set, {
      negatives: config.negatives,
      hard: config.validationHard,
      medium: config.validationMedium,
      unprovedAsEasy: config.unprovedAsEasy,
    });
  }

  /** Whether there is anything to measure on. */
  get canMeasure(): boolean {
    return this.#sampler.canSample;
  }

  async measure(trainer: HeadTrainer, batches: number, { ofBest = false } = {}): Promise<ValidationResult> {
    const { batchSize, seed } = this.#config;
    const all: Measures[] = [];
    for (let i = 0; i < batches; i++) {
      const batch = this.#sampler.sample(validationRng(seed, i), batchSize);
      const measured = await this.#measureBatch(trainer, batch, ofBest);
      if ('kind' in measured) return measured;
      all.push(measured.measures);
    }
    const choice = await this.#choice(trainer, ofBest);
    if (choice !== null && 'kind' in choice) return choice;
    return { kind: 'measured', measures: meanOf(all), choice };
  }

  async #choice(trainer: HeadTrainer, ofBest: boolean): Promise<ChoiceMeasure | null | OnnxFailed> {
    if (this.#sampler.groups === 0) return null;
    const { batchSize, seed } = this.#config;
    let [right, chance, groups] = [0, 0, 0];
    for (let i = 0; i < choiceBatches; i++) {
      const batch = this.#sampler.sampleGroups(validationRng(seed, i), batchSize);
      const measured = await this.#measureBatch(trainer, batch, ofBest);
      if ('kind' in measured) return measured;
      right += measured.measures.rank * batch.size;
      chance += chanceOf(batch, measured.present);
      groups += batch.size;
    }
    return { right: right / groups, chance: chance / groups, groups };
  }

  async #measureBatch(
    trainer: HeadTrainer,
    batch: Batch,
    ofBest: boolean,
  ): Promise<{ readonly measures: Measures; readonly present: Float32Array } | OnnxFailed> {
    const given = await trainer.energies(rowIndices(this.#set, this.#rows, this.#variant, batch), { ofBest });
    if (given.kind === 'onnxFailed') return given;
    const { margin, infoNce, marginRanking, depthRegression } = this.#config;
    const present = presentOf(batch);
    const groups = { energies: given.energies, negatives: batch.negatives, present, margin };
    const losses = measureLosses({
      ...groups,
      remaining: Float32Array.from(batch.remaining),
      logTemperature: (await trainer.logTemperature()) ?? 0,
      weights: { infoNce, marginRanking, depthRegression },
    });
    return { measures: { ...losses, ...measureRanking(groups) }, present };
  }
}

/** Sum over the groups of what a blind choice has for a chance. */
function chanceOf({ size, negatives }: Batch, present: Float32Array): number {
  let sum = 0;
  for (let g = 0; g < size; g++) {
    const row = present.subarray(g * (negatives + 1), (g + 1) * (negatives + 1));
    sum += 1 / row.reduce((count, one) => count + one, 0);
  }
  return sum;
}
