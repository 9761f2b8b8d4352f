import type { Comparison } from '../../src/run/compare-results.ts';
import { buildReport } from '../../src/run/report/build.ts';
import { renderHtml } from '../../src/run/report/html.ts';
import { renderMarkdown } from '../../src/run/report/markdown.ts';
import { tallyRun } from '../../src/run/tally.ts';
import { replaceFile } from '../../src/storage/atomic-file.ts';
import type { StorageFailed } from '../../src/storage/failure.ts';
import type { RunReader } from './run-reader.ts';

export type ReportFormat = 'html' | 'md';

export interface ReportOptions {
  readonly format: ReportFormat;
  /** Where it goes. @default `report.html` or `report.md` in the run's folder */
  readonly out?: string;
  /** With other results; this run is one of them. */
  readonly comparison?: Comparison | null;
  /** Ms since 1970. @default Date.now() */
  readonly now?: number;
}

export type WriteReportResult = { readonly kind: 'written'; readonly path: string } | StorageFailed;

/** Writes the report of a run as it is now, whether it has ended or not. */
export async function writeReport(run: RunReader, options: ReportOptions): Promise<WriteReportResult> {
  const path = options.out ?? run.file(`report.${options.format}`);
  const written = await replaceFile(path, reportText(run, options));
  return written.kind === 'written' ? { kind: 'written', path } : written;
}

/** The same as text. */
export function reportText(run: RunReader, { format, comparison, now }: ReportOptions): string {
  const { manifest, state, theorems, isInterrupted: interrupted } = run;
  const at = now ?? Date.now();
  const live = run.holder === null ? null : run.live;
  const tally = tallyRun(manifest, state, { now: at, live });
  const report = buildReport({
    manifest,
    theorems,
    state,
    tally,
    interrupted,
    comparison: comparison ?? null,
    now: at,
  });
  return format === 'html' ? renderHtml(report) : renderMarkdown(report);
}
