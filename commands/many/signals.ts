import type { CommandContext } from '../context.ts';

/** What signals mean for a run. */
export interface RunSignals {
  /** Aborted by the first Ctrl-C or SIGTERM while the run has not begun; `reason` is its name. */
  readonly starting: AbortSignal;
  /** From now on signals go to the run. */
  begin(listener: RunSignalListener): void;
  /** The signal that stopped it, or null. */
  readonly endedBy: 'SIGINT' | 'SIGTERM' | null;
  /** Gives the signals back. */
  close(): void;
}

export interface RunSignalListener {
  /** The first Ctrl-C. */
  readonly onStop: () => void;
  /** The second one, or SIGTERM. */
  readonly onStopNow: (by: string) => void;
}

/** A run outlives its terminal: SIGHUP means nothing to it. */
export function runSignals(context: CommandContext): RunSignals {
  const starting = new AbortController();
  let listener: RunSignalListener | null = null;
  let interrupts = 0;
  let endedBy: 'SIGINT' | 'SIGTERM' | null = null;
  const take = (signal: string): void => {
    if (signal === 'SIGHUP') return;
    const name = signal === 'SIGTERM' ? 'SIGTERM' : 'SIGINT';
    if (listener === null) starting.abort(name);
    else {
      endedBy ??= name;
      if (name === 'SIGINT' && interrupts++ === 0) listener.onStop();
      else listener.onStopNow(name === 'SIGINT' ? 'Ctrl-C' : 'SIGTERM');
    }
  };
  const onAbort = (): void => take(String(context.signal.reason));
  const giveBack = context.takeSignals?.(take);
  if (!giveBack) context.signal.addEventListener('abort', onAbort);
  if (context.signal.aborted) onAbort();
  return {
    starting: starting.signal,
    begin: (to) => {
      listener = to;
      // Whatever was being started may not have noticed: the run has not begun, so it does not begin.
      if (!starting.signal.aborted) return;
      endedBy = starting.signal.reason === 'SIGTERM' ? 'SIGTERM' : 'SIGINT';
      to.onStopNow(endedBy === 'SIGINT' ? 'Ctrl-C' : 'SIGTERM');
    },
    get endedBy() {
      return endedBy;
    },
    close: () => {
      giveBack?.();
      context.signal.removeEventListener('abort', onAbort);
    },
  };
}
