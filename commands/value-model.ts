import type { EngineProviders } from '../sessions/engine.ts';
import { ValueShelf } from '../sessions/value-shelf.ts';
import type { Config } from '../src/config/schema.ts';
import { homeRoot } from '../src/storage/paths.ts';
import type { ModelPlaces } from '../src/value/score/locate.ts';
import type { ValueModel, ValueModelUnavailable, ValueRecord } from '../src/value/score/value-model.ts';
import { type CommandContext, CommandExit, type CommonOptions, EXIT } from './context.ts';

/** Where value models are looked for. */
export function modelPlaces(context: CommandContext, options: CommonOptions): ModelPlaces {
  return { home: homeRoot(options.home, context.environment), folder: context.folder };
}

/**
 * The value models of a command, opened with what its providers are opened with; the shelf closes them.
 * @param of whether the command meets states that nobody has seen before, as searches do: a model over imported vectors can score none of them
 */
export function valueShelf(
  context: CommandContext,
  options: CommonOptions,
  providers: EngineProviders,
  { value: { device } }: Pick<Config, 'value'>,
  of: 'new states' | 'any states' = 'new states',
): ValueShelf {
  return new ValueShelf(async (given) => {
    const { openValueModel } = await import('../src/value/score/open-value-model.ts');
    const source = { ...providers, ...modelPlaces(context, options), device, signal: context.signal };
    const opened = await openValueModel(given, source);
    if (of === 'any states' || opened.kind !== 'valueModel' || opened.model.about.encoder.kind !== 'imported')
      return opened;
    const { name, about } = opened.model;
    await opened.model.close();
    return {
      kind: 'mismatched',
      message: `the value model ${name} knows the imported vectors ${about.encoder.name} only, and a search meets new states: import them with the encoder that they are from (ebm import --encoder), or train on another`,
    };
  });
}

/** The value model that the configuration names, or null where it names none: a search that wants one never runs without. */
export async function requireValueModel(
  values: ValueShelf,
  { value }: Pick<Config, 'value'>,
): Promise<ValueModel | null> {
  if (value.model === '') return null;
  const opened = await values.open(value.model);
  if (opened.kind === 'valueModel') return opened.model;
  throw missingValueModel(opened);
}

/** What the value model that the configuration names is, by its file alone, or why it is not there; neither where it names none. */
export async function identityOfValueModel(
  context: CommandContext,
  options: CommonOptions,
  config: Pick<Config, 'value'>,
): Promise<{ readonly value: ValueRecord | null; readonly valueProblem: string | null }> {
  if (config.value.model === '') return { value: null, valueProblem: null };
  const { identifyValueModel } = await import('../src/value/score/open-value-model.ts');
  const found = await identifyValueModel(config.value.model, modelPlaces(context, options));
  return found.kind === 'identified'
    ? { value: found.record, valueProblem: null }
    : { value: null, valueProblem: missingValueModel(found).message };
}

/** How a command ends that cannot have its value model. */
function missingValueModel({ message }: ValueModelUnavailable): CommandExit {
  return new CommandExit(
    EXIT.missing,
    `${message}; leave --value and value.model away to search without a value model`,
  );
}
