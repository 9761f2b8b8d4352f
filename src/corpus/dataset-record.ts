import { z } from 'zod';
import { theoremsOfLeanFile } from './lean-file.ts';
import { readPreamble, underOpens } from './preamble.ts';
import type { Theorem } from './theorem-list.ts';

export type DatasetRecord =
  | {
      readonly kind: 'theorem';
      readonly theorem: Theorem;
      readonly split?: string;
      readonly imports: readonly string[];
    }
  /** A record of the right shape that holds no single statement. */
  | { readonly kind: 'unusable'; readonly name: string; readonly message: string }
  | { readonly kind: 'malformed'; readonly message: string };

const text = z.string().min(1);
const label = z.union([z.string().min(1), z.number()]).transform(String);

/** The fields that theorem indexes and the usual datasets have. */
const recordSchema = z.object({
  name: label.nullish(),
  problem_id: label.nullish(),
  theorem_name: label.nullish(),
  id: label.nullish(),
  statement: text.nullish(),
  formal_statement: text.nullish(),
  lean4_code: text.nullish(),
  /** Imports and `open` lines that stand before `formal_statement`. */
  header: z.string().nullish(),
  split: text.nullish(),
  source: text.nullish(),
  file_path: z.string().nullish(),
  line_number: z.number().nullish(),
});

/** Reads one record of a theorem index or of a dataset. `place` is for a record without a name. */
export function theoremOfRecord(value: unknown, place: string): DatasetRecord {
  const parsed = recordSchema.safeParse(value);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    return { kind: 'malformed', message: `${issue?.path.join('.') || 'it'}: ${issue?.message}` };
  }
  const record = parsed.data;
  const given = record.name ?? record.problem_id ?? record.theorem_name ?? record.id ?? null;
  const stated = statementOf(record);
  if (stated === null)
    return { kind: 'malformed', message: 'it has no "statement", "formal_statement" or "lean4_code"' };
  const name = given ?? stated.name;
  if (stated.message !== undefined) return { kind: 'unusable', name: name ?? place, message: stated.message };
  if (name === null) return { kind: 'malformed', message: 'it has no "name"' };
  return {
    kind: 'theorem',
    theorem: {
      name,
      statement: stated.statement,
      ...(record.source != null && { source: record.source }),
      ...(record.file_path != null && { file_path: record.file_path }),
      ...(record.line_number != null && { line_number: record.line_number }),
    },
    ...(record.split != null && { split: record.split }),
    imports: stated.imports,
  };
}

interface Stated {
  readonly name: string | null;
  readonly statement: string;
  readonly imports: readonly string[];
  /** Why it is no single statement. */
  readonly message?: string;
}

function statementOf(record: z.infer<typeof recordSchema>): Stated | null {
  const { statement, formal_statement: formal, lean4_code: code } = record;
  const header = record.header ?? '';
  if (formal != null) return fromLean(header, formal);
  if (code != null) return fromLean(header, code);
  return statement == null ? null : fromLean(header, statement);
}

/** A whole theorem, or a bare statement, under a header. */
function fromLean(header: string, body: string): Stated {
  if (!/(?:^|\n)\s*(?:@\[[^\]]*\]\s*)?(?:private\s+|protected\s+)?(?:theorem|lemma|example)\s/.test(body)) {
    const preamble = readPreamble(header.split('\n'));
    if (preamble.kind === 'refused')
      return unusable(`"${preamble.line}" in its header cannot be applied to a statement`);
    return { name: null, statement: underOpens(preamble.opens, body), imports: preamble.imports };
  }
  const read = theoremsOfLeanFile(`${header}\n${body}`);
  if (read.kind === 'unreadable') return unusable(read.message);
  const [first, second] = read.theorems;
  if (first === undefined || second !== undefined)
    return unusable(`its text holds ${read.theorems.length} theorems, and one is expected`);
  return { name: first.name, statement: first.statement, imports: read.imports };
}

const unusable = (message: string): Stated => ({ name: null, statement: '', imports: [], message });
