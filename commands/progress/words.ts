import type { RunState } from '../../src/run/state.ts';
import type { RunTally } from '../../src/run/tally.ts';
import { cleanLine } from '../../src/text/clean.ts';
import { count, duration, figure, percent } from '../../src/text/quantity.ts';
import type { CountedView } from './view.ts';

/*
 * What is said about a run while it goes on: pieces of lines, cleaned. Everything is counted in the tally.
 */

/** `812/2000 · 6.9 %`: theorems done, and how many of the searched ones are proved. */
export function titleOf({ tally }: CountedView): string {
  return `${tally.done}/${tally.theorems} · ${percent(tally.proved.rate)}`;
}

/** A rate with all that it must not be shown without: n of N, level, budget, toolchain. */
export function rateText({ tally, state, manifest }: CountedView): string {
  const { n, of, rate } = tally.proved;
  const budget = `${count(Math.max(...tally.budgets))} expansions`;
  const attempts = tally.attempts > 1 ? `, best of ${tally.attempts}` : '';
  const toolchain = cleanLine(state.toolchain ?? manifest.lean.toolchain, ' ', 60);
  return `${n} of ${of}, ${percent(rate)}, ${tally.lowestCounted} and up, ${budget}${attempts}, ${toolchain}`;
}

/** `start 30 (unknownTheorem 28, privateName 2), lean 2`; empty without errors. */
export function errorsText({ errors }: RunTally): string {
  const stages = new Map<string, { searches: number; categories: string[] }>();
  for (const { stage, category, searches } of errors) {
    const found = stages.get(stage) ?? { searches: 0, categories: [] };
    found.searches += searches;
    found.categories.push(`${cleanLine(category, ' ', 40)} ${searches}`);
    stages.set(stage, found);
  }
  return [...stages]
    .map(([stage, { searches, categories }]) => `${stage} ${searches} (${categories.join(', ')})`)
    .join(', ');
}

/** `canaries 5/13`, until all have been searched; empty afterwards. */
export function canariesText({ canaries: { run, pending } }: RunTally): string {
  return pending > 0 ? `canaries ${run}/${run + pending}` : '';
}

/** How the unproved theorems ended: `budget 500, exhausted 100`. Errors are said apart. */
export function unprovedText({ unproved }: RunTally): string {
  return (['budget', 'exhausted', 'timeout', 'stopped'] as const)
    .flatMap((status) => (unproved[status] > 0 ? [`${status} ${unproved[status]}`] : []))
    .join(', ');
}

/** `24.1 theorems/min · ETA 41 min (from the last 57 theorems at 24.1/min)`, with GPU-hours and money where there are any. */
export function paceTexts({ tally: { pace }, status }: CountedView): readonly string[] {
  const { perMinute, unit } = pace;
  // Without a process there is no telling when.
  const eta = status === 'interrupted' ? null : pace.eta;
  return [
    ...(perMinute === null ? [] : [`${figure(perMinute)} ${unit}/min`]),
    ...(eta === null ? [] : [`ETA ${duration(eta.ms)} (${eta.basis})`]),
    ...costTexts(pace),
  ];
}

/** `1.2 of 3.4 GPU-h`, `cost 2.5 of 7.1`: what machine time costs so far, of what is expected; empty where nothing is known of it. */
export function costTexts({ gpuHours, money }: RunTally['pace']): readonly string[] {
  const spent = ({ spent, expected }: { readonly spent: number; readonly expected: number | null }): string =>
    expected === null || expected === spent ? figure(spent, 2) : `${figure(spent, 2)} of ${figure(expected, 2)}`;
  return [
    ...(gpuHours === null ? [] : [`${spent(gpuHours)} GPU-h`]),
    ...(money === null ? [] : [`cost ${spent(money)}`]),
  ];
}

/** `3.2 candidates per expansion (1 to 4)` and what became of them; null before the first expansion. */
export function candidateTexts({ effort, perSecond }: RunTally): readonly string[] {
  const { candidatesPerExpansion: per, duplicates, failed } = effort;
  if (per.expansions === 0) return [];
  return [
    `${figure(per.avg)} candidates per expansion (${per.min} to ${per.max})`,
    `same text ${percent(duplicates.text, 0)}, same state ${percent(duplicates.state, 0)}, refused by Lean ${percent(failed, 0)}`,
    `${figure(perSecond.tries)} tries/s`,
  ];
}

/** The newest errors, newest first. */
export function lastErrors(state: RunState, most: number): readonly string[] {
  const found: string[] = [];
  for (let i = state.ended.length - 1; i >= 0 && found.length < most; i--) {
    const record = state.jobs.get(state.ended[i] as string);
    if (record?.progress.kind !== 'ended') continue;
    const { error } = record.progress.outcome;
    if (error !== undefined)
      found.push(
        `${cleanLine(record.job.theorem, ' ', 200)}: ${error.stage}, ${cleanLine(error.category, ' ', 40)}: ${cleanLine(error.message, ' ', 300)}`,
      );
  }
  return found;
}
