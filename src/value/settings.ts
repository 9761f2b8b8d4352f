import { z } from 'zod';
import { type HeadConfig, headConfigSchema } from './head/config.ts';
import { type TrainingConfig, trainingConfigSchema } from './train/config.ts';

const { shape: head } = headConfigSchema;
const { shape: training } = trainingConfigSchema;

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
  variant: head.variant,
  hidden: head.hidden,
  dropout: head.dropout,
  spectral_norm: head.spectralNorm,
  /** Logarithm of the temperature of InfoNCE at the start. */
  log_temperature: z.number().default(0),
  steps: training.steps,
  batch_size: training.batchSize,
  /** Negatives for each positive. */
  k_negatives: training.negatives,
  lr: training.lr,
  /** Steps of the warm-up; -1 = a tenth of all, at most 1000. */
  warmup: z.int().min(-1).default(-1),
  weight_decay: training.weightDecay,
  clip: training.clip,
  /** The contrastive loss; `mixed` = both, evenly. */
  loss_type: z.enum(['info_nce', 'margin_ranking', 'mixed']).default('margin_ranking'),
  margin: training.margin,
  /** Weight of the depth regression beside the contrastive loss; 0 = none. */
  depth_weight: training.depthRegression,
  hard_ratio: training.hard,
  medium_ratio: training.medium,
  unproved_as_easy: training.unprovedAsEasy,
  validation_share: training.validationShare,
  val_batches: training.validationBatches,
  final_val_batches: training.finalValidationBatches,
  final_val_hard_ratio: training.validationHard,
  final_val_medium_ratio: training.validationMedium,
  early_stop: training.patience,
  log_every: training.logEvery,
  validate_every: training.validateEvery,
  checkpoint_every: training.checkpointEvery,
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
