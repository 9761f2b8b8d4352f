import { parseAddress, type ServerAddress } from '../../src/inference/http/address.ts';

/** The address of a server, read. Throws when it is none. */
export function addressOf(url: string): ServerAddress {
  const address = parseAddress(url);
  if (address.kind !== 'address') throw new Error(address.message);
  return address;
}
