import type { ServerStatus } from '../../sessions/serving/server-status.ts';
import type { ReadGpusResult } from '../../src/inference/gpu/read-gpus.ts';
import { holderWords } from '../../src/inference/serve/gpu-memory.ts';
import { cleanLine } from '../../src/text/clean.ts';
import { duration, figure, gibibytes, percent } from '../../src/text/quantity.ts';

/** The same signs as on the screen. */
const signs: Readonly<Record<ServerStatus['state'], string>> = {
  ready: '+',
  router: '+',
  elsewhere: '.',
  loading: '.',
  paused: '!',
  released: '!',
  frozen: 'x',
  died: 'x',
  down: 'x',
  unauthorised: 'x',
  strange: 'x',
};

/** What a server does, after its name. */
export const stateWords: Readonly<Record<ServerStatus['state'], string>> = {
  ready: 'is ready',
  router: 'answers',
  elsewhere: 'is on another machine',
  loading: 'still loads',
  paused: 'is paused',
  released: 'has its memory released',
  frozen: 'is frozen',
  died: 'has died',
  down: 'is not there',
  unauthorised: 'does not take the key',
  strange: 'is no SGLang, or answers wrongly',
};

/** What is known of a server, the most important first. */
export function statusLines(server: ServerStatus, now: number): readonly string[] {
  const { name, url, state, mode, message } = server;
  const does = mode === null ? '' : mode === 'embed' ? '  vectors' : '  text';
  const lines = [`${signs[state]} ${name === null ? '' : `${name}  `}${state}${does}  ${url}`];
  if (state === 'router') {
    lines.push(`    spreads requests over ${server.workers.join(', ') || 'nobody'}`);
    return lines;
  }
  const add = (...facts: readonly (string | null)[]): void => {
    const known = facts.filter((one) => one !== null);
    if (known.length > 0) lines.push(`    ${known.map((one) => cleanLine(one)).join(', ')}`);
  };
  if (message !== null) add(message);
  add(
    server.model === null ? null : `model ${server.model}`,
    server.weightVersion === null ? null : `weights ${server.weightVersion}`,
    server.contextLength === null ? null : `context ${server.contextLength}`,
    server.version === null ? null : `SGLang ${server.version}`,
  );
  const age = server.startedAt === null ? Number.NaN : now - Date.parse(server.startedAt);
  add(
    server.pid === null ? null : `process ${server.pid}`,
    server.pid === null || Number.isNaN(age) ? null : `up ${duration(Math.max(0, age))}`,
    server.gpus === null ? null : `GPU ${server.gpus.join(' and ')}`,
    server.gpuMemoryBytes === null ? null : `${gibibytes(server.gpuMemoryBytes)} of its memory`,
  );
  add(
    server.running === null ? null : `${server.running} running`,
    server.queued === null ? null : `${server.queued} queued`,
    server.tokensPerSecond === null ? null : `${figure(server.tokensPerSecond)} tokens/s`,
    server.kvUse === null ? null : `KV cache ${percent(server.kvUse)}`,
    server.cacheHitRate === null ? null : `prefix hits ${percent(server.cacheHitRate)}`,
  );
  if (server.log !== null) add(`log ${server.log}`);
  for (const line of server.lastLines) lines.push(`      ${line}`);
  return lines;
}

/** The GPUs of this machine; nothing where there are none. */
export function gpuLines(read: ReadGpusResult): readonly string[] {
  if (read.kind === 'noTool') return [];
  if (read.kind === 'gpusUnreadable') return [`! ${read.message}`];
  return read.gpus.map(
    ({ index, name, utilisation, memoryUsedBytes, memoryTotalBytes, temperatureCelsius, processes }) =>
      [
        `  GPU ${index} ${name}`,
        utilisation === null ? '' : `${utilisation} % busy`,
        memoryUsedBytes === null || memoryTotalBytes === null
          ? ''
          : `${gibibytes(memoryUsedBytes)} of ${gibibytes(memoryTotalBytes)}`,
        temperatureCelsius === null ? '' : `${temperatureCelsius} °C`,
        processes.map(holderWords).join(', '),
      ]
        .filter((one) => one !== '')
        .join('  '),
  );
}
