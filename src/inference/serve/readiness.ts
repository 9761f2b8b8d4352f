import type { Clock } from '../../search/world.ts';
import { duration } from '../../text/quantity.ts';
import { healthDeadlineMs } from '../http/health.ts';
import { pause } from '../http/pause.ts';
import type { Transport } from '../http/transport.ts';
import type { ServerFailed } from '../server-failure.ts';
import type { Ending } from './death.ts';
import { type LoadedModel, loadedModel } from './model-info.ts';
import type { ServeMode } from './settings.ts';

export type Readiness =
  | { readonly kind: 'ready'; readonly loaded: LoadedModel; readonly ms: number }
  /** It died while it loaded. */
  | { readonly kind: 'died'; readonly ending: Ending; readonly ms: number }
  /** It is there, and can never do what it is for: the wrong mode, a key that it does not take, a first request that it refuses. */
  | { readonly kind: 'unfit'; readonly message: string; readonly ms: number }
  /** It still loads; nothing is wrong as far as one sees. */
  | { readonly kind: 'notYet'; readonly message: string; readonly ms: number }
  | { readonly kind: 'aborted'; readonly ms: number };

export interface WaitOptions {
  readonly transport: Transport;
  readonly mode: ServeMode;
  /** How the process ended; null while it runs, or when nobody can tell. */
  readonly ending: () => Ending | null;
  readonly patienceMs: number;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Told what is waited for, whenever that changes. */
  readonly onPhase?: (phase: ReadinessPhase) => void;
}

export type ReadinessPhase = 'starting' | 'loading' | 'firstRequest';

const lookMs = 500;
const firstRequestDeadlineMs = 120_000;

/**
 * Waits until a server that was just started does its work: its health is good, it has loaded what it should, and it answers a request for
 * one token (or one vector). That request is sent only when its own warm-up has ended, which health tells: the two together have spoilt servers.
 */
export async function waitUntilReady(options: WaitOptions): Promise<Readiness> {
  const { transport, clock, ending, patienceMs, onPhase = () => {} } = options;
  const startedMs = clock.now();
  const passedMs = () => clock.now() - startedMs;
  const dead = new AbortController();
  const signal = AbortSignal.any([options.signal, dead.signal]);
  // A check may take 25 s; that the process is gone is seen at once.
  const watch = setInterval(() => ending() !== null && dead.abort(), 100);
  watch.unref();
  const over = (): Readiness | null => {
    const ended = ending();
    if (ended !== null) return { kind: 'died', ending: ended, ms: passedMs() };
    return options.signal.aborted ? { kind: 'aborted', ms: passedMs() } : null;
  };
  onPhase('starting');
  try {
    for (;;) {
      const check = await transport.send({ method: 'GET', path: '/health', deadlineMs: healthDeadlineMs, signal });
      const end = over();
      if (end !== null) return end;
      if (check.kind === 'answer') break;
      if (check.reason === 'unauthorised') return { kind: 'unfit', message: check.message, ms: passedMs() };
      if (check.reason !== 'serverDown') onPhase('loading');
      if (passedMs() >= patienceMs) return notYet(check, passedMs());
      await pause(lookMs, clock, signal);
    }
    const loaded = await loadedModel(transport, signal);
    if (loaded.kind === 'serverFailed') return over() ?? { kind: 'unfit', message: loaded.message, ms: passedMs() };
    if (loaded.mode !== options.mode) return { kind: 'unfit', message: wrongMode(transport, loaded), ms: passedMs() };
    onPhase('firstRequest');
    const first = await firstRequest(transport, options.mode, signal);
    if (first !== null) return over() ?? { kind: 'unfit', message: first.message, ms: passedMs() };
    return { kind: 'ready', loaded, ms: passedMs() };
  } finally {
    clearInterval(watch);
  }
}

const notYet = (check: ServerFailed, ms: number): Readiness => ({
  kind: 'notYet',
  message: `not ready after ${duration(ms)} (${check.message})`,
  ms,
});

const wrongMode = (transport: Transport, { model, mode }: LoadedModel): string =>
  mode === 'generate'
    ? `${transport.shown} was to embed and generates: its program does not act on --is-embedding`
    : `${transport.shown} was to generate and embeds: ${model} is a model for vectors; start it with --embedding`;

/** One token, or one vector. Null when it came. */
export async function firstRequest(
  transport: Transport,
  mode: ServeMode,
  signal: AbortSignal,
): Promise<ServerFailed | null> {
  const [path, body] =
    mode === 'generate'
      ? ['/generate', { text: 'theorem', sampling_params: { max_new_tokens: 1, temperature: 0 } }]
      : ['/encode', { text: '⊢ True' }];
  const answer = await transport.send({ method: 'POST', path, body, deadlineMs: firstRequestDeadlineMs, signal });
  return answer.kind === 'serverFailed' ? answer : null;
}
