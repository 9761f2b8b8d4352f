import type { HealthKind, LoggedTrainingEvent, StepLogged, TrainingEvent, Validated } from './events.ts';

type Opened = Extract<TrainingEvent, { kind: 'training.opened' }>;
type Ended = Extract<TrainingEvent, { kind: 'training.ended' }>;

export interface Warning {
  readonly health: HealthKind;
  readonly message: string;
  /** Step at which it was first met with. */
  readonly since: number;
}

/** A training as its log tells it. */
export interface TrainingState {
  readonly opened: Opened | null;
  /** `training` from when every state has its vector; the first step is logged a while later. */
  readonly phase: 'opening' | 'encoding' | 'training' | 'ended';
  readonly encoded: { readonly done: number; readonly total: number } | null;
  /** All log lines and validation passes, oldest first; steps done again after a resumption stand once. */
  readonly steps: readonly StepLogged[];
  readonly validations: readonly Validated[];
  readonly best: Validated | null;
  /** What holds now. */
  readonly warnings: readonly Warning[];
  readonly checkpoint: number | null;
  readonly resumed: number;
  readonly ended: Ended | null;
  /** Milliseconds since the training was created, at the last event. */
  readonly atMs: number;
}

export const NO_TRAINING: TrainingState = {
  opened: null,
  phase: 'opening',
  encoded: null,
  steps: [],
  validations: [],
  best: null,
  warnings: [],
  checkpoint: null,
  resumed: 0,
  ended: null,
  atMs: 0,
};

/** The state after one more event. */
export function reduceTraining(state: TrainingState, { t, event }: LoggedTrainingEvent): TrainingState {
  return { ...reduceEvent(state, event), atMs: t };
}

function reduceEvent(state: TrainingState, event: TrainingEvent): TrainingState {
  switch (event.kind) {
    case 'training.opened':
      return { ...NO_TRAINING, opened: event };
    case 'training.resumed': {
      const validations = state.validations.filter(({ step }) => step <= event.step);
      return {
        ...state,
        phase: 'opening',
        steps: state.steps.filter(({ step }) => step <= event.step),
        validations,
        best: validations.findLast(({ best }) => best) ?? null,
        // The process that goes on warns anew of what holds.
        warnings: [],
        resumed: state.resumed + 1,
        ended: null,
      };
    }
    case 'encode.progress':
      return {
        ...state,
        phase: event.done < event.total ? 'encoding' : 'training',
        encoded: { done: event.done, total: event.total },
      };
    case 'step.logged':
      return { ...state, phase: 'training', steps: [...state.steps, event] };
    case 'validated':
      return {
        ...state,
        phase: 'training',
        validations: [...state.validations, event],
        best: event.best ? event : state.best,
      };
    case 'warning': {
      const others = state.warnings.filter(({ health }) => health !== event.health);
      const since = state.warnings.find(({ health }) => health === event.health)?.since ?? event.step;
      return { ...state, warnings: [...others, { health: event.health, message: event.message, since }] };
    }
    case 'recovered':
      return { ...state, warnings: state.warnings.filter(({ health }) => health !== event.health) };
    case 'checkpoint.saved':
      return { ...state, checkpoint: event.step };
    case 'training.ended':
      return { ...state, phase: 'ended', ended: event };
  }
}
