import { z } from 'zod';

const share = z.number().min(0).max(1);

/** How a head is trained. */
export const trainingConfigSchema = z.object({
  steps: z.int().min(1).default(2000),
  batchSize: z.int().min(1).default(128),
  /** Negatives for each positive. */
  negatives: z.int().min(1).max(4096).default(7),
  /** Highest learning rate: reached after the warm-up, then down to 0 along a cosine. */
  lr: z.number().positive().default(3e-4),
  /** Steps of the linear warm-up; null = a tenth of the steps, at most 1000. */
  warmup: z.int().min(0).nullable().default(null),
  weightDecay: z.number().min(0).default(0.01),
  /** Largest norm of all gradients together. */
  clip: z.number().positive().default(1),
  /** Weights of the losses in their sum. */
  infoNce: z.number().min(0).default(0),
  marginRanking: z.number().min(0).default(1),
  depthRegression: z.number().min(0).default(0.3),
  margin: z.number().positive().default(1),
  /** Shares of the negatives: siblings, and other states of the theorem; the rest is of other theorems. */
  hard: share.default(0.6),
  medium: share.default(0.3),
  unprovedAsEasy: z.boolean().default(false),
  /** Share of theorems that are kept for validation. */
  validationShare: z.number().min(0).max(0.9).default(0.1),
  /** Shares of negatives in validation: what searches meet with. */
  validationHard: share.default(0.1),
  validationMedium: share.default(0.3),
  /** Batches of a validation pass, and of the last one. */
  validationBatches: z.int().min(1).default(8),
  finalValidationBatches: z.int().min(1).default(40),
  /** Validation passes without a better one before training stops; 0 = never. */
  patience: z.int().min(0).default(10),
  /** Steps between log lines, validation passes, and checkpoints. */
  logEvery: z.int().min(1).default(50),
  validateEvery: z.int().min(1).default(100),
  checkpointEvery: z.int().min(1).default(500),
  /** Shares of skipped steps that are warned about, and that end the training. */
  skippedWarning: share.default(0.1),
  skippedError: share.default(0.5),
  seed: z.int().min(0).default(0),
});
export type TrainingConfig = Readonly<z.infer<typeof trainingConfigSchema>>;
