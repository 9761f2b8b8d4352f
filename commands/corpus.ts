import type { Command } from 'commander';
import { panelNames, readCorpus } from '../src/corpus/panels.ts';
import type { Theorem } from '../src/corpus/theorem-list.ts';
import { cleanLine } from '../src/text/clean.ts';
import { printJson, usage, withCommonOptions } from './common-options.ts';
import { type CommandContext, CommandExit, type CommonOptions, EXIT } from './context.ts';
import { corpusBuildCommand } from './corpus/build.ts';
import { corpusValidateCommand } from './corpus/validate.ts';

/** `corpus`: the theorem lists that can be searched, and how to make them. */
export function corpusCommand(program: Command, context: CommandContext): void {
  const corpus = program
    .command('corpus')
    .description('theorem lists: what is there, what is in them, and making them');
  withCommonOptions(corpus.command('list'))
    .description('the corpora that come with proofdeck')
    .action((options: CommonOptions) => list(context, options));
  withCommonOptions(corpus.command('show'))
    .description('the theorems of a corpus, or one of them')
    .argument('<corpus>', 'a name from "corpus list", or a file, a dataset or the folder of a benchmark')
    .option('--theorem <name>', 'only this one')
    .option('--source <name>', 'only the theorems of this source')
    .option('--split <name>', 'only this split: valid, test; of any list its halves, train and evaluate')
    .action((reference: string, options: ShowOptions) => show(context, reference, options));
  corpusBuildCommand(corpus, context);
  corpusValidateCommand(corpus, context);
}

interface ShowOptions extends CommonOptions {
  readonly theorem?: string;
  readonly source?: string;
  readonly split?: string;
}

async function list(context: CommandContext, options: CommonOptions): Promise<void> {
  const corpora = await Promise.all(
    (await panelNames()).map(async (name) => {
      const theorems = await theoremsOf(name);
      return { name, theorems: theorems.length, sources: countSources(theorems) };
    }),
  );
  if (options.json) return printJson(context, { schema: 'proofdeck.corpus-list/1', corpora });
  for (const { name, theorems, sources } of corpora) {
    context.out(`${name}  ${theorems} theorems`);
    for (const [source, n] of Object.entries(sources)) context.out(`  ${String(n).padStart(5)}  ${source}`);
  }
}

async function show(context: CommandContext, reference: string, options: ShowOptions): Promise<void> {
  const all = await theoremsOf(reference, options.split);
  const theorems = all.filter(
    (t) =>
      (options.theorem === undefined || t.name === options.theorem) &&
      (options.source === undefined || t.source === options.source),
  );
  if (theorems.length === 0) {
    const wanted = options.theorem === undefined ? `of the source "${options.source}"` : `called "${options.theorem}"`;
    throw usage(`${reference} has no theorem ${wanted}; "corpus show ${reference}" lists its ${all.length}`);
  }
  if (options.json) return printJson(context, { schema: 'proofdeck.corpus-show/1', corpus: reference, theorems });
  for (const { name, statement, source } of theorems)
    context.out(`${cleanLine(name)}${source ? `  (${source})` : ''}\n    ${statement}`);
}

async function theoremsOf(reference: string, split?: string): Promise<readonly Theorem[]> {
  const read = await readCorpus(reference, { split });
  if (read.kind === 'unreadable') throw new CommandExit(EXIT.usage, read.message);
  return read.theorems;
}

function countSources(theorems: readonly Theorem[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { source = 'no source' } of theorems) counts[source] = (counts[source] ?? 0) + 1;
  return counts;
}
