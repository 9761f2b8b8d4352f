import type { TrajectoryInputs } from '../../sessions/trajectories/inputs.ts';
import { nearest } from '../../src/config/nearest.ts';
import { cleanLine } from '../../src/text/clean.ts';
import { usage } from '../common-options.ts';
import type { ExportOptions } from './options.ts';

const mostShown = 5;

/** Ends the command when it names a theorem or a source that no run has: an empty table would look like an answer. */
export function refuseUnknownNames({ runs, onlyRuns }: TrajectoryInputs, { theorem, source }: ExportOptions): void {
  const theorems = runs.flatMap((run) => run.theorems);
  // A file does not tell its theorems before it is read.
  if (onlyRuns) refuseUnknown('theorem', theorem, new Set(theorems.map(({ name }) => name)));
  if (runs.length > 0) refuseUnknown('source', source, new Set(theorems.flatMap((one) => one.source ?? [])));
}

function refuseUnknown(what: string, given: readonly string[] = [], known: ReadonlySet<string>): void {
  const unknown = given.find((name) => !known.has(name));
  if (unknown === undefined) return;
  const holding = [...known].filter((name) => name.includes(unknown)).slice(0, mostShown);
  const near = holding.length > 0 ? holding : [nearest(unknown, known) ?? []].flat();
  const hint = near.length > 0 ? `; there are ${near.map((name) => cleanLine(name)).join(', ')}` : '';
  throw usage(`no ${what} ${JSON.stringify(cleanLine(unknown))} is among the runs${hint}`);
}
