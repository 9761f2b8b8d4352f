import type { Command } from 'commander';
import { allKeys } from '../../sessions/serving/context.ts';
import { type LaunchPlan, planLaunch, wholeModelPath } from '../../sessions/serving/plan.ts';
import { restartServer } from '../../sessions/serving/restart-server.ts';
import { type StartResult, startServer } from '../../sessions/serving/start-server.ts';
import { describeOrigin } from '../../src/config/origin.ts';
import { shellText } from '../../src/inference/serve/command-line.ts';
import type { ServerRecord } from '../../src/inference/serve/record.ts';
import type { ServeSettings } from '../../src/inference/serve/settings.ts';
import { duration } from '../../src/text/quantity.ts';
import { printJson, usage, withCommonOptions } from '../common-options.ts';
import type { CommandContext, CommonOptions } from '../context.ts';
import { recordDocument } from './documents.ts';
import {
  keysOrExit,
  type LaunchOptions,
  namedOrExit,
  openServing,
  recordsOrExit,
  type Serving,
  servingExit,
  withLaunchOptions,
} from './serving.ts';

interface StartCommandOptions extends CommonOptions, LaunchOptions {
  readonly name?: string;
  readonly wait: boolean;
  readonly dryRun?: boolean;
  readonly instead?: boolean;
}

interface RestartCommandOptions extends CommonOptions, LaunchOptions {
  readonly model?: string;
  readonly wait: boolean;
}

/** `llm serve start` and `restart`. */
export function registerStart(serve: Command, context: CommandContext): void {
  withCommonOptions(withLaunchOptions(serve.command('start')))
    .description('launch an SGLang, and wait until it does its work; it lives on')
    .argument('[model]', 'folder or name of the model (default: serve.model_path)')
    .option('--embedding', 'start it to make vectors (--is-embedding) instead of text')
    .option('--name <name>', 'what it is called here (default: generate, or embed)')
    .option('--instead', 'first stop our own servers that are in its way on the same GPUs')
    .option('--no-wait', 'return at once, while it loads')
    .option('--dry-run', 'print the command line, and start nothing')
    .action((model: string | undefined, options: StartCommandOptions) => start(context, model, options));
  withCommonOptions(withLaunchOptions(serve.command('restart')))
    .description('stop a server and start it again as it was, but for the options given')
    .argument('[name]', 'which (default: the only one that was started from here)')
    .option('--model <path>', 'another model')
    .option('--no-wait', 'return at once, while it loads')
    .action((name: string | undefined, options: RestartCommandOptions) => restart(context, name, options));
}

async function start(context: CommandContext, model: string | undefined, options: StartCommandOptions): Promise<void> {
  const serving = await openServing(context, options, options);
  const wish = { mode: options.embedding ? 'embed' : 'generate', name: options.name, model } as const;
  if (options.dryRun === true) {
    const keys = await keysOrExit(serving.context);
    const plan = planLaunch(wish, serving.context, allKeys(keys).length > 0);
    if (plan.kind === 'servingFailed') throw servingExit(plan, context);
    return printPlan(context, plan, serving, options);
  }
  const result = await startServer(wish, serving.context, { noWait: !options.wait, instead: options.instead });
  report(context, result, options, 'llm-serve-start');
}

async function restart(
  context: CommandContext,
  name: string | undefined,
  options: RestartCommandOptions,
): Promise<void> {
  const { context: serving, resolved } = await openServing(context, options);
  const record = name === undefined ? await onlyServer(serving.home) : (await namedOrExit(serving.home, [name]))[0];
  if (record === undefined) return;
  // What is said now holds; for all else it is as it was.
  const given = await openServing(context, options, { ...options, embedding: record.mode === 'embed' });
  const result = await restartServer(
    record,
    { ...serving, config: resolved.config },
    {
      noWait: !options.wait,
      model: options.model === undefined ? undefined : wholeModelPath(options.model, context.folder),
      changes: chosenNow(given, record.mode === 'embed'),
    },
  );
  report(context, result, options, 'llm-serve-restart');
}

/** The settings that were given on this command line. */
function chosenNow({ resolved }: Serving, isEmbedding: boolean): Partial<ServeSettings> {
  const changes: Record<string, unknown> = {};
  for (const [key, origin] of Object.entries(resolved.origins)) {
    const [section, name] = key.split('.');
    const isMeant = section === 'serve' || (isEmbedding && section === 'serve_embedding');
    if (isMeant && name !== undefined && origin.kind === 'option') changes[name] = resolved.values.get(key);
  }
  return changes;
}

async function onlyServer(home: string): Promise<ServerRecord> {
  const own = (await recordsOrExit(home)).filter(({ process }) => process !== null);
  const [only] = own;
  if (only === undefined) throw usage('no server was started from here: "proofdeck llm serve start" does');
  if (own.length > 1) throw usage(`which server is meant? There are ${own.map(({ name }) => name).join(', ')}`);
  return only;
}

function report(context: CommandContext, result: StartResult, options: CommonOptions, command: string): void {
  if (result.kind === 'servingFailed') throw servingExit(result, context);
  const { record, state, ms } = result;
  if (options.json) {
    printJson(context, { schema: `proofdeck.${command}/1`, state, ms, server: recordDocument(record) });
    return;
  }
  const words =
    state === 'already' ? 'runs already' : state === 'loading' ? 'loads' : `is ready after ${duration(ms ?? 0)}`;
  context.out(`the server ${record.name} ${words}: ${record.url} (process ${record.process?.identity.pid})`);
}

function printPlan(context: CommandContext, plan: LaunchPlan, { resolved }: Serving, options: CommonOptions): void {
  const argv = [plan.command.program, ...plan.command.args];
  const origins = Object.entries(resolved.origins)
    .filter(
      ([key, { kind }]) => /^(serve|serve_embedding|sglang)\./.test(key) && kind !== 'default' && kind !== 'shipped',
    )
    .map(([key, origin]) => ({ key, value: resolved.values.get(key), origin: describeOrigin(origin) }));
  if (options.json) {
    printJson(context, {
      schema: 'proofdeck.llm-serve-plan/1',
      name: plan.name,
      mode: plan.mode,
      url: plan.url,
      argv,
      variables: plan.variables,
      chosen: origins,
    });
    return;
  }
  const variables = Object.entries(plan.variables).map(([name, value]) => `${name}=${value}`);
  context.out([...variables, shellText(argv)].join(' '));
  if (options.quiet) return;
  context.note(`the server ${plan.name} would answer at ${plan.url}`);
  for (const { key, value, origin } of origins) context.note(`  ${key} = ${JSON.stringify(value)} (${origin})`);
}
