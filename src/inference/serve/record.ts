import { z } from 'zod';
import { serveSettingsSchema } from './settings.ts';

const moment = z.string();

/** The process of a server that we started. */
const processSchema = z.object({
  identity: z.object({
    pid: z.int(),
    host: z.string(),
    startTicks: z.number().nullable(),
    boot: z.string().nullable(),
  }),
  /** Program and arguments; they hold no key. */
  argv: z.array(z.string()),
  startedAt: moment,
  /** When it first did its work; null while it loads. */
  readyAt: moment.nullable(),
  /** Name of its log, beside the record. */
  log: z.string(),
  /** GPUs that it may use, by number; null where that is not known. */
  gpus: z.array(z.int()).nullable(),
  settings: serveSettingsSchema,
});

/** What is kept of a server on disk: how to find it, and what was done to it that it does not tell itself. */
export const serverRecordSchema = z.object({
  version: z.literal(1),
  name: z.string(),
  url: z.string(),
  mode: z.enum(['generate', 'embed']).nullable(),
  /** Null for a server that somebody else started. */
  process: processSchema.nullable(),
  /** Generation is paused, by us; no server tells that it is. */
  paused: z.object({ since: moment, why: z.string() }).nullable(),
  /** Memory is released; nothing may be asked of it but to resume. */
  released: z
    .object({
      since: moment,
      /** What is still to be taken back. */
      tags: z.array(z.enum(['kv_cache', 'weights'])),
      model: z.string(),
      weightVersion: z.string().nullable(),
      /** Their memory is back, and nothing in it yet. */
      weightsLost: z.boolean().default(false),
    })
    .nullable(),
});
export type ServerRecord = Readonly<z.infer<typeof serverRecordSchema>>;
export type ServerProcess = NonNullable<ServerRecord['process']>;
