import { z } from 'zod';
import { type HeadConfig, headConfigSchema, headVariantSchema } from './head/config.ts';
import { type TrainingConfig, trainingConfigSchema } from './train/config.ts';

const share = z.number().min(0).max(1);

/** The value model in searches, and how one is trained: the section `[value]`. */
export const valueSettingsSchema = z.object({
  /** The value model of searches: its name, folder or file; empty = none. */
  model: z.string().default(''),
  /** Where heads are computed: `auto` takes CUDA where it works. */
  device: z.enum(['auto', 'cpu', 'cuda']).default('auto'),
  /** Threads of ONNX Runtime in training; 0 = one for each core that may be used. */
  threads: z.int().min(0).max(1024).default(0),
  /** What turns states into vectors for training. */
  encoder: z.string().min(1).default('ngram'),
  variant: headVariantSchema.default('state'),
  hidden: z.array(z.int().min(1).max(65_536)).max(16).default([2048, 1024, 512]),
  dropout: z.number().min(0).max(0.9).default(0.1),
  spectral_norm: z.boolean().default(false),
  /** Logarithm of the temperature of InfoNCE at the start. */
  log_temperature: z.number().default(0),
  steps: z.int().min(1).default(2000),
  batch_size: z.int().min(1).default(128),
  /** Negatives for each positive. */
  k_negatives: z.int().min(1).max(4096).default(7),
  lr: z.number().positive().default(3e-4),
  /** Steps of the warm-up; -1 = a tenth of all, at most 1000. */
  warmup: z.int().min(-1).default(-1),
  weight_decay: z.number().min(0).default(0.01),
  clip: z.number().positive().default(1),
  /** The contrastive loss; `mixed` = both, evenly. */
  loss_type: z.enum(['info_nce', 'margin_ranking', 'mixed']).default('margin_ranking'),
  margin: z.number().positive().default(1),
  /** Weight of the depth regression beside the contrastive loss; 0 = none. */
  depth_weight: z.number().min(0).default(0.3),
  hard_ratio: share.default(0.6),
  medium_ratio: share.default(0.3),
  unproved_as_easy: z.boolean().default(false),
  validation_share: z.number().min(0).max(0.9).default(0.1),
  val_batches: z.int().min(1).default(8),
  final_val_batches: z.int().min(1).default(40),
  final_val_hard_ratio: share.default(0.1),
  final_val_medium_ratio: share.default(0.3),
  early_stop: z.int().min(0).default(10),
  log_every: z.int().min(1).default(50),
  validate_every: z.int().min(1).default(100),
  checkpoint_every: z.int().min(1).default(500),
});
export type ValueSettings = Readonly<z.infer<typeof valueSettingsSchema>>;

/** The head that the settings ask for. */
export function headOf(settings: ValueSettings): HeadConfig {
  return headConfigSchema.parse({
    variant: settings.variant,
    hidden: settings.hidden,
    dropout: settings.dropout,
    spectralNorm: settings.spectral_norm,
    logTemperature: settings.loss_type === 'margin_ranking' ? null : settings.log_temperature,
  });
}

/** The training that the settings ask for. */
export function trainingOf(settings: ValueSettings, seed: number): TrainingConfig {
  const contrastive = {
    info_nce: { infoNce: 1, marginRanking: 0 },
    margin_ranking: { infoNce: 0, marginRanking: 1 },
    mixed: { infoNce: 0.5, marginRanking: 0.5 },
  }[settings.loss_type];
  return trainingConfigSchema.parse({
    ...contrastive,
    steps: settings.steps,
    batchSize: settings.batch_size,
    negatives: settings.k_negatives,
    lr: settings.lr,
    warmup: settings.warmup < 0 ? null : settings.warmup,
    weightDecay: settings.weight_decay,
    clip: settings.clip,
    depthRegression: settings.depth_weight,
    margin: settings.margin,
    hard: settings.hard_ratio,
    medium: settings.medium_ratio,
    unprovedAsEasy: settings.unproved_as_easy,
    validationShare: settings.validation_share,
    validationHard: settings.final_val_hard_ratio,
    validationMedium: settings.final_val_medium_ratio,
    validationBatches: settings.val_batches,
    finalValidationBatches: settings.final_val_batches,
    patience: settings.early_stop,
    logEvery: settings.log_every,
    validateEvery: settings.validate_every,
    checkpointEvery: settings.checkpoint_every,
    seed,
  });
}
