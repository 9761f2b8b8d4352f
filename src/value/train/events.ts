import { z } from 'zod';
import { encoderIdentitySchema } from '../encode/identity.ts';
import { headConfigSchema } from '../head/config.ts';
import { trainingConfigSchema } from './config.ts';

/*
 * The log of a training (`events.jsonl` in the model's folder): one JSON object per line, {"seq":n,"t":ms since it was
 * created,"kind":…}. One process writes it; everybody who watches reads it.
 */

const step = z.int().min(0);

/** What was met with while training; `recovered` when it was so and is no more. */
export const healthKindSchema = z.enum([
  /** All states have about the same energy. */
  'modeCollapse',
  /** States on proofs have the higher energy. */
  'inverted',
  'negativesTooEasy',
  /** Energies of states on proofs above zero, and of others below. */
  'polarity',
  'diverged',
  /** Hardly any pair violates the margin: nothing is learned any more. */
  'deadGradient',
  /** Steps that could not be done. */
  'skipped',
  /** The data hold less than was asked for. */
  'data',
]);
export type HealthKind = z.infer<typeof healthKindSchema>;

const encoderSchema = z.object({ identity: encoderIdentitySchema, fingerprint: z.string() });

export const dataSummarySchema = z.object({
  files: z.int(),
  rows: z.int(),
  theorems: z.int(),
  /** Theorems with a proof: what is drawn from. */
  eligible: z.int(),
  states: z.int(),
  positives: z.int(),
  siblings: z.int(),
  sameTheorem: z.int(),
  unknown: z.int(),
  trainTheorems: z.int(),
  validationTheorems: z.int(),
  hash: z.string(),
});
export type DataSummary = Readonly<z.infer<typeof dataSummarySchema>>;

const measuresSchema = z.object({
  loss: z.number(),
  /** InfoNCE and margin ranking with their weights. */
  contrastive: z.number(),
  depth: z.number(),
  /** Mean energy of negatives minus that of positives. */
  gap: z.number(),
  /** Share of samples whose positive has the least energy of all. */
  rank: z.number(),
  /** Share of pairs in the right order. */
  pair: z.number(),
  /** Share of pairs within the margin. */
  active: z.number(),
  posEnergy: z.number(),
  negEnergy: z.number(),
  /** Of all energies of the batch. */
  std: z.number(),
});
export type Measures = Readonly<z.infer<typeof measuresSchema>>;

export const trainingStatusSchema = z.enum(['done', 'stoppedEarly', 'stopped', 'failed']);
export type TrainingStatus = z.infer<typeof trainingStatusSchema>;

export const trainingEventSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('training.opened'),
    name: z.string(),
    createdAt: z.iso.datetime(),
    format: z.int().min(1),
    /** Version of proofdeck. */
    program: z.string(),
    head: headConfigSchema,
    config: trainingConfigSchema,
    encoder: encoderSchema,
    data: dataSummarySchema,
    parameters: z.int(),
    threads: z.int(),
    device: z.enum(['cpu', 'cuda']),
  }),
  /** A process goes on from the checkpoint of this step; what was logged of later ones is done again. */
  z.object({ kind: z.literal('training.resumed'), at: z.iso.datetime(), program: z.string(), step }),
  z.object({ kind: z.literal('encode.progress'), done: z.int(), total: z.int() }),
  /** Means over the steps since the last such event. */
  z.object({
    kind: z.literal('step.logged'),
    step,
    steps: step,
    ...measuresSchema.shape,
    lr: z.number(),
    gradNorm: z.number(),
    temperature: z.number().nullable(),
    stepsPerSecond: z.number(),
    statesPerSecond: z.number(),
    /** Steps so far that could not be done. */
    skipped: z.int(),
    etaMs: z.number().nullable(),
  }),
  /** On theorems that are not trained on. `best`: no earlier one ranked better. `final`: the last pass, over more batches. */
  z.object({
    kind: z.literal('validated'),
    step,
    ...measuresSchema.shape,
    best: z.boolean(),
    /**
     * Choices of searches at which one child is on the proof: share in which it has the least energy of all children, and what
     * drawing lots would reach. Absent where there are none.
     */
    choice: z.object({ right: z.number(), chance: z.number(), groups: z.int() }).optional(),
    final: z.literal(true).optional(),
  }),
  z.object({ kind: z.literal('warning'), step, health: healthKindSchema, message: z.string() }),
  z.object({ kind: z.literal('recovered'), step, health: healthKindSchema }),
  z.object({ kind: z.literal('checkpoint.saved'), step, ms: z.number() }),
  z.object({
    kind: z.literal('training.ended'),
    status: trainingStatusSchema,
    reason: z.string(),
    step,
    /** The validation whose weights were kept, where there was one. */
    best: z.object({ step, rank: z.number(), gap: z.number() }).nullable(),
    /** The model, relative to its folder; null when none was written. */
    file: z.string().nullable(),
  }),
]);
export type TrainingEvent = Readonly<z.infer<typeof trainingEventSchema>>;
export type StepLogged = Extract<TrainingEvent, { kind: 'step.logged' }>;
export type Validated = Extract<TrainingEvent, { kind: 'validated' }>;

export interface LoggedTrainingEvent {
  readonly seq: number;
  /** Milliseconds since the training was created. */
  readonly t: number;
  readonly event: TrainingEvent;
}

/** Format of the lines that this version writes. */
export const trainingLogFormat = 1;

/** The line of the log for an event, without its newline. */
export function encodeTrainingEvent({ seq, t, event }: LoggedTrainingEvent): string {
  return JSON.stringify({ seq, t, ...event });
}

const placeSchema = z.object({ seq: z.int().min(1), t: z.number().min(0) });

/** Reads one line of a training's log; the text says what is wrong with it. */
export function decodeTrainingEvent(line: string): LoggedTrainingEvent | string {
  let json: unknown;
  try {
    json = JSON.parse(line);
  } catch {
    return 'not JSON';
  }
  const place = placeSchema.safeParse(json);
  if (!place.success) return z.prettifyError(place.error);
  const event = trainingEventSchema.safeParse(json);
  if (!event.success) return z.prettifyError(event.error);
  return { ...place.data, event: event.data };
}
