import { z } from 'zod';
import { cleanLine } from '../../text/clean.ts';
import { parseJson } from '../../text/parse-json.ts';
import { parseAddress } from '../http/address.ts';
import { badAnswer } from '../http/read-json.ts';
import type { Transport } from '../http/transport.ts';
import type { ServerFailed } from '../server-failure.ts';

const workerSchema = z.union([z.string(), z.object({ url: z.string() }).transform(({ url }) => url)]);
/** `GET /workers` of routers since 2025, and `GET /list_workers` of those before. */
const workersSchema = z.union([
  z.object({ workers: z.array(workerSchema) }).transform(({ workers }) => workers),
  z.object({ urls: z.array(z.string()) }).transform(({ urls }) => urls),
  z.array(workerSchema),
]);

export type RouterResult =
  | { readonly kind: 'router'; readonly workers: readonly string[] }
  /** It spreads requests over nobody: it is a server itself. */
  | { readonly kind: 'server' }
  | ServerFailed;

const deadlineMs = 10_000;

/** The servers behind an address, where a router answers there. */
export async function workersBehind(transport: Transport, signal?: AbortSignal): Promise<RouterResult> {
  for (const path of ['/workers', '/list_workers']) {
    const answer = await transport.send({ method: 'GET', path, deadlineMs, signal });
    if (answer.kind === 'serverFailed') {
      if (answer.status === undefined || answer.reason === 'unauthorised') return answer;
      continue;
    }
    const workers = workersSchema.safeParse(parseJson(answer.text));
    if (!workers.success) continue;
    const wrong = workers.data.find((one) => parseAddress(one).kind === 'badAddress');
    if (wrong !== undefined)
      return badAnswer(
        `${transport.shown}${path} names a server at ${JSON.stringify(cleanLine(wrong, ' ', 80))}, which is no address`,
      );
    return { kind: 'router', workers: [...new Set(workers.data)] };
  }
  return { kind: 'server' };
}
