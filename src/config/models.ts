import { join } from 'node:path';
import { z } from 'zod';
import { packageRoot } from '../storage/paths.ts';
import { nearest } from './nearest.ts';
import { userConfigFile } from './resolve.ts';
import { readToml } from './toml-file.ts';

/** A named way to get tactics. Which kinds need which fields is the kinds' own matter. */
export const providerProfileSchema = z.strictObject({
  /** One of the kinds in the provider registry: `heuristic` is built in. */
  kind: z.string().min(1),
  /** What it is, for lists. */
  about: z.string().optional(),
  /** Address of the server, or path of the file. */
  url: z.string().optional(),
  model: z.string().optional(),
  /** Name of the prompt format. */
  prompt: z.string().optional(),
  sampling: z
    .strictObject({
      temperature: z.number().min(0).optional(),
      top_p: z.number().gt(0).max(1).optional(),
      max_tokens: z.int().min(1).optional(),
    })
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
