import { z } from 'zod';
import type { Goal } from '../../lean/goal.ts';

/** Mean and standard deviation of some numbers. */
export const spreadSchema = z.object({ mean: z.number(), std: z.number() });
export type Spread = Readonly<z.infer<typeof spreadSchema>>;

/** A proof state as a value model is shown it. */
export interface ValueState {
  readonly goals: readonly Goal[];
  /** The state at the root of the theorem's tree, for heads that compare with it. */
  readonly rootGoals: readonly Goal[];
  /** The state that the last tactic was applied to, for heads that look at the step; null at the root. */
  readonly parentGoals: readonly Goal[] | null;
  /** The tactics from the theorem to the state. */
  readonly path: readonly string[];
}

/** The same as texts: a state as `stateText` writes it, that of the theorem's root, and the tactic that led to the state. */
export interface StateTexts {
  readonly state: string;
  /** Null where it is not looked at. */
  readonly goal: string | null;
  /** Null at the root, and where it is not looked at. */
  readonly tactic: string | null;
}

/** What a value model is, as far as people and records want to know. */
export const valueModelAboutSchema = z.object({
  encoder: z.object({
    kind: z.string(),
    name: z.string(),
    width: z.int(),
    fingerprint: z.string(),
    /** Address and model of the server, where there is one. */
    url: z.string().optional(),
    model: z.string().optional(),
  }),
  head: z.object({ variant: z.string(), hidden: z.array(z.int()) }),
  /** What was found in training: energies of validation states, log-probs of the trajectories' steps; null where unknown. */
  scale: z.object({ energy: spreadSchema.nullable(), logProb: spreadSchema.nullable() }),
});
export type ValueModelAbout = Readonly<z.infer<typeof valueModelAboutSchema>>;

/** A value model as a search records it. */
export const valueRecordSchema = z.object({
  name: z.string(),
  /** SHA-256 of the head's file. */
  hash: z.string(),
  /** Where the head's file was; it may have moved since, its hash tells. */
  file: z.string().optional(),
  about: valueModelAboutSchema.optional(),
});
export type ValueRecord = Readonly<z.infer<typeof valueRecordSchema>>;

/** No energies could be had. `retriable`: asking again may help. */
export interface ValueFailed {
  readonly kind: 'valueFailed';
  readonly message: string;
  readonly retriable: boolean;
}

/** A state that the model cannot take, such as one too long for its encoder; the message says why. */
export interface Refused {
  readonly kind: 'refused';
  readonly message: string;
}

/** Energies in the order of the states, lower is better; each of them finite, or the reason why there is none. */
export type ScoreResult =
  | {
      readonly kind: 'scored';
      readonly energies: readonly (number | Refused)[];
      /** How many were known from before. */
      readonly cached: number;
    }
  | ValueFailed;

export interface ValueModelStatistics {
  /** Calls of `score`, and the states they asked about. */
  readonly calls: number;
  readonly states: number;
  /** States whose energy was known from before. */
  readonly cached: number;
  /** What went through encoder and head: batches, milliseconds in each. */
  readonly batches: number;
  readonly encodeMs: number;
  readonly headMs: number;
  readonly failures: number;
  /** States that wait to be scored. */
  readonly waiting: number;
}

/** Gives proof states an energy: how far they look from being proved. Many searches may share one. */
export interface ValueModel {
  readonly name: string;
  /** SHA-256 of the head's file. */
  readonly hash: string;
  /** The head's file; left out for models that are in no file. */
  readonly file?: string;
  readonly about: ValueModelAbout;
  /** @param options.fresh ask anew, even where the energy is known from before */
  score(
    states: readonly ValueState[],
    signal: AbortSignal,
    options?: { readonly fresh?: boolean },
  ): Promise<ScoreResult>;
  /** The same for states that are given as texts. */
  scoreTexts(texts: readonly StateTexts[], signal: AbortSignal): Promise<ScoreResult>;
  statistics(): ValueModelStatistics;
  close(): Promise<void>;
}

/** @example valueRecord(model) // what `search.opened` says of it */
export const valueRecord = ({
  name,
  hash,
  file,
  about,
}: Omit<ValueRecord, 'about'> & Pick<ValueModel, 'about'>): ValueRecord => ({
  name,
  hash,
  ...(file !== undefined && { file }),
  about,
});

/** Why there is no value model; the message names it and the remedy. */
export interface ValueModelUnavailable {
  readonly kind: 'missing' | 'damaged' | 'mismatched' | 'unreachable';
  readonly message: string;
}

export type OpenValueModelResult = { readonly kind: 'valueModel'; readonly model: ValueModel } | ValueModelUnavailable;
