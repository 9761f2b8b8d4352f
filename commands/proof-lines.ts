import { cleanText } from '../src/text/clean.ts';

/** A proof's tactics set off from the text around them, each line behind a bar. */
export function proofLines(proof: readonly string[]): readonly string[] {
  return proof.flatMap((tactic) => cleanText(tactic).split('\n')).map((line) => `    | ${line}`);
}

/** The word `theorem` and the name of a script, as the judge writes them. */
const HEAD = /^(theorem\s+)(?:«([^»]*)»|([^\s:«»]+))/;

/**
 * Theorems that may stand in one file: a name that was there before gets a number, as in `statement_2`. Texts that do
 * not begin with a theorem are left as they are.
 */
export function withDistinctNames(scripts: readonly string[]): readonly string[] {
  const taken = new Set(scripts.map((script) => nameOf(script)));
  const seen = new Set<string>();
  return scripts.map((script) => {
    const name = nameOf(script);
    if (name === undefined || !seen.has(name)) {
      if (name !== undefined) seen.add(name);
      return script;
    }
    let number = 2;
    while (taken.has(`${name}_${number}`)) number++;
    const fresh = `${name}_${number}`;
    taken.add(fresh);
    return script.replace(
      HEAD,
      (_, head: string, quoted?: string) => head + (quoted === undefined ? fresh : `«${fresh}»`),
    );
  });
}

function nameOf(script: string): string | undefined {
  const [, , quoted, plain] = HEAD.exec(script) ?? [];
  return quoted ?? plain;
}
