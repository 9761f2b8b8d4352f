import type { SearchResult } from '../sessions/results.ts';
import { cleanText } from '../src/text/clean.ts';
import type { CommandContext } from './context.ts';

/** The result of one search for a person. */
export function printSearch(context: CommandContext, result: SearchResult): void {
  const { verdict, stats, budget } = result;
  if (result.status === 'proved' && verdict) {
    context.out(`+ proved ${verdict.level} in ${(stats.timeMs.total / 1000).toFixed(2)} s`);
    context.out('');
    context.out(cleanText(result.script ?? ''));
    context.out('');
    const axioms = verdict.axioms.length === 0 ? 'none' : verdict.axioms.join(', ');
    context.out(`axioms      ${axioms} (behind library lemmas: ${verdict.axiomsBehindLibrary})`);
  } else {
    context.out(`x ${result.status}: ${cleanText(result.reason ?? '')}`);
    if (verdict && !verdict.accepted)
      context.out(`! closed, not verified (${verdict.level ?? 'no level'}): ${cleanText(verdict.reason ?? '')}`);
  }
  const c = stats.candidates;
  context.out(
    `toolchain   ${result.worker?.toolchain} (${result.worker?.kind}), provider ${result.provider}, seed ${result.seed}`,
  );
  context.out(
    `search      ${stats.expansions} of ${budget.maxNodes} expansions, ${stats.nodes} nodes, depth ${stats.depth}, ${stats.open} open`,
  );
  context.out(
    `candidates  ${c.proposed} proposed, ${c.unique} unique, ${c.tried} tried: ${c.applied} applied, ${c.failed} failed, ${c.timedOut} timed out`,
  );
  context.out(`session     ${result.session}`);
}
