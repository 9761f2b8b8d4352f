import type { RunReader } from '../../sessions/runs/run-reader.ts';
import { cleanLine } from '../../src/text/clean.ts';

const mostShown = 5;

/** A sentence for a name that the run does not have: names that hold it are more help than a list of thousands. */
export function unknownTheorem(run: RunReader, name: string): string {
  const near = run.theorems.filter((theorem) => theorem.name.includes(name)).slice(0, mostShown);
  const hint = near.length > 0 ? `; there are ${near.map((theorem) => cleanLine(theorem.name)).join(', ')}` : '';
  return `run ${run.id} has no theorem ${JSON.stringify(cleanLine(name))}${hint}`;
}
