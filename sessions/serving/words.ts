import { duration, gibibytes } from '../../src/text/quantity.ts';
import type { StopServerResult } from './stop-server.ts';

/** What became of a server that was stopped, on one line. */
export function stoppedWords(name: string, result: Extract<StopServerResult, { kind: 'stopped' }>): string {
  if (result.wasGone) return `the server ${name} had ended by itself; it is forgotten`;
  const how = result.forced ? 'stopped by force' : 'stopped';
  const memory = result.memory
    .map(
      ({ gpu, beforeBytes, afterBytes }) =>
        `GPU ${gpu}: ${gibibytes(beforeBytes)} in use before, ${gibibytes(afterBytes)} now`,
    )
    .join('; ');
  const facts = [`the server ${name} is ${how} after ${duration(result.ms)}`, memory, result.warning ?? ''];
  return facts.filter((one) => one !== '').join('; ');
}
