export interface LinkedSignal {
  readonly signal: AbortSignal;
  readonly abort: () => void;
  /** To be called when the work is over. */
  readonly unlink: () => void;
}

/**
 * A signal that is aborted with any of the others. Unlike `AbortSignal.any` it can be unlinked, so that a signal that lives as long as a run does
 * not keep one of these for every request.
 */
export function linkSignals(signals: readonly AbortSignal[]): LinkedSignal {
  const controller = new AbortController();
  const abort = () => controller.abort();
  for (const one of signals) one.addEventListener('abort', abort, { once: true });
  if (signals.some(({ aborted }) => aborted)) abort();
  const unlink = () => {
    for (const one of signals) one.removeEventListener('abort', abort);
  };
  return { signal: controller.signal, abort, unlink };
}
