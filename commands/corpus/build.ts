import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { type Command, Option } from 'commander';
import { corpusDocument } from '../../src/corpus/document.ts';
import type { Skipped } from '../../src/corpus/list-items.ts';
import { readCorpus } from '../../src/corpus/panels.ts';
import { subsetOf } from '../../src/corpus/subset.ts';
import type { Theorem } from '../../src/corpus/theorem-list.ts';
import { whyFailed } from '../../src/storage/failure.ts';
import { cleanLine } from '../../src/text/clean.ts';
import { printJson, usage, wholeNumber, withCommonOptions, withWorkerOptions } from '../common-options.ts';
import { configuration, type WorkerOptions } from '../configuration.ts';
import { type CommandContext, CommandExit, type CommonOptions, EXIT } from '../context.ts';
import { requireEngine } from '../engine-options.ts';
import { buildOlean } from './olean.ts';
import { writeDocument } from './write-document.ts';

export interface BuildOptions extends CommonOptions, WorkerOptions {
  readonly from?: 'file' | 'minif2f' | 'subset' | 'environment';
  readonly out?: string;
  readonly split?: string;
  readonly source?: string;
  readonly names?: string;
  readonly match?: string;
  readonly offset?: number;
  readonly limit?: number;
  readonly module?: string;
  readonly olean?: boolean;
  readonly name?: string;
}

/** `corpus build`: a theorem list made of another, of the environment, or compiled for native workers. */
export function corpusBuildCommand(corpus: Command, context: CommandContext): void {
  const command = withWorkerOptions(withCommonOptions(corpus.command('build')))
    .description('make a theorem list, with its hash; or compile one for native workers (--olean)')
    .argument('[corpus]', 'a name from "corpus list", or a file, a dataset or the folder of a benchmark')
    .addOption(
      new Option('--from <kind>', 'what it is made of')
        .choices(['file', 'minif2f', 'subset', 'environment'])
        .default('file'),
    )
    .option('--out <file>', 'where the list is written (JSON)')
    .option('--split <name>', 'only this split: valid, test; of any list its halves, train and evaluate')
    .option('--source <name>', 'only the theorems of this source')
    .option('--names <file>', 'only these theorems, a name on each line')
    .option('--match <pattern>', 'only theorems whose name matches this regular expression')
    .option('--offset <n>', 'leave out so many first', wholeNumber(0))
    .option('--limit <n>', 'at most so many', wholeNumber(1))
    .option('--module <prefix>', 'with --from environment: modules whose name begins so (default Init)')
    .option('--olean', 'write a Lean file of the theorems and compile it, leaving out those that do not compile')
    .option('--name <module>', 'with --olean: name of the module, such as BenchMiniF2F');
  command.action((reference: string | undefined, options: BuildOptions) =>
    options.olean ? buildOlean(context, reference, options) : build(context, reference, options),
  );
}

async function build(context: CommandContext, reference: string | undefined, options: BuildOptions): Promise<void> {
  const { out, from = 'file' } = options;
  if (out === undefined) throw usage('where should the list be written? give --out x.json');
  if (from === 'environment' && reference !== undefined)
    throw usage(`--from environment takes no corpus ("${reference}"); --module says which theorems`);
  const made =
    from === 'environment'
      ? await ofEnvironment(context, options)
      : await ofCorpus(requireReference(reference), options);
  const theorems = await chosen(made.theorems, options);
  if (theorems.length === 0) throw usage('no theorem is left; nothing is written');
  const document = corpusDocument(basename(out).replace(/\.\w+$/, ''), theorems, made.from);
  await writeDocument(out, document);
  const { sha256 } = document;
  if (options.json)
    return printJson(context, {
      schema: 'proofdeck.corpus-build/1',
      out,
      reference: document.reference,
      sha256,
      theorems: theorems.length,
      total: made.theorems.length + made.skipped.length,
      skipped: made.skipped,
    });
  context.out(`${theorems.length} theorems written to ${out}  (${document.reference})`);
  for (const { name, message } of made.skipped) context.note(`left out ${cleanLine(name)}: ${cleanLine(message)}`);
}

interface Made {
  readonly theorems: readonly Theorem[];
  readonly skipped: readonly Skipped[];
  readonly from: Readonly<Record<string, unknown>>;
}

async function ofCorpus(reference: string, { split, from = 'file' }: BuildOptions): Promise<Made> {
  // The folder of the benchmark has both splits, and nobody should tune on the test set by accident.
  const wanted = split ?? (from === 'minif2f' && !reference.includes('#') ? 'valid' : undefined);
  const read = await readCorpus(reference, { split: wanted, skip: true });
  if (read.kind === 'unreadable') throw usage(read.message);
  return {
    theorems: read.theorems,
    skipped: read.skipped,
    from: {
      kind: from,
      // Where it lay on this machine is nobody's business.
      corpus: basename(reference),
      revision: read.revision,
      ...(wanted !== undefined && { split: wanted }),
      ...(read.preamble.length > 0 && { preamble: read.preamble }),
      ...(read.imports.length > 0 && { imports: read.imports }),
    },
  };
}

const PAGE = 500;

/** Theorems as the environment prints them: goals without hypotheses, so that each is started by its name. */
async function ofEnvironment(context: CommandContext, options: BuildOptions): Promise<Made> {
  const { module = 'Init' } = options;
  const { lean } = await configuration('corpus', context, options);
  const engine = await requireEngine(
    context,
    { ...lean, workers: { kind: 'exactly', count: 1 } },
    options.quiet === true || options.json === true,
  );
  try {
    const theorems: Theorem[] = [];
    const skipped: Skipped[] = [];
    for (let offset: number | null = 0; offset !== null; ) {
      const page: Awaited<ReturnType<typeof engine.pool.theorems>> = await engine.pool.theorems({
        module,
        offset,
        limit: PAGE,
      });
      if (page.kind !== 'listed') throw new CommandExit(EXIT.failed, page.message);
      for (const { name, statement, module: source } of page.theorems) {
        if (statement === null) skipped.push({ name, message: 'its statement cannot be printed' });
        else theorems.push({ name, statement: `⊢ ${statement}`, ...(source !== null && { source }) });
      }
      offset = page.next;
      if (context.signal.aborted) throw new CommandExit(EXIT.interrupted);
    }
    const from = { kind: 'environment', toolchain: engine.toolchain, module, lean: lean.kind };
    return { theorems, skipped, from };
  } finally {
    await engine.close();
  }
}

async function chosen(theorems: readonly Theorem[], options: BuildOptions): Promise<readonly Theorem[]> {
  const { source, offset, limit } = options;
  const subset = subsetOf(theorems, {
    source,
    offset,
    limit,
    match: options.match === undefined ? undefined : pattern(options.match),
    names: options.names === undefined ? undefined : await namesOf(options.names),
  });
  if (subset.kind === 'subset') return subset.theorems;
  throw usage(
    `${options.names} names ${subset.names.length} theorems that are not there, such as ${subset.names.slice(0, 3).join(', ')}`,
  );
}

async function namesOf(file: string): Promise<ReadonlySet<string>> {
  try {
    const lines = (await readFile(file, 'utf8')).split('\n').map((line) => line.trim());
    return new Set(lines.filter((line) => line !== ''));
  } catch (error) {
    throw usage(`the file of names ${file} cannot be read: ${whyFailed(error)}`);
  }
}

function pattern(text: string): RegExp {
  try {
    return new RegExp(text, 'u');
  } catch (error) {
    throw usage(`--match ${text}: ${(error as Error).message}`);
  }
}

/** The corpus that the command line names. */
export function requireReference(reference: string | undefined): string {
  if (reference === undefined) throw usage('of what? name a corpus, a file or a folder, or give --from environment');
  return reference;
}
