import { LeanClient } from '../../lean/client.ts';
import { PROOFDECK_DIALECT } from '../../lean/protocol/dialect.ts';
import { readMessage, sayPositions } from '../../lean/protocol/messages.ts';
import { frontendProcessAnswerSchema } from '../../lean/protocol/wire.ts';
import type { Transport } from '../../lean/transport.ts';
import { leanSource } from './lean-source.ts';
import type { Compile, CompileError, CompileResult } from './select.ts';

/** The worker reads no text beyond 200,000 bytes. */
const CHUNK_BYTES = 100_000;
const TIMEOUT_MS = 600_000;

/** Says which theorems compile by elaborating the file in the embedded Lean. Writes nothing. */
export function embeddedCompile(transport: Transport, imports: readonly string[]): Compile {
  const client = new LeanClient(transport, PROOFDECK_DIALECT);
  return async ({ places }) => {
    const errors: CompileError[] = [];
    // Theorems do not depend on each other, so a long file is read in pieces; errors get the lines of the whole.
    for (const piece of pieces(places)) {
      const source = leanSource(
        piece.map(({ theorem }) => theorem),
        imports,
      );
      const result = await compileText(client, source.text);
      if (result.kind === 'failed') return result;
      for (const error of result.errors) {
        const at = source.places.findLastIndex(({ first }) => first <= error.line);
        const shift = (piece[at]?.first ?? 1) - (source.places[at]?.first ?? 1);
        errors.push({ ...error, line: error.line + shift });
      }
    }
    return { kind: 'compiled', errors };
  };
}

/** Elaborates one text. */
async function compileText(client: LeanClient, file: string): Promise<CompileResult> {
  const options = { readHeader: true, inheritEnv: false, newConstants: false, sorrys: false, typeErrorsAsGoals: false };
  const answer = await client.request(
    'frontend.process',
    { file, ...options },
    frontendProcessAnswerSchema,
    TIMEOUT_MS,
  );
  if (answer.kind === 'error') return { kind: 'failed', message: sayPositions(answer.error.desc) };
  if (answer.kind !== 'ok') return { kind: 'failed', message: answer.message };
  const errors = answer.value.units.flatMap(({ messages }) =>
    (messages ?? []).flatMap((message): CompileError[] => {
      const { severity, text } = readMessage(message);
      const pos = typeof message === 'string' ? null : message.pos;
      return severity === 'error' ? [{ line: pos?.line ?? 1, column: pos?.column ?? 0, message: text }] : [];
    }),
  );
  return { kind: 'compiled', errors };
}

function pieces<T extends { readonly theorem: { readonly statement: string; readonly name: string } }>(
  places: readonly T[],
): readonly (readonly T[])[] {
  const all: T[][] = [[]];
  let bytes = 0;
  for (const place of places) {
    const size = Buffer.byteLength(place.theorem.statement) + Buffer.byteLength(place.theorem.name) + 40;
    if (bytes + size > CHUNK_BYTES && (all.at(-1)?.length ?? 0) > 0) {
      all.push([]);
      bytes = 0;
    }
    all.at(-1)?.push(place);
    bytes += size;
  }
  return all;
}
