import { createHash } from 'node:crypto';
import { z } from 'zod';

const width = z.int().min(1);

/** Built in: features of the text itself. */
const ngramIdentitySchema = z.object({
  kind: z.literal('ngram'),
  /** As it was asked for: `ngram`, `ngram:2048`. */
  name: z.string(),
  width,
  /** Changes with every change of what is counted. */
  features: z.string(),
});

const served = {
  /** Profile, or kind, that was asked for. */
  name: z.string(),
  width,
  /** Where it was; no part of what it is. */
  url: z.string(),
  model: z.string(),
  /** Null when the server does not tell. */
  weightVersion: z.string().nullable(),
  /** Kind of the server, which decides how a text becomes one vector: `sglang`, `llama-server`. */
  server: z.string(),
  /** Tokens of the longest text; null when the server does not tell. What is longer is cut, or fails. */
  contextLength: z.int().nullable(),
} as const;
const sglangIdentitySchema = z.object({ kind: z.literal('sglang'), ...served });
const openaiIdentitySchema = z.object({ kind: z.literal('openai'), ...served });

/** Vectors that came from elsewhere with `ebm import`: nobody here can make more of them. */
const importedIdentitySchema = z.object({
  kind: z.literal('imported'),
  /** `imported:<name>@<beginning of the source>`. */
  name: z.string(),
  width,
  /** SHA-256 of the file that they came from. */
  source: z.string(),
});

/** What made a vector. Two vectors compare only when their encoders have one fingerprint. */
export const encoderIdentitySchema = z.discriminatedUnion('kind', [
  ngramIdentitySchema,
  sglangIdentitySchema,
  openaiIdentitySchema,
  importedIdentitySchema,
]);
export type EncoderIdentity = Readonly<z.infer<typeof encoderIdentitySchema>>;
export type NgramIdentity = Readonly<z.infer<typeof ngramIdentitySchema>>;
export type ServedIdentity = Readonly<z.infer<typeof sglangIdentitySchema> | z.infer<typeof openaiIdentitySchema>>;

/** SHA-256, in hex, over everything that changes vectors. The address and the profile's name are not among it. */
export function encoderFingerprint(identity: EncoderIdentity): string {
  return createHash('sha256')
    .update(JSON.stringify(essence(identity)))
    .digest('hex');
}

function essence(identity: EncoderIdentity): readonly unknown[] {
  switch (identity.kind) {
    case 'ngram':
      return ['ngram', identity.features, identity.width];
    case 'sglang':
    case 'openai':
      return [
        identity.kind,
        identity.server,
        identity.model,
        identity.weightVersion,
        identity.width,
        identity.contextLength,
      ];
    case 'imported':
      return ['imported', identity.source, identity.width];
  }
}

/** `ngram, 1024 numbers` or `sglang model at url, 4096 numbers`: for messages. */
export function describeEncoder(identity: EncoderIdentity): string {
  const numbers = `${identity.width} numbers`;
  switch (identity.kind) {
    case 'ngram':
      return `ngram (${identity.features}), ${numbers}`;
    case 'sglang':
    case 'openai': {
      const version = identity.weightVersion === null ? '' : `, weights ${identity.weightVersion}`;
      return `${identity.model} on ${identity.server} at ${identity.url}${version}, ${numbers}`;
    }
    case 'imported':
      return `${identity.name} (from ${identity.source.slice(0, 12)}), ${numbers}`;
  }
}
