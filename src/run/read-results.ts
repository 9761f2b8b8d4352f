import { type ReadReference, readReferenceResult } from './reference-results.ts';
import {
  type EvalDocument,
  evalDocumentSchema,
  type SearchDocument,
  searchDocumentSchema,
  type TheoremResult,
} from './result-schema.ts';
import type { BudgetSet, ComparedTheorem, ResultSet } from './result-set.ts';
import { noSource } from './results.ts';

export type ReadResult = ReadReference;

/**
 * Reads the text of a result file: a document of `search` or `eval`, or the reference's evaluation in either of its
 * layouts. `origin` names the file in messages; `name` labels a result that does not name itself.
 */
export function readResult(text: string, origin: string, name: string): ReadResult {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    return { kind: 'noResult', message: `${origin} is no result: not JSON (${(error as Error).message})` };
  }
  const schema = typeof json === 'object' && json !== null && 'schema' in json ? json.schema : undefined;
  if (typeof schema !== 'string') return readReferenceResult(json, origin, name);
  const known =
    schema === 'proofdeck.eval/1' ? evalDocumentSchema : schema === 'proofdeck.search/1' ? searchDocumentSchema : null;
  if (known === null)
    return { kind: 'noResult', message: `${origin} is a ${schema} document; compare takes results of search and eval` };
  const parsed = known.safeParse(json);
  if (parsed.success) return { kind: 'result', result: resultSetOf(parsed.data, origin, name) };
  const issue = parsed.error.issues[0];
  const message = `${origin} is damaged: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'it does not fit'}`;
  return { kind: 'noResult', message };
}

/** A document of ours as comparisons need it. */
export function resultSetOf(document: SearchDocument | EvalDocument, origin: string, name: string): ResultSet {
  const isEval = document.schema === 'proofdeck.eval/1';
  const budgets = isEval
    ? document.budget_results.map(
        ({ budget, solved, total, avg_nodes, avg_time_secs, per_theorem }): BudgetSet => ({
          budget,
          solved,
          total,
          avgNodes: avg_nodes,
          avgSecs: avg_time_secs,
          theorems: theorems(per_theorem),
        }),
      )
    : [
        {
          budget: document.budget.max_nodes,
          solved: document.proved,
          total: document.searched,
          avgNodes: null,
          avgSecs: null,
          theorems: theorems(document.per_theorem),
        },
      ];
  const { valueModel } = document;
  return {
    label: isEval && document.iteration !== null ? `iteration ${document.iteration}` : name,
    origin,
    format: 'proofdeck',
    timestamp: document.timestamp,
    complete: document.complete,
    theorems: document.theorems,
    budgets,
    cumulative: { solved: document.proved, total: document.searched },
    level: document.level,
    toolchain: document.toolchain,
    benchmark: document.corpus.reference,
    revision: document.corpus.revision,
    suspect: document.suspect,
    settings: {
      provider: document.provider,
      ...(document.model !== null && { model: document.model }),
      value: valueModel === null ? 'off' : `${valueModel.name} ${valueModel.hash.slice(0, 12)}`,
      attempts: String(document.budget.attempts),
      budgets: document.budget.budgets.join(', '),
      'git commit': document.git_commit ?? 'none',
      proofdeck: document.program,
      // The budgets stand for `search.max_nodes`.
      ...Object.fromEntries(
        Object.entries(document.configuration).flatMap(([key, value]) =>
          key === 'search.max_nodes' ? [] : [[key, settingText(value)]],
        ),
      ),
    },
  };
}

function theorems(results: readonly TheoremResult[]): readonly ComparedTheorem[] {
  return results
    .filter(({ failure_reason }) => failure_reason !== 'not_searched')
    .map(({ name, proved, source, nodes_used, time_secs, error }) => ({
      name,
      proved,
      source: source ?? noSource,
      // An attempt that failed to start took no nodes, which says nothing about the search.
      nodes: error === undefined ? nodes_used : null,
      secs: error === undefined ? time_secs : null,
    }));
}

const settingText = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));
