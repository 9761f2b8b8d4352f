import { type Command, Option } from 'commander';
import type { Engine } from '../sessions/engine.ts';
import { searchResult } from '../sessions/results.ts';
import { candidateAdvice } from '../sessions/select/statistics.ts';
import { unknownFamilies } from '../sessions/unknown-families.ts';
import { findProfile } from '../src/config/models.ts';
import { resolveProblem } from '../src/corpus/problem.ts';
import { printJson, usage, withCommonOptions, withSearchOptions } from './common-options.ts';
import { configuration, engineProviders, providerProfiles, type SearchOptions } from './configuration.ts';
import { type CommandContext, CommandExit, type CommonOptions, codeOfSignal, EXIT } from './context.ts';
import { requireEngine } from './engine-options.ts';
import { printSearch } from './print-search.ts';
import { existingSession, runSearch } from './run-search.ts';
import { requireValueModel, valueShelf } from './value-model.ts';

interface ProveOptions extends CommonOptions, SearchOptions {
  readonly theorem?: string;
  readonly file?: string;
  readonly corpus?: string;
}

/** `prove`: one search, recorded as a session. */
export function proveCommand(program: Command, context: CommandContext): void {
  const command = program
    .command('prove')
    .description('search for a proof of one statement')
    .argument('[statement]', 'a closed Lean proposition, such as "∀ p q : Prop, p ∧ q → q ∧ p"')
    .option('--theorem <name>', 'a theorem of the environment, or of --file or --corpus')
    .option('--file <file>', 'a Lean file, or a theorem list (JSON)')
    .addOption(new Option('--corpus <name>', 'a corpus, see "corpus list"').conflicts('file'));
  withSearchOptions(withCommonOptions(command)).action((statement: string | undefined, options: ProveOptions) =>
    prove(context, statement, options),
  );
}

async function prove(context: CommandContext, statement: string | undefined, options: ProveOptions): Promise<void> {
  const { theorem, file, corpus } = options;
  const config = await configuration('prove', context, options);
  const chosen = await resolveProblem({ statement, theorem, file, corpus, imports: config.lean.imports });
  if (chosen.kind === 'unusable') throw usage(chosen.message);
  const profile = findProfile(await providerProfiles(context, options), config.policy.provider);
  if (profile.kind === 'noSuchProfile') throw usage(profile.message);
  const session = await existingSession(context, options);
  const quiet = options.quiet === true || options.json === true || options.jsonl === true;
  const providers = await engineProviders(context, options, config, options.quiet === true);
  const values = valueShelf(context, options, providers, config);
  let engine: Engine | null = null;
  try {
    const value = await requireValueModel(values, config);
    engine = await requireEngine(context, config.lean, quiet, providers);
    const unknown = await unknownFamilies(engine.pool, config.search.block);
    if (unknown !== null) throw usage(unknown);
    const run = await runSearch(context, engine, value, session, chosen.problem, config, options);
    const result = searchResult(run);
    if (options.json) printJson(context, result);
    else if (!options.jsonl && run.badStatement === null) printSearch(context, result, run.state);
    const advice = candidateAdvice(run.state);
    if (advice !== null && !options.quiet) context.note(`proofdeck: ${advice}`);
    if (run.interrupted) throw new CommandExit(codeOfSignal(run.interrupted));
    if (run.badStatement !== null) throw usage(badStatementMessage(run.badStatement));
    if (result.status === 'error') throw new CommandExit(EXIT.failed, run.state.ended?.reason ?? 'the search failed');
    if (result.status !== 'proved') throw new CommandExit(EXIT.failed);
  } finally {
    await engine?.close();
    await values.close();
  }
}

/** Lean's own words need a beginning; sentences that name the thing do not. */
function badStatementMessage(said: string): string {
  return /^there is no theorem|is not a proposition|is no theorem/.test(said)
    ? said
    : `the statement does not elaborate: ${said}`;
}
