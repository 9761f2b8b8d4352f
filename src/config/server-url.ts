import { z } from 'zod';

/** Address of a server. Addresses are recorded, so they hold no secret: keys have places of their own. */
export const serverUrlSchema = z.string().superRefine((text, refinement) => {
  const why = whyNoServerUrl(text);
  if (why !== null) refinement.addIssue({ code: 'custom', message: why });
});

/** What is wrong with an address, for a person; null when nothing is. */
export function whyNoServerUrl(text: string): string | null {
  const url = URL.parse(/^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`);
  if (url === null || !/^https?:$/.test(url.protocol)) return 'expected an address such as http://127.0.0.1:30000';
  if (url.username !== '' || url.password !== '' || url.search !== '')
    return 'an address is recorded, so it must hold no user name, password or query; name the key with api_key_env or api_key_file';
  return null;
}
