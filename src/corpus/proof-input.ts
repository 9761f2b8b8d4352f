import { z } from 'zod';

/** One finished proof to be judged: the statement it should prove, and a tactic list or whole text. */
export const submittedProofSchema = z.object({
  name: z.string().min(1),
  statement: z.string().min(1),
  proof: z.union([z.array(z.string()), z.string()]),
});
export type SubmittedProof = Readonly<z.infer<typeof submittedProofSchema>>;

export type ProofInputResult =
  | { readonly kind: 'proofs'; readonly proofs: readonly SubmittedProof[] }
  | { readonly kind: 'leanFile'; readonly source: string }
  | { readonly kind: 'unreadable'; readonly message: string };

/**
 * Reads what `check` is given: a JSON array, JSON lines, or else Lean source. Text is taken for JSON when its first sign
 * says so; a damaged line is an error that names it, never skipped.
 */
export function readProofs(text: string, where: string): ProofInputResult {
  const start = text.replace(/^\uFEFF/, '').trimStart();
  if (start === '') return { kind: 'unreadable', message: `${where} is empty` };
  if (start.startsWith('[')) return fromArray(start, where);
  if (start.startsWith('{')) return fromLines(start, where);
  return { kind: 'leanFile', source: text };
}

function fromArray(text: string, where: string): ProofInputResult {
  const parsed = parse(text);
  if (parsed.kind === 'unreadable') return { kind: 'unreadable', message: `${where} is no JSON: ${parsed.message}` };
  if (!Array.isArray(parsed.value)) return { kind: 'unreadable', message: `${where} is no array of proofs` };
  return collect(parsed.value.map((value, i) => [`item ${i + 1} of ${where}`, value]));
}

function fromLines(text: string, where: string): ProofInputResult {
  const whole = parse(text);
  if (whole.kind === 'value') return collect([[where, whole.value]]);
  const values: [string, unknown][] = [];
  for (const [i, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue;
    const parsed = parse(line);
    if (parsed.kind === 'unreadable')
      return { kind: 'unreadable', message: `line ${i + 1} of ${where} is no JSON: ${parsed.message}` };
    values.push([`line ${i + 1} of ${where}`, parsed.value]);
  }
  return collect(values);
}

function collect(values: readonly (readonly [string, unknown])[]): ProofInputResult {
  const proofs: SubmittedProof[] = [];
  for (const [where, value] of values) {
    const parsed = submittedProofSchema.safeParse(value);
    if (!parsed.success) {
      const issue = parsed.error.issues[0];
      const message = `${where} is no proof (${issue?.path.join('.')}: ${issue?.message}); expected {"name", "statement", "proof"}`;
      return { kind: 'unreadable', message };
    }
    proofs.push(parsed.data);
  }
  return { kind: 'proofs', proofs };
}

function parse(
  text: string,
): { readonly kind: 'value'; readonly value: unknown } | { readonly kind: 'unreadable'; readonly message: string } {
  try {
    return { kind: 'value', value: JSON.parse(text) };
  } catch (error) {
    return { kind: 'unreadable', message: (error as Error).message };
  }
}
