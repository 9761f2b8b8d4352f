/** Where a server is. */
export interface ServerAddress {
  readonly kind: 'address';
  readonly origin: string;
  /** Path in front of every route, without a slash at its end; usually empty. */
  readonly prefix: string;
  /** For messages and records: without user name and password. */
  readonly shown: string;
  /** From a user name and password in the address. */
  readonly authorization: string | null;
}

export type AddressResult = ServerAddress | { readonly kind: 'badAddress'; readonly message: string };

/**
 * Reads the address of a server; `http://` may be left out.
 *
 * @example parseAddress('localhost:30000') // origin http://localhost:30000
 */
export function parseAddress(text: string): AddressResult {
  const trimmed = text.trim();
  const url = URL.parse(/^[a-z][a-z0-9+.-]*:\/\//i.test(trimmed) ? trimmed : `http://${trimmed}`);
  // A password may stand in a text that is not an address, so it is not repeated.
  const bad = (problem: string): AddressResult => ({
    kind: 'badAddress',
    message: `the server's address ${problem}; expected something like http://localhost:30000`,
  });
  if (url === null || url.hostname === '') return bad('cannot be read');
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return bad(`begins with ${url.protocol}//`);
  const prefix = url.pathname.replace(/\/+$/, '');
  const user = url.username || url.password ? `${decode(url.username)}:${decode(url.password)}` : null;
  return {
    kind: 'address',
    origin: url.origin,
    prefix,
    shown: `${url.origin}${prefix}`,
    authorization: user === null ? null : `Basic ${Buffer.from(user).toString('base64')}`,
  };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
