import type { LockHolder } from '../../src/storage/lock.ts';
import type { TrainingState } from '../../src/value/train/state.ts';

/*
 * Trainings as the workbench shows them. A training belongs to a process of its own; everything here is read from its folder.
 */

/** What is trained: the value model, or the small policy. */
export type TrainedKind = 'ebm' | 'ranker';

/** `interrupted`: not ended, and no process works on it. `unreadable`: `problem` says why. */
export type ShownTrainingStatus =
  | 'opening'
  | 'encoding'
  | 'training'
  | 'done'
  | 'stoppedEarly'
  | 'stopped'
  | 'failed'
  | 'interrupted'
  | 'unreadable';

/** A training in a list. */
export interface TrainingLine {
  /** `<kind>/<name>`: its folder below `models/`. */
  readonly id: string;
  readonly kind: TrainedKind;
  readonly name: string;
  readonly status: ShownTrainingStatus;
  readonly step: number;
  readonly steps: number;
  /** Best rank accuracy on validation theorems; null before the first validation. */
  readonly rank: number | null;
  readonly warnings: number;
  /** Ms since 1970 when it was last heard of. */
  readonly heardAt: number;
}

/** The training that is looked at. Another object after each change. */
export interface OpenTraining {
  readonly id: string;
  readonly kind: TrainedKind;
  readonly name: string;
  readonly status: ShownTrainingStatus;
  readonly state: TrainingState;
  /** The process that works on it now. */
  readonly holder: LockHolder | null;
  /** Ms since 1970 when it was last heard of, and when this was read. */
  readonly heardAt: number;
  readonly readAt: number;
  readonly problem: string | null;
}

/** What a person can do with trainings. Those without an id act on the one that is looked at. */
export type TrainingAction =
  /** Opens a training by its id, a beginning of its name, or `last`. */
  | { readonly kind: 'openTraining'; readonly training: string }
  /** Asks its process to save and to end. */
  | { readonly kind: 'stopTraining' };
