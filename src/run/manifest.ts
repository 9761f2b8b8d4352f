import { z } from 'zod';
import { theoremSchema } from '../corpus/theorem-list.ts';
import { providerIdentitySchema } from '../policy/provider.ts';
import { searchSettingsSchema } from '../search/settings.ts';
import { valueRecordSchema } from '../value/score/value-model.ts';

/** A setting as it was resolved, and where it came from, in words. */
const originSchema = z.object({ value: z.unknown(), origin: z.string() });

/**
 * `manifest.json`: what a run is. Written once, before anything else; a resumed run follows it. Holds no secret. The
 * theorems are copied into `theorems.json`; the only files elsewhere that the run needs are those of `out` and `resumedFrom`.
 */
export const manifestSchema = z.object({
  schema: z.literal('proofdeck.manifest/1'),
  id: z.string(),
  command: z.enum(['search', 'eval']),
  /** What was typed, without the program. */
  argv: z.array(z.string()),
  createdAt: z.iso.datetime(),
  program: z.string(),
  gitCommit: z.string().nullable(),
  /** The theorem list: as it was named, how many, sha256 of `theorems.json`, and of the file that it came from (the benchmark's revision). */
  corpus: z.object({
    reference: z.string(),
    theorems: z.int().min(0),
    sha256: z.string(),
    revision: z.string(),
    /** Hash of the theorems of that list, as in `list@hash`; older manifests lack it. */
    list: z.string().optional(),
    preamble: z.array(z.string()),
  }),
  search: searchSettingsSchema,
  /** Expansions allowed, ascending; `search` has one. Smaller budgets are read off the search of the largest. */
  budgets: z.array(z.int().min(0)).min(1),
  /** Attempts for each theorem: the n of pass@n. Attempt k has seed + k − 1. */
  attempts: z.int().min(1),
  /** Temperature of a second search of each theorem, or null. */
  noisy: z.number().nullable(),
  canaries: z.boolean(),
  /** `url` and `model` are what was asked for; `identities` is who answered. */
  provider: z.object({
    name: z.string(),
    kind: z.string(),
    url: z.string().nullable(),
    model: z.string().nullable(),
    identities: z.array(providerIdentitySchema).optional(),
  }),
  value: valueRecordSchema.nullable(),
  lean: z.object({ kind: z.string(), toolchain: z.string(), imports: z.array(z.string()) }),
  /** Theorems of this Parquet file (absolute) were left out, and its rows are merged into `out`. */
  resumedFrom: z.object({ file: z.string(), theorems: z.int(), rows: z.int() }).nullable(),
  /** Where the trajectories (search) or the result document (eval) go besides the run's folder; absolute. */
  out: z.string().nullable(),
  concurrency: z.int().min(1),
  workers: z.int().min(0),
  cost: z.object({ perHour: z.number().min(0), gpus: z.int().min(0) }),
  notify: z.string().nullable(),
  /** Every setting by its whole key, with its origin; and the environment variables that were used. */
  configuration: z.record(z.string(), originSchema),
  environment: z.array(z.string()),
  host: z.object({
    name: z.string(),
    platform: z.string(),
    cpus: z.int(),
    memoryBytes: z.number(),
    gpus: z.array(z.string()),
  }),
});
export type Manifest = Readonly<z.infer<typeof manifestSchema>>;

/** `theorems.json`: the run's own copy of its theorem list. */
export const runTheoremsSchema = z.object({ theorems: z.array(theoremSchema) });

/** The model of a run: as it was asked for, else as those who answered name theirs; null for what has none. */
export function modelOf({ provider }: Pick<Manifest, 'provider'>): string | null {
  const served = (provider.identities ?? []).map(({ model, weightVersion }) =>
    weightVersion === null || weightVersion === 'default' ? model : `${model} (weights ${weightVersion})`,
  );
  return provider.model ?? (served.length === 0 ? null : served.join(' + '));
}
