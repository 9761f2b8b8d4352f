import { z } from 'zod';
import { derivedEventSchema, inputEventSchema, type SearchEvent } from '../src/search/events.ts';
import { valueRecordSchema } from '../src/value/score/value-model.ts';
import { currentFormat, migrate } from './migrations.ts';

/*
 * The session log: one JSON object per line,
 *   {"seq":n,"t":ms since the session was created,"search":"s1","kind":…, the event's own fields}
 * `seq` counts the lines from 1. Lines without `search` belong to the session itself.
 */

const about = z.object({ search: z.string(), node: z.int().min(0).optional() });

/** What happens to a session outside its searches. */
export const sessionEventSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('session.opened'),
    id: z.string(),
    createdAt: z.iso.datetime(),
    /** Format of the lines that follow, until a `session.reopened` names another. */
    format: z.int().min(1),
    /** Version of proofdeck. */
    program: z.string(),
    toolchain: z.string().optional(),
    /** The value model that was loaded when the session began; left out for none. */
    value: valueRecordSchema.pick({ name: true, hash: true }).optional(),
  }),
  z.object({
    kind: z.literal('session.reopened'),
    at: z.iso.datetime(),
    format: z.int().min(1),
    program: z.string(),
    /** The writer that had to give way, when it was still there. */
    takenFrom: z.string().optional(),
  }),
  /** The writer left; `checksum` is the CRC-32 of all lines before this one. */
  z.object({ kind: z.literal('session.closed'), checksum: z.string() }),
  z.object({ kind: z.literal('note.added'), text: z.string(), about: about.optional() }),
  z.object({ kind: z.literal('prompt.entered'), line: z.string() }),
  z.object({ kind: z.literal('pin.changed'), about, on: z.boolean() }),
  z.object({ kind: z.literal('inspected'), name: z.string(), found: z.boolean() }),
]);
export type SessionEvent = Readonly<z.infer<typeof sessionEventSchema>>;

interface Logged {
  readonly seq: number;
  /** Milliseconds since the session was created. */
  readonly t: number;
}
export interface LoggedSearchEvent extends Logged {
  readonly search: string;
  readonly event: SearchEvent;
}
export interface LoggedSessionEvent extends Logged {
  readonly search: null;
  readonly event: SessionEvent;
}
export type LoggedEvent = LoggedSearchEvent | LoggedSessionEvent;

/** The line of the log for an event, without its newline. */
export function encodeRecord({ seq, t, search, event }: LoggedEvent): string {
  return JSON.stringify(search === null ? { seq, t, ...event } : { seq, t, search, ...event });
}

export type DecodeResult =
  | { readonly kind: 'record'; readonly record: LoggedEvent }
  | { readonly kind: 'invalid'; readonly message: string };

type Schema = z.ZodType<SearchEvent | SessionEvent>;
// Looking the schema up by kind and validating in full reads about 800,000 events a second; a lighter check gains nothing.
const searchSchemas = schemasByKind([...inputEventSchema.options, ...derivedEventSchema.options]);
const sessionSchemas = schemasByKind(sessionEventSchema.options);

function schemasByKind(
  options: readonly (Schema & { readonly shape: { readonly kind: z.ZodLiteral<string> } })[],
): ReadonlyMap<string, Schema> {
  return new Map(options.map((option) => [option.shape.kind.value, option]));
}

/** Reads the lines of one log in order, each checked in full; older formats are migrated line by line. */
export class RecordDecoder {
  #format = currentFormat;

  decode(line: string): DecodeResult {
    let json: unknown;
    try {
      json = JSON.parse(line);
    } catch {
      return invalid(`not JSON: ${excerpt(line)}`);
    }
    if (!isFields(json)) return invalid(`not an object: ${excerpt(line)}`);
    const { seq, t } = json;
    if (typeof seq !== 'number' || !Number.isInteger(seq)) return invalid(`no sequence number: ${excerpt(line)}`);
    if (typeof t !== 'number') return invalid(`no time in event ${seq}`);
    const { kind } = json;
    if ((kind === 'session.opened' || kind === 'session.reopened') && typeof json.format === 'number') {
      if (json.format > currentFormat)
        return invalid(
          `written by a newer proofdeck (log format ${json.format}, this one knows up to ${currentFormat}): update proofdeck`,
        );
      this.#format = json.format;
    }
    const fields = this.#format === currentFormat ? json : migrate(json, this.#format);
    const { search } = fields;
    const schemas = search === undefined ? sessionSchemas : searchSchemas;
    const schema = typeof fields.kind === 'string' ? schemas.get(fields.kind) : undefined;
    if (schema === undefined) return invalid(`event ${seq} has the unknown kind ${JSON.stringify(fields.kind)}`);
    const parsed = schema.safeParse(fields);
    if (!parsed.success)
      return invalid(`event ${seq} (${String(kind)}) is not valid: ${z.prettifyError(parsed.error)}`);
    if (search === undefined)
      return { kind: 'record', record: { seq, t, search: null, event: parsed.data as SessionEvent } };
    if (typeof search !== 'string') return invalid(`event ${seq} names its search by ${JSON.stringify(search)}`);
    return { kind: 'record', record: { seq, t, search, event: parsed.data as SearchEvent } };
  }
}

function isFields(json: unknown): json is Readonly<Record<string, unknown>> {
  return typeof json === 'object' && json !== null && !Array.isArray(json);
}

function invalid(message: string): DecodeResult {
  return { kind: 'invalid', message };
}

function excerpt(line: string): string {
  return JSON.stringify(line.length > 60 ? `${line.slice(0, 60)}…` : line);
}
