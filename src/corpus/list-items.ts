import { basename } from 'node:path';
import { z } from 'zod';
import { type DatasetRecord, theoremOfRecord } from './dataset-record.ts';
import { theoremsOfLeanFile } from './lean-file.ts';
import { readPreamble, underOpens } from './preamble.ts';
import type { Theorem } from './theorem-list.ts';

/** A theorem with what the list says about it besides. */
export interface ListItem {
  readonly theorem: Theorem;
  readonly split?: string;
  /** For messages: `item 3`, `line 12`. */
  readonly place: string;
}
export interface Skipped {
  readonly name: string;
  readonly message: string;
}

export type ItemsResult =
  | {
      readonly kind: 'items';
      readonly items: readonly ListItem[];
      readonly skipped: readonly Skipped[];
      readonly preamble: readonly string[];
      readonly imports: readonly string[];
      /** The hash that the list states of itself. */
      readonly stated: string | null;
    }
  | { readonly kind: 'unreadable'; readonly message: string };

const listSchema = z.object({
  theorems: z.array(z.unknown()),
  preamble: z.union([z.string(), z.array(z.string())]).default([]),
  sha256: z.string().optional(),
});

/** The items of a theorem list, a dataset or a Lean file, as they stand there. */
export function itemsOf(text: string, path: string): ItemsResult {
  if (path.endsWith('.lean')) return itemsOfLean(text);
  const whole = parseJson(text);
  if (whole.kind === 'json') return itemsOfDocument(whole.value, path);
  const lines = text.split('\n').map((line, i) => ({ line, place: `line ${i + 1}` }));
  const written = lines.filter(({ line }) => line.trim() !== '');
  if (written.length === 0) return notAList('it is empty');
  if (written.length === 1) return notAList(whole.message);
  const records: { value: unknown; place: string }[] = [];
  for (const { line, place } of written) {
    const parsed = parseJson(line);
    if (parsed.kind === 'unreadable') return notAList(`${place}: ${parsed.message}`);
    records.push({ value: parsed.value, place });
  }
  return itemsOfRecords(records, path, [], null);
}

function itemsOfDocument(value: unknown, path: string): ItemsResult {
  const isRecord = typeof value === 'object' && value !== null && !Array.isArray(value) && !('theorems' in value);
  const list = isRecord ? { theorems: [value] } : Array.isArray(value) ? { theorems: value } : value;
  const parsed = listSchema.safeParse(list);
  if (!parsed.success) return notAList(firstIssue(parsed.error));
  const { theorems, preamble, sha256 } = parsed.data;
  const lines = typeof preamble === 'string' ? preamble.split('\n') : preamble.flatMap((line) => line.split('\n'));
  const records = theorems.map((one, i) => ({ value: one, place: `item ${i + 1}` }));
  return itemsOfRecords(records, path, lines, sha256 ?? null);
}

function itemsOfRecords(
  records: readonly { readonly value: unknown; readonly place: string }[],
  path: string,
  lines: readonly string[],
  stated: string | null,
): ItemsResult {
  const preamble = readPreamble(lines);
  if (preamble.kind === 'refused')
    return {
      kind: 'unreadable',
      message: `has the line "${preamble.line}" in its preamble, which cannot be applied to single statements; only open, import and options of speed can. Write out in the statements what they need of it`,
    };
  const items: ListItem[] = [];
  const skipped: Skipped[] = [];
  const imports = new Set(preamble.imports);
  for (const { value, place } of records) {
    const read: DatasetRecord = theoremOfRecord(value, place);
    if (read.kind === 'malformed') return notAList(`${place}: ${read.message}`);
    if (read.kind === 'unusable') {
      skipped.push({ name: read.name, message: read.message });
      continue;
    }
    for (const module of read.imports) imports.add(module);
    const { theorem, split } = read;
    const source = theorem.source ?? (split === undefined ? undefined : `${stemOf(path)}-${split}`);
    items.push({
      theorem: {
        ...theorem,
        statement: underOpens(preamble.opens, theorem.statement),
        ...(source !== undefined && { source }),
      },
      ...(split !== undefined && { split }),
      place,
    });
  }
  return { kind: 'items', items, skipped, preamble: preamble.opens, imports: [...imports], stated };
}

function itemsOfLean(text: string): ItemsResult {
  const read = theoremsOfLeanFile(text);
  if (read.kind === 'unreadable') return { kind: 'unreadable', message: `: ${read.message}` };
  return {
    kind: 'items',
    items: read.theorems.map(({ name, statement, line }) => ({ theorem: { name, statement }, place: `line ${line}` })),
    skipped: [],
    preamble: read.preamble,
    imports: read.imports,
    stated: null,
  };
}

const stemOf = (path: string): string => basename(path).replace(/\.\w+$/, '');

function notAList(why: string): ItemsResult {
  return {
    kind: 'unreadable',
    message: `is no theorem list: ${why}; expected {"theorems": [{"name": …, "statement": …}]}, or JSON lines with "name" and "formal_statement"`,
  };
}

function parseJson(
  text: string,
): { readonly kind: 'json'; readonly value: unknown } | { readonly kind: 'unreadable'; readonly message: string } {
  try {
    return { kind: 'json', value: JSON.parse(text.replace(/^\uFEFF/, '')) };
  } catch (error) {
    return { kind: 'unreadable', message: (error as Error).message };
  }
}

function firstIssue(error: z.ZodError): string {
  const issue = error.issues[0];
  return issue ? `${issue.path.join('.') || 'the top level'}: ${issue.message}` : 'it does not fit';
}
