import type { SearchResult } from '../sessions/results.ts';
import { providerTable } from '../src/search/provider-table.ts';
import type { SearchState } from '../src/search/state.ts';
import { hybridText } from '../src/search/whole-proof/counts.ts';
import { cleanLine, cleanText } from '../src/text/clean.ts';
import { counted } from '../src/text/quantity.ts';
import { plainTable } from '../src/text/table.ts';
import type { CommandContext } from './context.ts';

/** The result of one search for a person. */
export function printSearch(context: CommandContext, result: SearchResult, state: SearchState): void {
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
  const per = stats.candidatesPerExpansion;
  context.out(`            ${per.min} to ${per.max} different ones for each expansion, ${per.avg} on average`);
  if (c.unusable > 0) context.out(`            ${unusableText(c.unusable, state)}`);
  if (stats.cached > 0) context.out(`            ${stats.cached} of the expansions answered from the cache`);
  if (stats.hybrid) context.out(`proofs      ${hybridText(stats.hybrid)}`);
  if (stats.byProvider.length > 1)
    for (const line of plainTable(providerTable(stats.byProvider))) context.out(`            ${line}`);
  context.out(`value model ${valueText(result)}`);
  context.out(`session     ${result.session}`);
}

/** How many answers gave no tactic, and what most of them were thrown away for. */
function unusableText(count: number, { nodes }: SearchState): string {
  const times = new Map<string, number>();
  for (const { unusable = [] } of nodes)
    for (const { reason } of unusable) times.set(reason, (times.get(reason) ?? 0) + 1);
  const [first] = [...times].toSorted(([, a], [, b]) => b - a);
  const answers = counted(count, 'answer');
  if (first === undefined) return `${answers} of the model that no tactic came out of`;
  const [reason, share] = first;
  const which = share === count ? '' : `; ${share} of them`;
  return `${answers} of the model that no tactic came out of${which}: ${cleanLine(reason)}`;
}

/** The value model with what was asked of it, or that there is none. */
function valueText({ value, valueModel, stats: { ebm, timeMs } }: SearchResult): string {
  if (value === 'off' || valueModel === null) return 'off';
  const { name, hash, about } = valueModel;
  const encoder = about === undefined ? '' : `, encoder ${about.encoder.name}`;
  const skipped = ebm && ebm.ebm_skipped_by_depth > 0 ? `, ${ebm.ebm_skipped_by_depth} too shallow` : '';
  const refused = ebm && ebm.refused > 0 ? `, ${ebm.refused} that it cannot take` : '';
  const asked =
    ebm === null
      ? ''
      : `: ${ebm.scored} states in ${ebm.ebm_score_calls} calls, ${ebm.cached} cached${skipped}${refused}, ${timeMs.value} ms`;
  return `on: ${name} ${hash.slice(0, 12)}${encoder}${asked}`;
}
