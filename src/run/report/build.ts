import type { ReportDocument } from './document.ts';
import { comparisonSection } from './sections/comparison.ts';
import { resultSection } from './sections/result.ts';
import { banners, effortSection, provenanceSection, settingsSection } from './sections/run.ts';
import { failuresSection, proofsSection, unprovedSection } from './sections/theorems.ts';
import type { ReportSource } from './source.ts';

/**
 * The report of a run, whether it has ended or not. `renderHtml` and `renderMarkdown` make files of it, `renderLines` lines
 * for a terminal.
 */
export function buildReport(
  source: ReportSource,
  options: { readonly proofs: boolean; readonly settings: 'all' | 'chosen' } = { proofs: true, settings: 'all' },
): ReportDocument {
  const { manifest, comparison } = source;
  return {
    title: `${manifest.command === 'eval' ? 'Evaluation' : 'Search'} ${manifest.id}`,
    blocks: [
      ...banners(source),
      ...resultSection(source),
      ...(comparison === null ? [] : comparisonSection(comparison)),
      ...provenanceSection(source),
      ...effortSection(source),
      ...settingsSection(source, options.settings),
      ...failuresSection(source),
      ...unprovedSection(source),
      ...(options.proofs ? proofsSection(source) : []),
    ],
  };
}
