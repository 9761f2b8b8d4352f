import { join } from 'node:path';
import { z } from 'zod';
import { userTemplateSchema } from '../policy/prompts/user-template.ts';
import { packageRoot } from '../storage/paths.ts';
import { nearest } from './nearest.ts';
import { userConfigFile } from './resolve.ts';
import { whyNoServerUrl } from './server-url.ts';
import { readToml } from './toml-file.ts';

const samplingSchema = z.strictObject({
  /** Used where nobody sets `search.temperature`. */
  temperature: z.number().min(0).optional(),
  top_p: z.number().gt(0).max(1).optional(),
  top_k: z.int().min(1).optional(),
  min_p: z.number().min(0).max(1).optional(),
  max_tokens: z.int().min(1).optional(),
});

/** A named way to get tactics. Which kinds need which fields is the kinds' own matter; what is left out, settings decide. */
export const providerProfileSchema = z.strictObject({
  /** One of the kinds in the provider registry: `heuristic` is built in. */
  kind: z.string().min(1),
  /** What it is, for lists. */
  about: z.string().optional(),
  /** Address of the server, or path of the file. */
  url: z
    .string()
    .refine((text) => !/^https?:/.test(text) || whyNoServerUrl(text) === null, {
      error: ({ input }) => whyNoServerUrl(String(input)) ?? '',
    })
    .optional(),
  model: z.string().optional(),
  /** Name of the prompt format, or one of your own. */
  prompt: z.string().optional(),
  template: userTemplateSchema.optional(),
  sampling: samplingSchema.optional(),
  /** `mean` divides log-probs by the number of tokens. */
  score: z.enum(['sum', 'mean']).optional(),
  /** How a server of the kind `openai` is asked; found out when left out. */
  route: z.enum(['completion', 'chat']).optional(),
  /** Environment variable, or file, that holds the key. Never the key itself. */
  api_key_env: z.string().optional(),
  api_key_file: z.string().optional(),
  max_in_flight: z.int().min(1).max(4096).optional(),
  /** Of a mixture: other profiles, and the share of the candidates that each is asked for. */
  members: z
    .array(z.strictObject({ provider: z.string().min(1), quota: z.number().positive().default(1) }))
    .min(1)
    .optional(),
});
export type ProviderProfile = Readonly<z.infer<typeof providerProfileSchema>>;

export type ProfilesResult =
  | { readonly kind: 'profiles'; readonly profiles: ReadonlyMap<string, ProviderProfile> }
  | { readonly kind: 'badProfiles'; readonly message: string };

/** All provider profiles: those of the package, then the user's `models.toml` beside the user's configuration, then the home's. */
export async function readProviderProfiles(
  home: string,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<ProfilesResult> {
  const profiles = new Map<string, ProviderProfile>();
  const user = join(userConfigFile(environment), '..', 'models.toml');
  for (const path of [join(packageRoot(), 'configs', 'models.toml'), user, join(home, 'models.toml')]) {
    const document = await readToml(path);
    if (document.kind === 'unreadable') return { kind: 'badProfiles', message: document.problem.message };
    if (document.kind === 'absent') continue;
    for (const [name, value] of Object.entries(document.value)) {
      const parsed = providerProfileSchema.safeParse(value);
      if (!parsed.success)
        return { kind: 'badProfiles', message: `${path}: provider [${name}]: ${z.prettifyError(parsed.error)}` };
      profiles.set(name, parsed.data);
    }
  }
  return { kind: 'profiles', profiles };
}

export type ProfileResult =
  | { readonly kind: 'profile'; readonly name: string; readonly profile: ProviderProfile }
  | { readonly kind: 'noSuchProfile'; readonly message: string };

/** The profile of that name. */
export function findProfile(profiles: ReadonlyMap<string, ProviderProfile>, name: string): ProfileResult {
  const profile = profiles.get(name);
  if (profile !== undefined) return { kind: 'profile', name, profile };
  const near = nearest(name, profiles.keys());
  const hint = near === null ? `there are ${[...profiles.keys()].join(', ')}` : `did you mean ${near}?`;
  return { kind: 'noSuchProfile', message: `there is no provider ${JSON.stringify(name)}: ${hint}` };
}
