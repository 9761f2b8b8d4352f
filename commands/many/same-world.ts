import { changedModel } from '../../sessions/provider-record.ts';
import { checkOut } from '../../sessions/runs/out-files.ts';
import { findProfile } from '../../src/config/models.ts';
import type { TacticProvider } from '../../src/policy/provider.ts';
import { addressOf } from '../../src/policy/provider-address.ts';
import type { ProviderSettings } from '../../src/policy/provider-source.ts';
import type { Manifest } from '../../src/run/manifest.ts';
import type { ValueModel } from '../../src/value/score/value-model.ts';
import { usage } from '../common-options.ts';
import { providerProfiles, type SearchOptions } from '../configuration.ts';
import { type CommandContext, CommandExit, type CommonOptions, EXIT } from '../context.ts';
import { modelPlaces } from '../value-model.ts';

/*
 * A run may be resumed on another machine, or a year later. What its results depend on has to be as it was; what is found to
 * be otherwise ends the command before anything is searched.
 */

const notOneTable = 'results of both do not belong into one table; begin a new run';

/** Before Lean starts: the provider, and the places outside the run's folder. */
export async function refuseOtherWorld(
  context: CommandContext,
  options: CommonOptions,
  manifest: Manifest,
  settings: ProviderSettings,
): Promise<void> {
  await refuseOtherProvider(context, options, manifest, settings);
  const { id, command, out, resumedFrom } = manifest;
  const failure = out === null ? null : await checkOut(command, out, resumedFrom?.file ?? null);
  if (failure === null) return;
  const message = `the run ${id} cannot go on with its --out ${out}: ${failure.message}; the rows so far: proofdeck export ${id} --out <file>`;
  throw new CommandExit(EXIT.missing, message);
}

/** Ends the command when a run was begun with another toolchain: its results would be no one table. */
export function refuseOtherToolchain({ id, lean }: Manifest, toolchain: string): void {
  if (toolchain === lean.toolchain) return;
  throw new CommandExit(
    EXIT.missing,
    `the run ${id} was begun with ${lean.toolchain}, and this is ${toolchain}: ${notOneTable}`,
  );
}

/** After the provider has answered: the model behind it, its weights, and how it is asked. */
export function refuseOtherModel({ id, provider: recorded }: Manifest, provider: TacticProvider): void {
  const changed = changedModel(recorded, provider);
  if (changed === null) return;
  const now = (provider.identities ?? []).map(({ url }) => url);
  const left = (recorded.identities ?? []).map(({ url }) => url).filter((url) => !now.includes(url));
  const where = left.length === 0 ? '' : `it was asked at ${left.join(', ')}: --set says where it is served now; `;
  throw new CommandExit(EXIT.missing, `the run ${id} was begun with another model: ${changed}; ${where}${notOneTable}`);
}

/** Where the value model of a run is now: at `--value`, by its name in the home, or where it was; empty where the run has none. */
export async function placeOfValue(
  context: CommandContext,
  options: CommonOptions & Pick<SearchOptions, 'value'>,
  manifest: Manifest,
): Promise<string> {
  const { id, value: recorded } = manifest;
  if (recorded === null) {
    if (options.value !== undefined)
      throw new CommandExit(EXIT.missing, `the run ${id} was begun without a value model: ${notOneTable}`);
    return '';
  }
  const { identifyValueModel } = await import('../../src/value/score/open-value-model.ts');
  const modelsAt = modelPlaces(context, options);
  const places = options.value === undefined ? [recorded.name, recorded.file] : [options.value];
  const reasons: string[] = [];
  for (const place of places) {
    if (place === undefined) continue;
    const found = await identifyValueModel(place, modelsAt);
    if (found.kind === 'identified' && found.record.hash === recorded.hash) return place;
    reasons.push(found.kind === 'identified' ? `${place} is ${found.record.hash.slice(0, 12)}` : found.message);
  }
  throw new CommandExit(
    EXIT.missing,
    `the run ${id} was begun with the value model ${recorded.name} (${recorded.hash.slice(0, 12)}), which is not here: ${reasons.join('; ')}; say with --value where it is, or begin a new run`,
  );
}

/** Energies of another head do not belong beside the run's. */
export function refuseOtherValue({ id, value: recorded }: Manifest, value: ValueModel | null): void {
  if (recorded?.hash === value?.hash) return;
  const said = (one: { readonly name: string; readonly hash: string } | null): string =>
    one === null ? 'no value model' : `the value model ${one.name} (${one.hash.slice(0, 12)})`;
  throw new CommandExit(
    EXIT.missing,
    `the run ${id} was begun with ${said(recorded)}, and this is ${said(value)}: ${notOneTable}`,
  );
}

/** The server of a model may have moved; where no model is known its address tells what it is. */
async function refuseOtherProvider(
  context: CommandContext,
  options: CommonOptions,
  { id, provider }: Manifest,
  settings: ProviderSettings,
): Promise<void> {
  const found = findProfile(await providerProfiles(context, options), provider.name);
  if (found.kind === 'noSuchProfile') throw usage(found.message);
  const { kind } = found.profile;
  const { url, model } = addressOf(found.profile, settings);
  const isSame =
    kind === provider.kind &&
    model === provider.model &&
    (provider.model !== null || provider.identities !== undefined || url === provider.url);
  if (isSame) return;
  const said = (one: { readonly kind: string; readonly model: string | null; readonly url: string | null }): string =>
    [one.kind, one.model, one.url].filter((part) => part !== null).join(', ');
  throw new CommandExit(
    EXIT.missing,
    `the provider ${provider.name} of the run ${id} was ${said(provider)}, and is ${said({ kind, model, url })} now: ${notOneTable}`,
  );
}
