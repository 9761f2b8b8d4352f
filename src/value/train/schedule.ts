import type { TrainingConfig } from './config.ts';

const longestWarmup = 1000;

/** Steps of the warm-up: as configured, else a tenth of all. */
export function warmupSteps({ steps, warmup }: Pick<TrainingConfig, 'steps' | 'warmup'>): number {
  return warmup ?? Math.min(longestWarmup, Math.ceil(steps / 10));
}

/**
 * The learning rate of a step: a line up to the highest one in the warm-up, then a cosine down to 0 at the last step.
 * @param step from 0
 */
export function learningRate(config: Pick<TrainingConfig, 'steps' | 'warmup' | 'lr'>, step: number): number {
  const warmup = warmupSteps(config);
  if (step < warmup) return (config.lr * (step + 1)) / warmup;
  const share = (step - warmup) / Math.max(1, config.steps - warmup);
  return (config.lr * (1 + Math.cos(Math.PI * Math.min(1, share)))) / 2;
}
