import type { ProviderProfile } from '../../config/models.ts';
import { blankSample } from '../../inference/blank-sample.ts';
import type { Sample } from '../../inference/generation.ts';
import { extractCandidate } from '../model/asking.ts';
import { proposalOf } from '../model/proposal.ts';
import { BARE_COMPLETION } from '../prompts/format.ts';
import { findPromptFormat } from '../prompts/registry.ts';
import type { OpenProviderResult, ProviderSource } from '../provider-source.ts';
import { readScript } from './read-script.ts';
import { ScriptProvider } from './script-provider.ts';

/** Opens a provider that plays back a file. Raw responses are taken apart by the rules of the profile's prompt format, if it names one. */
export async function openScript(
  name: string,
  profile: ProviderProfile,
  { settings, home }: Pick<ProviderSource, 'settings' | 'home'>,
): Promise<OpenProviderResult> {
  const file = profile.url ?? settings.script.file;
  if (file === '')
    return { kind: 'unknownProvider', message: `provider ${name}: name what it plays back with --set script.file=…` };
  const format = profile.prompt ?? settings.policy.prompt;
  const found = format === '' ? null : findPromptFormat(format);
  if (found?.kind === 'unknownFormat')
    return { kind: 'unknownProvider', message: `provider ${name}: ${found.message}` };
  const read = await readScript(file, home);
  if (read.kind === 'unreadable') return { kind: 'providerUnavailable', message: `provider ${name}: ${read.message}` };
  const shape = found?.format.shape ?? BARE_COMPLETION;
  return {
    kind: 'provider',
    provider: new ScriptProvider({
      name,
      file,
      script: read.script,
      proposalOf: (completions, state, wholeProofs) => {
        const samples = completions.map((one) =>
          typeof one === 'string' ? sample(one, null) : sample(one.text, one.logProb),
        );
        const proposal = proposalOf(samples, {
          origin: name,
          score: 'sum',
          weightVersion: null,
          omitted: '',
          extract: (one) => extractCandidate(shape, state, one, { wholeProofs, rename: settings.policy.rename }),
          wholeProofs,
        });
        return { ...proposal, exhausted: false };
      },
    }),
  };
}

const sample = (text: string, logProb: number | null): Sample => ({
  ...blankSample,
  text,
  finish: { kind: 'stop', matched: null },
  logProb: logProb === null ? null : { sum: logProb, tokens: 0, perToken: [], scaledBy: null, countsEnd: false },
});
