import { type Command, InvalidArgumentError, Option } from 'commander';
import { type CommandContext, CommandExit, EXIT } from './context.ts';
import { withHeading } from './help-format.ts';

/** `--json`, `--home` and the other options that every command takes. */
export function withCommonOptions(command: Command): Command {
  return withHeading(command, 'Options of every command:', (headed) =>
    headed
      .addOption(new Option('--json', 'one JSON document on standard output'))
      .addOption(new Option('--jsonl', 'the events, one JSON object a line').conflicts('json'))
      .option('--session <id>', 'the session to use; a unique beginning or "last" will do')
      .option('--config <file>', 'a configuration file (TOML)')
      .option('--set <key=value>', 'one setting; may be given again', collect)
      .option('--home <folder>', 'where sessions and runs are kept (default $PROOFDECK_HOME, else ./.proofdeck)')
      .option('--seed <n>', 'seed of everything random', wholeNumber(0))
      .option('--quiet', 'no progress on standard error')
      .option('--no-color', 'no colour')
      .option('--no-input', 'never ask anything'),
  );
}

/** The options that say how a search is done; the many-theorem commands take the same. */
export function withSearchOptions(command: Command): Command {
  return withHeading(withWorkerOptions(command), 'Options of a search:', (headed) =>
    headed
      .option('--provider <name>', 'who proposes tactics: a profile of models.toml')
      .option('--record <file>', 'add every answer of the provider to a file that the provider "script" plays back')
      .option('--value <model>', 'value model: its name, folder or file (default: none)')
      .option('--strategy <name>', 'which node comes next: best-first, whole-proof')
      .option('--temperature <t>', 'sampling temperature', numberOption(0))
      .option('--max-nodes <n>', 'expansions before giving up', wholeNumber(0))
      .option('--max-depth <n>', 'deepest node to expand', wholeNumber(1))
      .option('--timeout <seconds>', 'running time for each theorem; 0 = no limit', numberOption(0))
      .option('--num-candidates <n>', 'candidates asked for at each expansion', wholeNumber(1))
      .option('--block <family>', 'refuse a tactic family; may be given again', collect),
  );
}

/** The options that choose the Lean workers. */
export function withWorkerOptions(command: Command): Command {
  return withHeading(command, 'Options of commands that use Lean:', (headed) =>
    headed
      .option('--imports <modules>', 'modules to import, separated by commas', commaList)
      .addOption(new Option('--lean <kind>', 'the kind of Lean worker').choices(['embedded', 'pantograph', 'lean']))
      .option('--lean-path <file>', 'the program of a native worker (repl, or lake)')
      .option('--lean-project <folder>', 'the Lake project of a native worker')
      .option(
        '--workers <n>',
        'number of Lean workers (default: what the machine has room for, at most 6)',
        wholeNumber(1),
      ),
  );
}

/** Parses a whole number that is at least `least`. */
export function wholeNumber(least: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || !Number.isSafeInteger(value) || value < least) {
      throw new InvalidArgumentError(`expected a whole number of at least ${least}.`);
    }
    return value;
  };
}

/** Parses a number that is at least `least`. */
export function numberOption(least: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() === '' || !Number.isFinite(value) || value < least) {
      throw new InvalidArgumentError(`expected a number of at least ${least}.`);
    }
    return value;
  };
}

function collect(value: string, before: readonly string[] = []): string[] {
  return [...before, value];
}

function commaList(value: string, before: readonly string[] = []): string[] {
  return [
    ...before,
    ...value
      .split(',')
      .map((part) => part.trim())
      .filter((part) => part !== ''),
  ];
}

/** Prints a document as JSON, two spaces deep. */
export function printJson(context: CommandContext, document: unknown): void {
  context.out(JSON.stringify(document, null, 2));
}

/** A usage error: something given on the command line cannot be used. */
export function usage(message: string): CommandExit {
  return new CommandExit(EXIT.usage, message);
}
