import type { StorageFailed } from '../../src/storage/failure.ts';
import type { LockHolder } from '../../src/storage/lock.ts';
import type { EncoderSource } from '../../src/value/encode/open.ts';
import type { HeadConfig } from '../../src/value/head/config.ts';
import type { DeviceChoice } from '../../src/value/onnx/worker.ts';
import type { TrainingConfig } from '../../src/value/train/config.ts';
import type { TrainingEvent } from '../../src/value/train/events.ts';
import type { TrainingState } from '../../src/value/train/state.ts';

/** What a new training is to be. */
export interface TrainingWish {
  readonly head: HeadConfig;
  readonly config: TrainingConfig;
  /** Name of the encoder. */
  readonly encoder: string;
  /** Trajectory files. */
  readonly paths: readonly string[];
  readonly configuration: Readonly<Record<string, unknown>>;
}

export interface TrainModelOptions {
  readonly name: string;
  readonly folder: string;
  /** Null to go on with what the folder's manifest says. */
  readonly wish: TrainingWish | null;
  readonly argv: readonly string[];
  /** Version of proofdeck. */
  readonly program: string;
  /** Threads of ONNX Runtime, 0 = one for each core, and where it computes. Null = as the training began. */
  readonly threads: number | null;
  readonly device: DeviceChoice | null;
  readonly encoders: EncoderSource;
  readonly onEvent: (event: TrainingEvent, state: TrainingState) => void;
  /** Saves a checkpoint and ends. */
  readonly signal: AbortSignal;
}

/** Another process took the model's folder while this one trained; what it wrote until then is the other's now. */
export interface TakenOver {
  readonly kind: 'takenOver';
  /** Names who did. */
  readonly message: string;
}

export type TrainingOutcome =
  | {
      readonly kind: 'ended';
      readonly state: TrainingState;
      /** The head and its hash; null when none was written. */
      readonly head: { readonly path: string; readonly hash: string } | null;
    }
  | { readonly kind: 'heldBy'; readonly holder: LockHolder }
  | TakenOver
  /** It cannot be begun as it was asked for. */
  | { readonly kind: 'refused'; readonly message: string }
  /** No proof, or nothing beside one, is in its data. */
  | { readonly kind: 'nothingToLearn'; readonly message: string }
  /** What it needs is not there. */
  | { readonly kind: 'unavailable'; readonly message: string }
  | StorageFailed;

/** How a training does not begin. */
export type NotBegun = Exclude<TrainingOutcome, { readonly kind: 'ended' }>;
