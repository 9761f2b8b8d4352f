import type { Command } from 'commander';
import { corpusDocument } from '../../src/corpus/document.ts';
import { readCorpus } from '../../src/corpus/panels.ts';
import { validateTheorems } from '../../src/corpus/validate.ts';
import { cleanLine } from '../../src/text/clean.ts';
import { printJson, usage, wholeNumber, withCommonOptions, withWorkerOptions } from '../common-options.ts';
import { configuration, type WorkerOptions } from '../configuration.ts';
import { type CommandContext, CommandExit, type CommonOptions, EXIT } from '../context.ts';
import { requireEngine } from '../engine-options.ts';
import { writeDocument } from './write-document.ts';

interface ValidateOptions extends CommonOptions, WorkerOptions {
  readonly split?: string;
  readonly limit?: number;
  readonly out?: string;
  readonly failed?: string;
}

/** A line of progress after so many theorems. */
const NOTED = 250;

/** `corpus validate`: which theorems of a list can be started, and why the others cannot. */
export function corpusValidateCommand(corpus: Command, context: CommandContext): void {
  withWorkerOptions(withCommonOptions(corpus.command('validate')))
    .description('which theorems of a corpus Lean can start, and why it cannot start the others')
    .argument('<corpus>', 'a name from "corpus list", or a file, a dataset or the folder of a benchmark')
    .option('--split <name>', 'only this split of a dataset: valid, test')
    .option('--limit <n>', 'only the first so many', wholeNumber(1))
    .option('--out <file>', 'write those that start as a list of their own (JSON)')
    .option('--failed <file>', 'write the others, each with category and message (JSON)')
    .action((reference: string, options: ValidateOptions) => validate(context, reference, options));
}

async function validate(context: CommandContext, reference: string, options: ValidateOptions): Promise<void> {
  const read = await readCorpus(reference, { split: options.split });
  if (read.kind === 'unreadable') throw usage(read.message);
  const theorems = read.theorems.slice(0, options.limit);
  const { lean } = await configuration('corpus', context, options);
  const quiet = options.quiet === true || options.json === true;
  const engine = await requireEngine(context, lean, quiet);
  try {
    const { good, failed, notes } = await validateTheorems(theorems, lean.imports, engine, {
      sideBySide: engine.pool.workers,
      signal: context.signal,
      onDone: (done) => {
        if (!quiet && done % NOTED === 0) context.note(`${done} of ${theorems.length}`);
      },
    });
    if (context.signal.aborted) throw new CommandExit(EXIT.interrupted);
    if (options.out !== undefined) {
      const name = options.out.replace(/^.*\//, '').replace(/\.\w+$/, '');
      const from = { kind: 'validated', revision: read.revision, toolchain: engine.toolchain, imports: lean.imports };
      await writeDocument(options.out, corpusDocument(name, good, from));
    }
    if (options.failed !== undefined)
      await writeDocument(options.failed, { schema: 'proofdeck.corpus-failed/1', theorems: failed });
    const groups = Map.groupBy(failed, ({ category }) => category);
    const categories = Object.fromEntries([...groups].map(([category, list]) => [category, list.length]));
    if (options.json)
      return printJson(context, {
        schema: 'proofdeck.corpus-validate/1',
        corpus: reference,
        theorems: theorems.length,
        start: good.length,
        categories,
        failed,
        notes,
        toolchain: engine.toolchain,
        imports: lean.imports,
      });
    context.out(
      `${good.length} of ${theorems.length} theorems start with ${engine.toolchain}, imports ${lean.imports.join(', ')}`,
    );
    for (const [category, [first, ...more]] of [...groups].toSorted((a, b) => b[1].length - a[1].length)) {
      const example = first ? `${cleanLine(first.name)}: ${cleanLine(first.message, ' ', 120)}` : '';
      context.out(`${String(more.length + 1).padStart(7)}  ${category}, such as ${example}`);
    }
    for (const { name, note } of notes) context.note(`${cleanLine(name)}: ${cleanLine(note)}`);
  } finally {
    await engine.close();
  }
}
