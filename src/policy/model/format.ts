import type { ProviderProfile } from '../../config/models.ts';
import type { PromptFormat } from '../prompts/format.ts';
import { findPromptFormat, formatNames, promptFormatFor } from '../prompts/registry.ts';
import { templateFormat } from '../prompts/user-template.ts';

export type FormatResult =
  | { readonly kind: 'format'; readonly format: PromptFormat }
  | { readonly kind: 'noFormat'; readonly message: string };

export interface FormatSources {
  /** Name of the profile. */
  readonly name: string;
  readonly profile: ProviderProfile;
  /** `policy.prompt` and `policy.base`; empty = not said. */
  readonly prompt: string;
  readonly base: string;
  /** As the server names it. */
  readonly model: string;
}

/**
 * How a model is asked: by what the profile says, else the settings, else what the names tell of the model that it was trained from
 * and of the served one. Formats for single tactics are taken before those for whole proofs.
 */
export function formatFor({ name, profile, prompt, base, model }: FormatSources): FormatResult {
  if (profile.template !== undefined) return told(templateFormat(profile.prompt ?? name, profile.template));
  const named = profile.prompt ?? prompt;
  if (named !== '') return told(findPromptFormat(named));
  const from = base !== '' ? base : model;
  const byName = promptFormatFor(from, 'tactic');
  const found = byName.kind === 'format' ? byName : promptFormatFor(from);
  if (found.kind === 'format') return found;
  const where = base === '' ? 'policy.prompt, or the model that it was trained from with policy.base' : 'policy.prompt';
  // What to do comes before the long list, which small screens cut.
  const message = `cannot tell from the name ${JSON.stringify(from)} how to ask the model: set ${where}; formats: ${formatNames()}`;
  return { kind: 'noFormat', message };
}

/**
 * How the same model is asked for whole proofs: by the format that was found where it is for these, else by the one that this names,
 * else by what the model's name tells. A model that knows only single tactics is asked for one, which is a short proof.
 */
export function proofFormatFor(found: PromptFormat, { profile, prompt, base, model }: FormatSources): PromptFormat {
  if (found.mode === 'wholeProof') return found;
  if (found.wholeProofs !== undefined) {
    const named = findPromptFormat(found.wholeProofs);
    if (named.kind === 'format') return named.format;
  }
  // Who chose a format for tactics, or a template, is not given one that nobody chose.
  if (profile.template !== undefined || (profile.prompt ?? prompt) !== '') return found;
  const byName = promptFormatFor(base !== '' ? base : model, 'wholeProof');
  return byName.kind === 'format' ? byName.format : found;
}

function told(
  result:
    | { readonly kind: 'format'; readonly format: PromptFormat }
    | { readonly kind: 'unknownFormat' | 'badTemplate'; readonly message: string },
): FormatResult {
  return result.kind === 'format' ? result : { kind: 'noFormat', message: result.message };
}
