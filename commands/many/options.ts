import { type Command, InvalidArgumentError, Option } from 'commander';
import type { RunWish } from '../../sessions/runs/new-manifest.ts';
import { wholeNumber, withCommonOptions, withSearchOptions } from '../common-options.ts';
import type { SearchOptions } from '../configuration.ts';
import type { CommonOptions } from '../context.ts';

/** What can be said of a run that exists already. */
export interface ConductOptions extends CommonOptions {
  readonly concurrency?: number;
  readonly notify?: string;
  readonly detach?: boolean;
}

/** What `search` and `eval` share. */
export interface ManyOptions extends ConductOptions, SearchOptions {
  readonly theorems: string;
  readonly split?: string;
  readonly limit?: number;
  readonly sample?: number;
  readonly out?: string;
  readonly resume: 'must' | 'allow' | 'never';
  readonly run?: string;
  /** False with --no-canaries. */
  readonly canaries: boolean;
  readonly dryRun?: boolean;
}

/** The options of `search` and `eval`, those of one search among them. */
export function withManyOptions(command: Command): Command {
  withSearchOptions(withCommonOptions(command))
    .requiredOption('--theorems <list>', 'the theorems: a corpus by its name, or a theorem list (JSON)')
    .option('--split <name>', 'only this split of it: valid, test; of any list its halves, train and evaluate')
    .option('--limit <n>', 'only the first n theorems', wholeNumber(1))
    .option('--sample <n>', 'only n theorems, drawn by --seed', wholeNumber(1))
    .addOption(
      new Option('--resume <when>', 'go on with an unfinished run of the same theorems and settings')
        .choices(['must', 'allow', 'never'])
        .default('never'),
    )
    .option('--run <id>', 'name of the run (default: adhoc/<time>)')
    .option('--no-canaries', 'do not search the false statements that watch over the judge')
    .option('--dry-run', 'print everything that would be done, and do nothing');
  return withConductOptions(command);
}

/** The options that may change from one process of a run to the next. */
export function withConductOptions(command: Command): Command {
  return command
    .option(
      '--concurrency <n>',
      'theorems searched side by side (default: one for each worker, at most 6)',
      wholeNumber(1),
    )
    .option('--notify <command>', 'shell command at the end of the run, on failure, and when it stalls')
    .option('--detach', 'do it in a process of its own, and print the id of the run');
}

/** `100,300`: whole numbers in ascending order. */
export function budgetList(text: string): readonly number[] {
  const parse = wholeNumber(1);
  const budgets = text.split(',').map((part) => parse(part.trim()));
  if (new Set(budgets).size < budgets.length) throw new InvalidArgumentError('a budget stands twice.');
  return budgets.toSorted((a, b) => a - b);
}

/** What was typed, without the program. */
export function argvOf(command: Command): readonly string[] {
  let root = command;
  while (root.parent !== null) root = root.parent;
  return (root as Command & { readonly rawArgs: readonly string[] }).rawArgs;
}

/** The options that were typed, by their names in code (`maxNodes`). */
export function typedOptions(command: Command): ReadonlySet<string> {
  const names = command.options.map((option) => option.attributeName());
  return new Set(names.filter((name) => command.getOptionValueSource(name) === 'cli'));
}

const partsOfOptions: Readonly<Record<string, readonly string[]>> = {
  theorems: ['theorems'],
  split: ['theorems'],
  limit: ['theorems'],
  sample: ['theorems'],
  budgets: ['budgets', 'search.max_nodes'],
  maxNodes: ['budgets', 'search.max_nodes'],
  passN: ['attempts'],
  noisy: ['noisy'],
  canaries: ['canaries'],
  out: ['out'],
  resumeFrom: ['resume-from'],
};

/** What a run may not contradict: what was typed, or set by `--set` or a variable. As `differences` names it. */
export function givenParts(typed: ReadonlySet<string>, { resolved }: Pick<RunWish, 'resolved'>): ReadonlySet<string> {
  const said = Object.entries(resolved.origins).filter(([, { kind }]) => kind === 'option' || kind === 'environment');
  return new Set(['command', ...said.map(([key]) => key), ...[...typed].flatMap((name) => partsOfOptions[name] ?? [])]);
}
