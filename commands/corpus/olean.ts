import { join } from 'node:path';
import { corpusDocument } from '../../src/corpus/document.ts';
import { embeddedCompile } from '../../src/corpus/olean/embedded.ts';
import { openNativeCompiler } from '../../src/corpus/olean/native.ts';
import { type Selection, selectCompiling } from '../../src/corpus/olean/select.ts';
import { readCorpus } from '../../src/corpus/panels.ts';
import type { Theorem } from '../../src/corpus/theorem-list.ts';
import { cleanLine } from '../../src/text/clean.ts';
import { printJson, usage } from '../common-options.ts';
import { configuration } from '../configuration.ts';
import { type CommandContext, CommandExit, EXIT } from '../context.ts';
import { requireEngine } from '../engine-options.ts';
import { type BuildOptions, requireReference } from './build.ts';
import { writeDocument } from './write-document.ts';

/** `corpus build --olean`: a Lean module of the theorems, and which of them compile. */
export async function buildOlean(
  context: CommandContext,
  reference: string | undefined,
  options: BuildOptions,
): Promise<void> {
  const { name } = options;
  if (name === undefined || !/^[A-Z][A-Za-z0-9_]*$/.test(name))
    throw usage(
      `--olean needs --name, a module name such as BenchMiniF2F${name === undefined ? '' : `; "${name}" is none`}`,
    );
  const read = await readCorpus(requireReference(reference), { split: options.split, skip: true });
  if (read.kind === 'unreadable') throw usage(read.message);
  const { lean } = await configuration('corpus', context, options);
  const isEmbedded = options.lean === 'embedded' || lean.project === '';
  if (isEmbedded && options.lean !== 'embedded')
    throw usage(
      '--olean needs --lean-project, the Lake project that gets the module; "--lean embedded" only says which theorems compile',
    );
  // The list knows its own imports; a list that says nothing gets those of the configuration.
  const imports = options.imports?.length ? options.imports : read.imports.length > 0 ? read.imports : lean.imports;
  const onRound = (round: number, left: number): void => {
    if (!options.quiet && !options.json) context.note(`round ${round}: ${left} theorems`);
  };
  const total = read.theorems.length;
  const built = isEmbedded
    ? await embedded(context, options, read.theorems, imports, onRound)
    : await native(context, { module: name, project: lean.project }, lean.path, read.theorems, imports, onRound);
  const { selection, files, toolchain } = built;
  if (context.signal.aborted) throw new CommandExit(EXIT.interrupted);
  if (selection.kind === 'failed')
    throw new CommandExit(EXIT.failed, `${name} cannot be compiled with ${toolchain}: ${selection.message}`);
  const { kept, rounds } = selection;
  const skipped = [...read.skipped.map((one) => ({ ...one, category: 'noStatement' })), ...selection.skipped];
  const written = [...files];
  if (!isEmbedded) {
    const skippedFile = join(lean.project, `${name}.skipped.json`);
    await writeDocument(skippedFile, { schema: 'proofdeck.corpus-skipped/1', theorems: skipped });
    written.push(skippedFile);
  }
  if (options.out !== undefined) {
    const from = { kind: 'compiled', module: name, revision: read.revision, toolchain, imports };
    await writeDocument(options.out, corpusDocument(name, kept, from));
    written.push(options.out);
  }
  if (options.json)
    return printJson(context, {
      schema: 'proofdeck.corpus-olean/1',
      name,
      theorems: kept.length,
      total: total + read.skipped.length,
      skipped,
      rounds,
      toolchain,
      imports,
      files: written,
    });
  context.out(`${kept.length} of ${total + read.skipped.length} theorems compile with ${toolchain}`);
  for (const file of written) context.out(`  ${file}`);
  for (const one of skipped)
    context.note(`left out ${cleanLine(one.name)}: ${one.category}: ${cleanLine(one.message)}`);
}

interface Built {
  readonly selection: Selection;
  readonly files: readonly string[];
  readonly toolchain: string;
}
type OnRound = (round: number, left: number) => void;

async function native(
  context: CommandContext,
  target: { readonly module: string; readonly project: string },
  lake: string,
  theorems: readonly Theorem[],
  imports: readonly string[],
  onRound: OnRound,
): Promise<Built> {
  const compiler = await openNativeCompiler({ ...target, ...(lake !== '' && { lake }), signal: context.signal });
  if (compiler.kind === 'startFailed') throw new CommandExit(EXIT.missing, compiler.message);
  try {
    const selection = await selectCompiling(theorems, imports, compiler.compile, onRound);
    return { selection, files: [compiler.sourceFile, compiler.oleanFile], toolchain: compiler.toolchain };
  } finally {
    compiler.close();
  }
}

async function embedded(
  context: CommandContext,
  options: BuildOptions,
  theorems: readonly Theorem[],
  imports: readonly string[],
  onRound: OnRound,
): Promise<Built> {
  const { lean } = await configuration('corpus', context, options);
  const one: typeof lean = { ...lean, imports: [...imports], workers: { kind: 'exactly', count: 1 } };
  const engine = await requireEngine(context, one, options.quiet === true || options.json === true);
  const transport = engine.pool.freshTransport();
  try {
    const started = await transport.start();
    if (started.kind === 'startFailed') throw new CommandExit(EXIT.missing, started.message);
    const selection = await selectCompiling(theorems, imports, embeddedCompile(transport, imports), onRound);
    return { selection, files: [], toolchain: `${engine.toolchain} (embedded: nothing is compiled to a file)` };
  } finally {
    await transport.close();
    await engine.close();
  }
}
