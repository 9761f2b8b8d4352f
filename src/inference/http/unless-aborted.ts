/** What is waited for, or what `left` says as soon as the signal comes first. What others wait for too goes on meanwhile. */
export async function unlessAborted<T, L>(
  asked: Promise<T>,
  signal: AbortSignal | undefined,
  left: () => L,
): Promise<T | L> {
  if (signal === undefined) return asked;
  const { promise: gone, resolve } = Promise.withResolvers<L>();
  const leave = (): void => resolve(left());
  if (signal.aborted) leave();
  signal.addEventListener('abort', leave, { once: true });
  try {
    return await Promise.race([asked, gone]);
  } finally {
    signal.removeEventListener('abort', leave);
  }
}
