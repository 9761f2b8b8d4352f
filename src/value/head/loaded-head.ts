import { z } from 'zod';
import { encoderIdentitySchema } from '../encode/identity.ts';
import { type Spread, spreadSchema } from '../score/value-model.ts';
import { type HeadConfig, headConfigSchema } from './config.ts';

/** What every head file says it is. */
export const HEAD_FORMAT = 'ebm/1';

export const headEncoderSchema = z.object({ fingerprint: z.string(), identity: encoderIdentitySchema });
/** The encoder whose vectors a head was trained on. */
export type HeadEncoder = Readonly<z.infer<typeof headEncoderSchema>>;

export const headTrainingSchema = z.object({
  seed: z.int(),
  /** Step whose weights these are, and steps that were done. */
  step: z.int(),
  steps: z.int(),
  dataHash: z.string(),
  dataFiles: z.array(z.object({ name: z.string(), sha256: z.string() })),
  trainTheorems: z.int(),
  validationTheorems: z.int(),
  /** Marks of the theorems that were trained on (`theorem-marks.ts`); absent in files of before these were kept. */
  theorems: z.base64().optional(),
  config: z.record(z.string(), z.unknown()),
  program: z.string(),
});
/** How a head came about. No time and no path stands here: the same training gives the same file. */
export type HeadTraining = Readonly<z.infer<typeof headTrainingSchema>>;

export const headScaleSchema = z.object({ energy: spreadSchema.nullable(), logProb: spreadSchema.nullable() });
/** Energies of validation states, and log-probs of the steps in the training's trajectories. */
export interface HeadScale {
  readonly energy: Spread | null;
  readonly logProb: Spread | null;
}

export const headMetadataSchema = z.object({
  head: headConfigSchema,
  encoder: headEncoderSchema,
  training: headTrainingSchema.nullable(),
  scale: headScaleSchema,
});
export interface HeadMetadata {
  readonly head: HeadConfig;
  readonly encoder: HeadEncoder;
  /** Null for heads from elsewhere. */
  readonly training: HeadTraining | null;
  readonly scale: HeadScale;
}

/** A head file that has been read and checked. */
export interface LoadedHead extends HeadMetadata {
  readonly kind: 'head';
  readonly path: string;
  /** SHA-256 of the file. */
  readonly hash: string;
  readonly inputWidth: number;
  /** The file, for ONNX Runtime. */
  readonly model: Uint8Array<ArrayBuffer>;
}

/** Why a head cannot be used; the message names the file and the remedy. */
export interface HeadFailed {
  readonly kind: 'headFailed';
  readonly reason: /** There is no such file; it may have been renamed. */
    | 'missing'
    | 'unreadable'
    /** Cut, or changed: not a whole ONNX file. */
    | 'damaged'
    /** An ONNX file, and no head of ours. */
    | 'notAHead'
    /** Made by a later version. */
    | 'newer'
    /** Trained on the vectors of another encoder. */
    | 'encoderMismatch'
    | 'widthMismatch';
  readonly message: string;
}
