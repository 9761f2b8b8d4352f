export type StatisticTone = 'plain' | 'ok' | 'fail' | 'pending' | 'warn' | 'dim';

/** A figure with its name, ready to show. */
export interface Figure {
  readonly name: string;
  readonly text: string;
  readonly tone: StatisticTone;
}

/** Names a figure. */
export const figure = (name: string, text: string | number, tone: StatisticTone = 'plain'): Figure => ({
  name,
  text: String(text),
  tone,
});

/** Milliseconds for a person: `840ms`, `12.3s`, `4m05s`, `2h03m`. */
export function formatMs(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)}ms`;
  if (ms < 59_950) return `${(ms / 1000).toFixed(1)}s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 3600) return `${Math.floor(seconds / 60)}m${String(seconds % 60).padStart(2, '0')}s`;
  return `${Math.floor(seconds / 3600)}h${String(Math.floor((seconds % 3600) / 60)).padStart(2, '0')}m`;
}
