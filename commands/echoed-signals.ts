/**
 * Milliseconds in which a signal counts as the echo of the one before. A signal to a whole process group (`timeout`, a batch system, systemd)
 * arrives twice: by itself, and passed on by the launcher. People who mean a second one are slower.
 */
export const ECHO_MS = 500;

/** Whether a signal is but the echo of one that came just before. */
export function echoedSignals(now: () => number = performance.now.bind(performance)): (signal: string) => boolean {
  const heard = new Map<string, number>();
  return (signal) => {
    const at = now();
    const before = heard.get(signal);
    if (before !== undefined && at - before < ECHO_MS) return true;
    heard.set(signal, at);
    return false;
  };
}
