import { cleanLine } from '../../src/text/clean.ts';
import { count, duration, percent, size } from '../../src/text/quantity.ts';
import type { GpuView, ServerView } from '../servers/view.ts';
import type { Figure, StatisticTone } from './statistics.ts';

/** A group of figures of a server, under its name. */
export interface FigureGroup {
  readonly name: string;
  readonly figures: readonly Figure[];
}

const figure = (name: string, text: string, tone: StatisticTone = 'plain'): Figure => ({
  name,
  text: cleanLine(text),
  tone,
});
const some = (name: string, value: number | null, show: (value: number) => string, tone?: StatisticTone): Figure[] =>
  value === null ? [] : [figure(name, show(value), tone)];

/** From this fill on requests wait for room in the cache. */
const fullCache = 0.9;

/** Everything that is known of a server, in groups; the most wanted first. */
export function selectServer(view: ServerView): readonly FigureGroup[] {
  return [
    { name: 'model', figures: modelFigures(view) },
    { name: 'load', figures: loadFigures(view) },
    { name: 'ranks', figures: rankFigures(view) },
    { name: 'run', figures: runFigures(view) },
    { name: 'ours', figures: ourFigures(view) },
    { name: 'failed', figures: failedFigures(view) },
  ].filter(({ figures }) => figures.length > 0);
}

function modelFigures({ identity }: ServerView): readonly Figure[] {
  if (identity === null) return [];
  const { model, weightVersion, contextLength, server, version, capabilities } = identity;
  const { logProbs } = capabilities;
  return [
    figure('model', model),
    ...(weightVersion === null ? [] : [figure('weights', weightVersion)]),
    ...some('context', contextLength, (tokens) => `${count(tokens)} tokens`),
    figure('server', version === null ? server : `${server} ${version}`),
    // What an SGLang's are is found out by the first search that asks it.
    ...((capabilities.completion || capabilities.chat) && logProbs !== 'unknown'
      ? [figure('log-probs', logProbs, logProbs === 'none' ? 'warn' : 'plain')]
      : []),
  ];
}

function loadFigures({ gauges, source, answerMs }: ServerView): readonly Figure[] {
  if (gauges === null) return [];
  const { running, queued, held, tokensPerSecond, cacheHitRate, kvUse, kvTokens } = gauges;
  return [
    ...some('running', running, count),
    ...some('queued', queued, count, (queued ?? 0) > 0 ? 'warn' : 'plain'),
    ...((held ?? 0) > 0 ? some('held back', held, count, 'warn') : []),
    ...some('tokens/s', tokensPerSecond, (speed) => (speed < 10 ? speed.toFixed(1) : count(speed))),
    ...some('KV use', kvUse, (share) => percent(share), (kvUse ?? 0) >= fullCache ? 'warn' : 'plain'),
    ...some('cache hits', cacheHitRate, (share) => percent(share)),
    ...some('KV tokens', kvTokens, count),
    ...some('answers in', answerMs, duration),
    ...(source === 'none' ? [figure('figures', 'none: it has no metrics, or was started without', 'dim')] : []),
  ];
}

function rankFigures({ gauges }: ServerView): readonly Figure[] {
  if (gauges === null || gauges.ranks.length < 2) return [];
  return gauges.ranks.map(({ rank, running, queued, kvUse }) =>
    figure(
      `dp${rank}`,
      `${running ?? '-'} running ${queued ?? '-'} queued${kvUse === null ? '' : ` ${percent(kvUse)}`}`,
    ),
  );
}

/** Of the process of the run that is looked at. */
function runFigures({ run }: ServerView): readonly Figure[] {
  if (run === null) return [];
  const { inFlight, limit, waiting, answered, samples, retries, p50Ms, p95Ms, answers } = run;
  return [
    figure('in flight', `${inFlight} of at most ${limit}`),
    figure('waiting', count(waiting), waiting > 0 ? 'warn' : 'plain'),
    figure('answered', count(answered)),
    ...(answered === 0 ? [] : [figure('latency', `${duration(p50Ms)}, p95 ${duration(p95Ms)}`)]),
    ...(answers ? [] : [figure('breaker', 'open: nothing is asked', 'fail')]),
    figure('samples', count(samples)),
    ...(retries > 0 ? [figure('repeated', count(retries), 'warn')] : []),
  ];
}

function ourFigures({ own, run }: ServerView): readonly Figure[] {
  if (own === null) return run === null ? [figure('requests', 'none: no search of this process uses it', 'dim')] : [];
  const { inFlight, limit, queued, answered, samples, latency, waiting, retries, breaker } = own;
  return [
    figure('in flight', `${inFlight} of at most ${limit}`),
    figure('waiting', count(queued), queued > 0 ? 'warn' : 'plain'),
    figure('answered', count(answered)),
    ...(latency.count === 0 ? [] : [figure('latency', `${duration(latency.p50Ms)}, p95 ${duration(latency.p95Ms)}`)]),
    ...(waiting.p95Ms < 1
      ? []
      : [figure('in our queue', `${duration(waiting.p50Ms)}, p95 ${duration(waiting.p95Ms)}`)]),
    breakerFigure(breaker.kind),
    figure('samples', count(samples)),
    ...(retries > 0 ? [figure('repeated', count(retries), 'warn')] : []),
  ];
}

function breakerFigure(kind: 'open' | 'probing' | 'closed'): Figure {
  if (kind === 'closed') return figure('breaker', 'closed');
  return kind === 'open'
    ? figure('breaker', 'open: nothing is asked', 'fail')
    : figure('breaker', 'trying one request', 'warn');
}

const failureWords = {
  tooLong: 'too long',
  badRequest: 'refused',
  unauthorised: 'unauthorised',
  overloaded: 'overloaded',
  serverDown: 'server down',
  aborted: 'given up',
  timeout: 'no answer in time',
  wrongMode: 'wrong mode',
  badAnswer: 'bad answers',
} as const;

function failedFigures({ own }: ServerView): readonly Figure[] {
  const failed = Object.entries(own?.failed ?? {}) as [keyof typeof failureWords, number][];
  return failed.map(([reason, times]) =>
    figure(failureWords[reason], count(times), reason === 'aborted' ? 'dim' : 'fail'),
  );
}

/** A line for each GPU: what it does, how full it is, and who holds its memory. */
export function selectGpus(view: GpuView | null): readonly FigureGroup[] {
  if (view === null || view.kind === 'absent') return [];
  if (view.kind === 'unreadable') return [{ name: 'GPU', figures: [figure('unreadable', view.message, 'warn')] }];
  return view.gpus.map((gpu) => ({
    name: `GPU ${gpu.index}`,
    figures: [
      ...some('busy', gpu.utilisation, (share) => `${share} %`),
      ...(gpu.memoryUsedBytes === null || gpu.memoryTotalBytes === null
        ? []
        : [figure('memory', `${size(gpu.memoryUsedBytes)} of ${size(gpu.memoryTotalBytes)}`)]),
      ...some('at', gpu.temperatureCelsius, (degrees) => `${degrees} C`),
      figure('is', gpu.name, 'dim'),
      ...gpu.processes.map(({ pid, name, memoryBytes }) =>
        figure(
          'held by',
          `${name === null ? '' : `${name} `}(pid ${pid}${memoryBytes === null ? '' : `, ${size(memoryBytes)}`})`,
          'dim',
        ),
      ),
    ],
  }));
}
