import type { ServerFailed } from '../server-failure.ts';

const neverReached = new Set([
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EADDRNOTAVAIL',
  'EAI_AGAIN',
  'ENOTFOUND',
  'ETIMEDOUT',
  'UND_ERR_CONNECT_TIMEOUT',
]);
const meanings: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nobody listens there: is the server running?',
  ENOTFOUND: 'there is no host of that name',
  EAI_AGAIN: 'the name of the host cannot be looked up just now',
  EHOSTUNREACH: 'the host cannot be reached',
  ENETUNREACH: 'the network cannot be reached',
  ETIMEDOUT: 'the host does not answer',
  UND_ERR_CONNECT_TIMEOUT: 'the host does not answer',
  ECONNRESET: 'the connection was reset',
  EPIPE: 'the connection was closed',
  UND_ERR_SOCKET: 'the connection was closed before the answer was complete',
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: 'the connection was closed before the answer was complete',
  UND_ERR_RES_EXCEEDED_MAX_SIZE: 'the answer is larger than any answer should be',
};

/** An error of the connection as a value. */
export function connectionFailure(error: unknown, what: string): ServerFailed {
  const code = codeOf(error);
  const text = meanings[code] ?? (error instanceof Error ? error.message : String(error));
  const message = `${what}: ${text}${code === '' || code in meanings ? '' : ` (${code})`}`;
  if (/^(?:CERT_|ERR_TLS|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_|ERR_SSL)/.test(code))
    return { kind: 'serverFailed', reason: 'serverDown', message, retriable: false, reached: false };
  if (/^HPE_|^UND_ERR_RES_EXCEEDED/.test(code))
    return { kind: 'serverFailed', reason: 'badAnswer', message, retriable: false, reached: true };
  return {
    kind: 'serverFailed',
    reason: 'serverDown',
    message,
    retriable: code !== 'ENOTFOUND',
    reached: !neverReached.has(code),
  };
}

function codeOf(error: unknown): string {
  for (let one: unknown = error; one instanceof Error; one = one.cause) {
    if ('code' in one && typeof one.code === 'string') return one.code;
    // Several addresses of one host were tried.
    if (one instanceof AggregateError && one.errors.length > 0) return codeOf(one.errors[0]);
  }
  return '';
}
