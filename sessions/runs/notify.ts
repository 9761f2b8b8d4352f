/** What a run tells its owner through a command of theirs. */
export interface Notice {
  readonly event: 'finished' | 'stopped' | 'failed' | 'stalled' | 'disk';
  readonly run: string;
  readonly message: string;
  readonly proved: number;
  readonly total: number;
}

const longestMs = 10_000;

/**
 * Runs the owner's shell command with the notice in its environment: PROOFDECK_EVENT, PROOFDECK_RUN, PROOFDECK_MESSAGE,
 * PROOFDECK_PROVED, PROOFDECK_TOTAL. Takes at most 10 s; resolves with why it failed, or null.
 */
export async function notify(command: string, notice: Notice): Promise<string | null> {
  const { execa } = await import('execa');
  const result = await execa(command, {
    shell: true,
    stdio: 'ignore',
    reject: false,
    timeout: longestMs,
    forceKillAfterDelay: 500,
    env: {
      PROOFDECK_EVENT: notice.event,
      PROOFDECK_RUN: notice.run,
      PROOFDECK_MESSAGE: notice.message,
      PROOFDECK_PROVED: String(notice.proved),
      PROOFDECK_TOTAL: String(notice.total),
    },
  });
  if (!result.failed) return null;
  return `the command of --notify failed at "${notice.event}": ${result.shortMessage}`;
}
