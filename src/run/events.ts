import { z } from 'zod';
import { jobOutcomeSchema } from './outcome.ts';

/*
 * The log of a run (`events.jsonl` in its folder): one JSON object per line, {"seq":n,"t":ms since the run was created,"kind":…}.
 * One process writes it; everybody who watches reads it. Which jobs there are follows from the manifest (plan.ts).
 */

const job = z.string();

export const runEventSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('run.opened'),
    id: z.string(),
    createdAt: z.iso.datetime(),
    format: z.int().min(1),
    /** Version of proofdeck. */
    program: z.string(),
  }),
  /** A process goes on with the run; jobs that had been started and not ended wait again. */
  z.object({ kind: z.literal('run.resumed'), at: z.iso.datetime(), format: z.int().min(1), program: z.string() }),
  /** Lean and the provider answer; from here on jobs are taken. */
  z.object({
    kind: z.literal('run.ready'),
    toolchain: z.string(),
    workers: z.int().min(0),
    concurrency: z.int().min(1),
  }),
  z.object({ kind: z.literal('job.started'), job }),
  z.object({ kind: z.literal('job.ended'), job, outcome: jobOutcomeSchema }),
  /** Left unfinished; it will be done again from its beginning. */
  z.object({ kind: z.literal('job.returned'), job, reason: z.string() }),
  /** A part of the trajectories is in its place, with the rows of these jobs. `series`: which of the run's tables it belongs to. */
  z.object({
    kind: z.literal('part.written'),
    series: z.enum(['main', 'noisy']),
    /** Below the run's folder, and nowhere else: logs come from other machines too. */
    file: z.string().regex(/^trajectories\/[\w-]+\.parquet$/),
    jobs: z.array(job),
    rows: z.int().min(0),
  }),
  z.object({
    kind: z.literal('run.paused'),
    by: z.enum(['user', 'disk', 'provider', 'value']),
    message: z.string().optional(),
  }),
  z.object({ kind: z.literal('run.continued') }),
  /** `afterCurrent`: what is in flight is finished first. */
  z.object({ kind: z.literal('run.stopping'), by: z.string(), how: z.enum(['afterCurrent', 'now']) }),
  z.object({ kind: z.literal('priority.changed'), theorem: z.string(), priority: z.number() }),
  z.object({
    kind: z.literal('run.warned'),
    about: z.enum(['disk', 'provider', 'candidates', 'lean', 'notify', 'storage']),
    message: z.string(),
  }),
  z.object({ kind: z.literal('run.ended'), status: z.enum(['finished', 'stopped', 'failed']), reason: z.string() }),
]);
export type RunEvent = Readonly<z.infer<typeof runEventSchema>>;

export interface LoggedRunEvent {
  readonly seq: number;
  /** Milliseconds since the run was created. */
  readonly t: number;
  readonly event: RunEvent;
}

/** Format of the lines that this version writes. */
export const runLogFormat = 1;

/** The line of the log for an event, without its newline. */
export function encodeRunEvent({ seq, t, event }: LoggedRunEvent): string {
  return JSON.stringify({ seq, t, ...event });
}

export type DecodedRunEvent =
  | { readonly kind: 'event'; readonly logged: LoggedRunEvent }
  | { readonly kind: 'invalid'; readonly message: string };

const placeSchema = z.object({ seq: z.int().min(1), t: z.number().min(0) });
const formatSchema = z.object({ format: z.int() });

/** Reads one line of a run's log, checked in full. */
export function decodeRunEvent(line: string): DecodedRunEvent {
  let json: unknown;
  try {
    json = JSON.parse(line);
  } catch {
    return { kind: 'invalid', message: `not JSON: ${line.slice(0, 60)}` };
  }
  const format = formatSchema.safeParse(json);
  if (format.success && format.data.format > runLogFormat) {
    const message = `written by a newer proofdeck (run format ${format.data.format}, this one knows up to ${runLogFormat}): update proofdeck`;
    return { kind: 'invalid', message };
  }
  const place = placeSchema.safeParse(json);
  if (!place.success) return { kind: 'invalid', message: `no "seq" and "t" in ${line.slice(0, 60)}` };
  const event = runEventSchema.safeParse(json);
  if (!event.success)
    return { kind: 'invalid', message: `event ${place.data.seq} is not valid: ${z.prettifyError(event.error)}` };
  return { kind: 'event', logged: { ...place.data, event: event.data } };
}
