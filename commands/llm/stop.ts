import type { Command } from 'commander';
import { stopServer } from '../../sessions/serving/stop-server.ts';
import { stoppedWords } from '../../sessions/serving/words.ts';
import { numberOption, printJson, usage, withCommonOptions } from '../common-options.ts';
import type { CommandContext, CommonOptions } from '../context.ts';
import { namedOrExit, openServing, recordsOrExit, servingExit } from './serving.ts';

interface StopOptions extends CommonOptions {
  readonly all?: boolean;
  readonly timeout?: number;
}

/** `llm serve stop`. */
export function registerStop(serve: Command, context: CommandContext): void {
  withCommonOptions(serve.command('stop'))
    .description('end servers that were started from here, and see that their memory comes back')
    .argument('[name...]', 'which (default: the only one)')
    .option('--all', 'all that were started from here')
    .option('--timeout <seconds>', 'after which it is forced to end (default: serve.stop_timeout)', numberOption(0))
    .action((names: readonly string[], options: StopOptions) => stop(context, names, options));
}

async function stop(context: CommandContext, names: readonly string[], options: StopOptions): Promise<void> {
  const { context: serving } = await openServing(context, options);
  const records =
    names.length > 0
      ? await namedOrExit(serving.home, names)
      : (await recordsOrExit(serving.home)).filter(({ process }) => process !== null);
  if (names.length === 0 && records.length > 1 && options.all !== true)
    throw usage(`which server is meant? There are ${records.map(({ name }) => name).join(', ')}; --all stops them all`);
  const graceMs = options.timeout === undefined ? undefined : options.timeout * 1000;
  const results = [];
  const failures: string[] = [];
  for (const record of records) {
    const result = await stopServer(record, serving, graceMs);
    if (result.kind === 'servingFailed') failures.push(result.message);
    else {
      results.push({ name: record.name, pid: record.process?.identity.pid ?? null, ...result });
      if (!options.json) context.out(stoppedWords(record.name, result));
    }
  }
  if (options.json)
    printJson(context, {
      schema: 'proofdeck.llm-serve-stop/1',
      stopped: results.map(({ kind: _, ...rest }) => rest),
      failures,
    });
  else if (records.length === 0) context.note('no server was started from here');
  if (failures.length > 0) throw servingExit({ reason: 'failed', message: failures.join('\n') }, context);
}
