import type { Command } from 'commander';
import type { Engine } from '../sessions/engine.ts';
import type { ConstantReport } from '../sessions/inspect.ts';
import { homeRoot } from '../src/storage/paths.ts';
import { cleanLine, cleanText } from '../src/text/clean.ts';
import { printJson, usage, withCommonOptions, withWorkerOptions } from './common-options.ts';
import { configuration, type WorkerOptions } from './configuration.ts';
import { type CommandContext, CommandExit, type CommonOptions, EXIT } from './context.ts';
import { requireEngine } from './engine-options.ts';

type Found = Extract<ConstantReport, { readonly kind: 'found' }>;
type InspectOptions = CommonOptions & WorkerOptions;

/** `inspect <name>`: one constant of the environment, and where recorded searches use it. */
export function inspectCommand(program: Command, context: CommandContext): void {
  withWorkerOptions(withCommonOptions(program.command('inspect')))
    .description('a constant of the environment: statement, kind, module, axioms, value, and where sessions use it')
    .argument('<name>', 'its full name, such as Nat.add_comm')
    .action((name: string, options: InspectOptions) => inspect(context, name.trim(), options));
}

async function inspect(context: CommandContext, name: string, options: InspectOptions): Promise<void> {
  if (name === '' || /\s/.test(name))
    throw usage(`${JSON.stringify(name)} is no name of a constant: give one such as Nat.add_comm`);
  const { lean } = await configuration('inspect', context, options);
  // One question needs one worker.
  const engine = await requireEngine(
    context,
    { ...lean, workers: { kind: 'exactly', count: 1 } },
    options.quiet === true || options.json === true,
  );
  try {
    await report(context, engine, name, options);
  } finally {
    await engine.close();
  }
}

/** A person at the command line waits longer than one at the screen. */
const readForMs = 20_000;

async function report(context: CommandContext, engine: Engine, name: string, options: InspectOptions): Promise<void> {
  const { absentMessage, inspectConstant } = await import('../sessions/inspect.ts');
  const home = homeRoot(options.home, context.environment);
  const found = await inspectConstant(engine.pool, home, name, context.signal, readForMs);
  switch (found.kind) {
    case 'failed':
      throw new CommandExit(EXIT.failed, `${name} could not be inspected: ${cleanText(found.message)}`);
    case 'absent': {
      if (options.json)
        printJson(context, {
          schema: 'proofdeck.inspect/1',
          name,
          found: false,
          nearest: found.nearest,
          toolchain: engine.toolchain,
        });
      throw usage(absentMessage(name, found.nearest));
    }
    case 'found':
      if (options.json) printJson(context, document(found, engine.toolchain));
      else for (const line of lines(found, engine.toolchain)) context.out(line);
  }
}

/** The document of `inspect --json`. Text of Lean is in it as it is: JSON escapes control bytes. */
function document({ declaration, leanMs, occurrences, inRuns }: Found, toolchain: string): unknown {
  const { found, sessionsRead, sessionsLeft, stopped, unreadable } = occurrences;
  return {
    schema: 'proofdeck.inspect/1',
    found: true,
    ...declaration,
    toolchain,
    leanMs,
    occurrences: found,
    inRuns,
    sessions: { read: sessionsRead, left: sessionsLeft, stopped, unreadable: unreadable.map(({ message }) => message) },
  };
}

const shownConstants = 40;
const shownValue = 4000;

function lines({ declaration, occurrences, inRuns }: Found, toolchain: string): readonly string[] {
  const { name, kind, module, statement, signature, value, axioms, axiomsBehindLibrary, constants, isUnsafe, doc } =
    declaration;
  const field = (label: string, text: string): string => `${label.padEnd(11)} ${indented(text)}`;
  const shown = constants.slice(0, shownConstants).map((one) => cleanLine(one));
  const more = constants.length - shown.length;
  return [
    `${isUnsafe ? 'unsafe ' : ''}${kind} ${cleanLine(name)}`,
    ...(doc === null ? [] : [field('', cleanText(doc))]),
    field('statement', cleanText(statement)),
    ...(signature === null ? [] : [field('signature', cleanText(signature))]),
    field('module', module === null ? 'unknown' : cleanLine(module)),
    field('axioms', axiomText(axioms, axiomsBehindLibrary)),
    field('value', value === null ? 'not in this package: library bodies are left out' : cleanText(value, shownValue)),
    field('uses', `${shown.join(', ') || 'nothing'}${more > 0 ? ` and ${more} more` : ''}`),
    field('toolchain', cleanLine(toolchain)),
    ...occurrenceLines(occurrences),
    ...runLines(inRuns),
  ];
}

function axiomText(axioms: readonly string[] | null, behind: string): string {
  if (axioms === null) return 'this worker does not list them';
  const listed = axioms.length === 0 ? 'none that can be seen' : axioms.map((axiom) => cleanLine(axiom)).join(', ');
  return behind === 'assumed'
    ? `${listed}; library proofs are not in this package, so what is behind them is assumed`
    : listed;
}

const PLACES = { proof: 'proof', closed: 'closed, not verified', applied: 'applied' } as const;

function occurrenceLines({
  found,
  sessionsRead,
  sessionsLeft,
  stopped,
  unreadable,
}: Found['occurrences']): readonly string[] {
  const left = stopped === null ? '' : `; ${sessionsLeft} older ones were not read (limit of ${stopped})`;
  const heading = `${found.length === 0 ? 'not used' : 'used'} in ${sessionsRead} session${sessionsRead === 1 ? '' : 's'} read${left}`;
  return [
    '',
    heading,
    ...found.map(
      (one) =>
        `  ${one.session} ${one.search}  ${cleanLine(one.theorem)}  node ${one.node}  ${PLACES[one.where]}: ${cleanLine(one.tactic, ' ⏎ ', 200)}`,
    ),
    ...unreadable.map(({ message }) => `  left out: ${cleanLine(message)}`),
  ];
}

function runLines({ found, runsRead, runsLeft, stopped }: Found['inRuns']): readonly string[] {
  if (runsRead + runsLeft === 0) return [];
  const left = stopped === null ? '' : `; ${runsLeft} older ones were not read (limit of ${stopped})`;
  return [
    `${found.length === 0 ? 'in no proof' : 'in proofs'} of ${runsRead} run${runsRead === 1 ? '' : 's'} read${left}`,
    ...found.map(
      ({ run, theorem, tactic }) => `  ${run}  ${cleanLine(theorem)}  proof: ${cleanLine(tactic, ' ⏎ ', 200)}`,
    ),
  ];
}

function indented(text: string): string {
  return text.replaceAll('\n', `\n${' '.repeat(12)}`);
}
