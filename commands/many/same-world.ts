import { changedModel } from '../../sessions/provider-record.ts';
import { checkOut } from '../../sessions/runs/out-files.ts';
import { findProfile } from '../../src/config/models.ts';
import type { TacticProvider } from '../../src/policy/provider.ts';
import { addressOf } from '../../src/policy/provider-address.ts';
import type { ProviderSettings } from '../../src/policy/provider-source.ts';
import type { Manifest } from '../../src/run/manifest.ts';
import { usage } from '../common-options.ts';
import { providerProfiles } from '../configuration.ts';
import { type CommandContext, CommandExit, type CommonOptions, EXIT } from '../context.ts';

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
  throw new CommandExit(EXIT.missing, `the run ${id} was begun with another model: ${changed}; ${notOneTable}`);
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
