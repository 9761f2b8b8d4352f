import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type KeyOverrides, parseKeys } from '../src/config/keys.ts';
import { userConfigFile } from '../src/config/resolve.ts';
import { hasCode, whyFailed } from '../src/storage/failure.ts';
import { actions } from '../views/actions/table.ts';
import { usage } from './common-options.ts';

/** A person's own keys: `keys.toml` in the home folder, else beside the user's `config.toml`. */
export async function keyOverrides(
  home: string,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<KeyOverrides> {
  for (const file of [join(home, 'keys.toml'), join(userConfigFile(environment), '..', 'keys.toml')]) {
    let text: string;
    try {
      text = await readFile(file, 'utf8');
    } catch (error) {
      if (hasCode(error, 'ENOENT') || hasCode(error, 'ENOTDIR')) continue;
      throw usage(`${file} cannot be read: ${whyFailed(error)}`);
    }
    const parsed = parseKeys(text, file, actions);
    if (parsed.kind === 'keys') return parsed.overrides;
    throw usage(parsed.message);
  }
  return {};
}
