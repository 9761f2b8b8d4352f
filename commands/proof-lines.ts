import { cleanText } from '../src/text/clean.ts';

/** A proof's tactics set off from the text around them, each line behind a bar. */
export function proofLines(proof: readonly string[]): readonly string[] {
  return proof.flatMap((tactic) => cleanText(tactic).split('\n')).map((line) => `    | ${line}`);
}
