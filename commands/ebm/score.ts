import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { stateText } from '../../src/lean/goal.ts';
import { whyFailed } from '../../src/storage/failure.ts';
import { cleanLine } from '../../src/text/clean.ts';
import { readStates } from '../../src/value/score/read-states.ts';
import type { StateTexts, ValueModel } from '../../src/value/score/value-model.ts';
import { printJson, usage, withCommonOptions, withWorkerOptions } from '../common-options.ts';
import { configuration, engineProviders, type WorkerOptions } from '../configuration.ts';
import { type CommandContext, CommandExit, type CommonOptions, codeOfSignal, EXIT } from '../context.ts';
import { requireEngine } from '../engine-options.ts';
import { requireValueModel, valueShelf } from '../value-model.ts';

/** States that go to the model together. */
const atOnce = 1024;
const shownState = 100;

interface ScoreOptions extends CommonOptions, WorkerOptions {
  readonly value?: string;
  readonly statement?: string;
}

/** A state with its energy, or why it has none. */
interface ScoredState {
  readonly index: number;
  readonly state: string;
  readonly energy: number | null;
  /** −energy, as trajectories have it; higher is more provable. */
  readonly ebm_score: number | null;
  readonly refused?: string;
}

/** `ebm score`: energies of states that somebody has. */
export function ebmScoreCommand(ebm: Command, context: CommandContext): void {
  const command = withWorkerOptions(withCommonOptions(ebm.command('score')))
    .description('energies of proof states: lower is closer to a proof')
    .argument(
      '[file]',
      'states as Lean prints them with a line of "---" between two, or JSON (lines): strings, or {"state","root","tactic"}; "-" reads standard input',
    )
    .option('--value <model>', 'value model: its name, folder or file')
    .option('--statement <text>', 'the state at the root of a statement, started in Lean, instead of a file');
  command.action((file: string | undefined, options: ScoreOptions) => score(context, file, options));
}

async function score(context: CommandContext, file: string | undefined, options: ScoreOptions): Promise<void> {
  const { statement } = options;
  if ((file === undefined) === (statement === undefined))
    throw usage('give a file of states ("-" for standard input), or --statement');
  const config = await configuration('ebm score', context, options);
  if (config.value.model === '') throw usage('--value: name the value model that is to score them');
  const given = file === undefined ? null : await statesOf(context, file);
  const quiet = options.quiet === true || options.json === true || options.jsonl === true;
  const values = valueShelf(
    context,
    options,
    await engineProviders(context, options, config, quiet),
    config,
    'any states',
  );
  try {
    const model = (await requireValueModel(values, config)) as ValueModel;
    const states = given ?? [await rootOf(context, options, config, statement as string)];
    const missing = given === null || options.quiet === true ? null : missingParts(given, model);
    if (missing !== null) context.note(missing);
    await report(context, options, model, states);
  } finally {
    await values.close();
  }
}

async function statesOf(context: CommandContext, file: string): Promise<readonly StateTexts[]> {
  const text =
    file === '-'
      ? await context.readInput()
      : await readFile(resolve(context.folder, file), 'utf8').catch((error: unknown) => {
          throw usage(`${file} cannot be read: ${whyFailed(error)}`);
        });
  const read = readStates(text, file === '-' ? 'standard input' : file);
  if (read.kind === 'unreadable') throw usage(read.message);
  return read.states;
}

/** What the head looks at and states came without, in words. */
function missingParts(states: readonly StateTexts[], { about: { head } }: ValueModel): string | null {
  const part = head.variant === 'goal' ? 'goal' : head.variant === 'tactic' ? 'tactic' : null;
  const without = part === null ? 0 : states.filter((state) => state[part] === null).length;
  if (without === 0) return null;
  const key = part === 'goal' ? 'root' : 'tactic';
  return `${without} of ${states.length} states come without "${key}": the head (${head.variant}) takes them for roots of their theorems`;
}

/** The state from which a search of the statement would begin. */
async function rootOf(
  context: CommandContext,
  options: ScoreOptions,
  { lean }: Awaited<ReturnType<typeof configuration>>,
  statement: string,
): Promise<StateTexts> {
  const engine = await requireEngine(context, lean, options.quiet === true || options.json === true);
  try {
    const problem = engine.problem({ name: 'statement', statement, imports: [...lean.imports] });
    const started = await problem.start();
    await problem.close();
    if (started.kind === 'startFailed') throw usage(`the statement does not elaborate: ${started.message}`);
    return { state: stateText(started.goals), goal: null, tactic: null };
  } finally {
    await engine.close();
  }
}

async function report(
  context: CommandContext,
  options: ScoreOptions,
  model: ValueModel,
  states: readonly StateTexts[],
): Promise<void> {
  const begun = performance.now();
  const results: ScoredState[] = [];
  for (let from = 0; from < states.length; from += atOnce) {
    const scored = await scoreSome(context, model, states.slice(from, from + atOnce), from);
    if (options.jsonl) for (const one of scored) context.out(JSON.stringify(one));
    results.push(...scored);
  }
  const refused = results.filter(({ energy }) => energy === null).length;
  if (options.json) {
    const { name, hash, about } = model;
    printJson(context, {
      schema: 'proofdeck.ebm-score/1',
      valueModel: { name, hash, about },
      states: results.length,
      scored: results.length - refused,
      refused,
      results,
      ms: Math.round(performance.now() - begun),
    });
  } else if (!options.jsonl) {
    for (const { energy, state, refused: why } of results)
      context.out(
        `${(energy === null ? '-' : energy.toFixed(4)).padStart(10)}  ${cleanLine(state, ' ⏎ ', shownState)}${why === undefined ? '' : `  (${cleanLine(why)})`}`,
      );
  }
  if (refused > 0)
    throw new CommandExit(
      EXIT.failed,
      `${refused} of ${results.length} states could not be scored; the others are above`,
    );
}

async function scoreSome(
  { signal }: CommandContext,
  model: ValueModel,
  states: readonly StateTexts[],
  from: number,
): Promise<readonly ScoredState[]> {
  const scored = await model.scoreTexts(states, signal);
  if (scored.kind === 'valueFailed') {
    if (signal.aborted) throw new CommandExit(codeOfSignal(signal.reason));
    throw new CommandExit(EXIT.missing, scored.message);
  }
  return scored.energies.map((energy, i) => {
    const shown = { index: from + i, state: states[i]?.state ?? '' };
    return typeof energy === 'number'
      ? { ...shown, energy, ebm_score: -energy + 0 }
      : { ...shown, energy: null, ebm_score: null, refused: energy.message };
  });
}
