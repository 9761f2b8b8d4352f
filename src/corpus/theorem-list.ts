import { readFile } from 'node:fs/promises';
import { z } from 'zod';

/** One theorem to be proved. `statement` is a closed proposition, or a pretty-printed goal (`h : T` lines, then `⊢ target`). */
export const theoremSchema = z.object({
  name: z.string().min(1),
  statement: z.string().min(1),
  source: z.string().optional(),
  file_path: z.string().optional(),
  line_number: z.number().optional(),
});
export type Theorem = Readonly<z.infer<typeof theoremSchema>>;

const listSchema = z.object({ theorems: z.array(theoremSchema), preamble: z.string().optional() });

export type TheoremListResult =
  | { readonly kind: 'list'; readonly theorems: readonly Theorem[] }
  | { readonly kind: 'unreadable'; readonly message: string };

/** Reads a theorem index: `{"theorems": [{"name", "statement", "source"?}]}`, or the bare array. */
export async function readTheoremList(path: string): Promise<TheoremListResult> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    return { kind: 'unreadable', message: `the theorem list ${path} cannot be read: ${(error as Error).message}` };
  }
  return parseTheoremList(text, path);
}

/** The same for text already read; `path` is only for messages. */
export function parseTheoremList(text: string, path: string): TheoremListResult {
  const unreadable = (why: string): TheoremListResult => ({
    kind: 'unreadable',
    message: `${path} is no theorem list: ${why}; expected {"theorems": [{"name": …, "statement": …}]}`,
  });
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    return unreadable((error as Error).message);
  }
  const parsed = listSchema.safeParse(Array.isArray(json) ? { theorems: json } : json);
  if (!parsed.success) return unreadable(firstIssue(parsed.error));
  const seen = new Set<string>();
  for (const { name } of parsed.data.theorems) {
    if (seen.has(name)) return unreadable(`the name "${name}" stands twice`);
    seen.add(name);
  }
  return { kind: 'list', theorems: parsed.data.theorems };
}

function firstIssue(error: z.ZodError): string {
  const issue = error.issues[0];
  return issue ? `${issue.path.join('.') || 'the top level'}: ${issue.message}` : 'it does not fit';
}
