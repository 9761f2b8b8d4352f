import { readJson } from '../http/read-json.ts';
import type { Transport } from '../http/transport.ts';
import type { ServerFailed } from '../server-failure.ts';
import type { ServerCapabilities } from '../server-identity.ts';
import { generateSchema } from './wire.ts';

const deadlineMs = 30_000;
/** A smaller distance of the two likeliest tokens says nothing against rounding. */
const leastGap = 0.05;

/**
 * Whether log-probs have the temperature in them, which depends on a variable of the server's environment that no route shows. Asks
 * for one token twice, at temperatures 1 and 2: the distance of the two likeliest first tokens is halved by scaling and is otherwise the same.
 */
export async function probeLogProbScale(
  transport: Transport,
  signal?: AbortSignal,
): Promise<ServerCapabilities['logProbs'] | ServerFailed> {
  const gaps: number[] = [];
  for (const temperature of [1, 2]) {
    const gap = await gapAt(transport, temperature, signal);
    if (typeof gap !== 'number') return gap;
    gaps.push(gap);
  }
  const [plain, heated] = gaps as [number, number];
  if (!(plain >= leastGap)) return 'unknown';
  const ratio = heated / plain;
  if (Math.abs(ratio - 1) < 0.1) return 'raw';
  return Math.abs(ratio - 0.5) < 0.1 ? 'scaled' : 'unknown';
}

async function gapAt(transport: Transport, temperature: number, signal?: AbortSignal): Promise<number | ServerFailed> {
  const body = {
    text: 'theorem',
    sampling_params: { max_new_tokens: 1, temperature, top_p: 1, top_k: -1, n: 1 },
    return_logprob: true,
    logprob_start_len: -1,
    top_logprobs_num: 2,
  };
  const answer = await transport.send({ method: 'POST', path: '/generate', body, deadlineMs, signal });
  if (answer.kind === 'serverFailed') return answer;
  const read = readJson(answer, generateSchema, `${transport.shown}/generate`);
  if (read.kind === 'serverFailed') return read;
  const [first, second] = read.value[0]?.meta_info.output_top_logprobs?.[0] ?? [];
  return (first?.[0] ?? Number.NaN) - (second?.[0] ?? Number.NaN);
}
