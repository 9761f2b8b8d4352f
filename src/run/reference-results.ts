import { z } from 'zod';
import type { BudgetSet, ComparedTheorem, ResultSet } from './result-set.ts';

/*
 * Result files of the reference: with `budget_results` (its first layout), or flattened to one budget (from February 2026
 * on). Unknown fields are left alone; of the optional ones only those that comparisons use are read.
 */

const theorem = z.object({
  name: z.string(),
  proved: z.boolean(),
  nodes_used: z.number().nullish(),
  time_secs: z.number().nullish(),
  source: z.string().nullish(),
});

const budgetShape = {
  solved: z.int().min(0),
  total: z.int().min(0),
  avg_nodes: z.number().nullish(),
  avg_time_secs: z.number().nullish(),
  per_theorem: z.array(theorem).nullish(),
};

const headShape = {
  iteration: z.int().nullish(),
  timestamp: z.string().nullish(),
  llm_path: z.string().nullish(),
  ebm_path: z.string().nullish(),
  benchmark: z.string().nullish(),
  total_theorems: z.int().nullish(),
  git_commit: z.string().nullish(),
};

const budgetsSchema = z.object({
  ...headShape,
  budget_results: z.array(z.object({ budget: z.int(), ...budgetShape })).min(1),
  cumulative_solved: z.int().nullish(),
});

const flattenedSchema = z.object({
  ...headShape,
  ...budgetShape,
  max_nodes: z.int().nullish(),
  max_rounds: z.int().nullish(),
});

export type ReadReference =
  | { readonly kind: 'result'; readonly result: ResultSet }
  | { readonly kind: 'noResult'; readonly message: string };

/** Reads a result file of the reference, already parsed from JSON. `origin` names it; `fallback` labels it when it has no iteration. */
export function readReferenceResult(json: unknown, origin: string, fallback: string): ReadReference {
  const isObject = typeof json === 'object' && json !== null && !Array.isArray(json);
  if (isObject && 'budget_results' in json) return fromBudgets(json, origin, fallback);
  if (isObject && 'solved' in json && 'total' in json) return fromFlattened(json, origin, fallback);
  const keys = isObject ? Object.keys(json).slice(0, 5).join(', ') : Array.isArray(json) ? 'a list' : String(json);
  return noResult(origin, `it holds ${keys || 'nothing'}; expected "budget_results", or "solved" and "total"`);
}

function fromBudgets(json: unknown, origin: string, fallback: string): ReadReference {
  const parsed = budgetsSchema.safeParse(json);
  if (!parsed.success) return noResult(origin, firstIssue(parsed.error));
  const { data } = parsed;
  const budgets = data.budget_results
    .map(({ budget, ...rest }): BudgetSet => budgetSet(budget, rest))
    .sort((a, b) => a.budget! - b.budget!);
  const total = Math.max(...budgets.map((entry) => entry.total));
  const solved = data.cumulative_solved ?? Math.max(...budgets.map((entry) => entry.solved));
  return {
    kind: 'result',
    result: { ...head(data, origin, fallback), format: 'budgets', budgets, cumulative: { solved, total } },
  };
}

function fromFlattened(json: unknown, origin: string, fallback: string): ReadReference {
  const parsed = flattenedSchema.safeParse(json);
  if (!parsed.success) return noResult(origin, firstIssue(parsed.error));
  const { data } = parsed;
  const { solved, total } = data;
  const result = head(data, origin, fallback);
  // Rounds are no expansions: such a result has no budget in common with others.
  const rounds: Readonly<Record<string, string>> =
    data.max_rounds == null ? {} : { 'max rounds': String(data.max_rounds) };
  return {
    kind: 'result',
    result: {
      ...result,
      settings: { ...result.settings, ...rounds },
      format: 'flattened',
      budgets: [budgetSet(data.max_nodes ?? null, data)],
      cumulative: { solved, total },
    },
  };
}

type Head = z.infer<z.ZodObject<typeof headShape>>;

function head(data: Head, origin: string, fallback: string): Omit<ResultSet, 'format' | 'budgets' | 'cumulative'> {
  const settings = {
    provider: data.llm_path,
    value: data.ebm_path ?? 'off',
    'git commit': data.git_commit,
  };
  return {
    label: data.iteration == null ? fallback : `iteration ${data.iteration}`,
    origin,
    timestamp: data.timestamp ?? null,
    complete: true,
    theorems: data.total_theorems ?? 0,
    level: null,
    toolchain: null,
    benchmark: data.benchmark ?? null,
    revision: null,
    suspect: false,
    settings: Object.fromEntries(
      Object.entries(settings).flatMap(([name, value]) => (value == null ? [] : [[name, value]])),
    ),
  };
}

function budgetSet(budget: number | null, data: z.infer<z.ZodObject<typeof budgetShape>>): BudgetSet {
  return {
    budget,
    solved: data.solved,
    total: data.total,
    avgNodes: data.avg_nodes ?? null,
    avgSecs: data.avg_time_secs ?? null,
    theorems:
      data.per_theorem?.map(
        ({ name, proved, nodes_used, time_secs, source }): ComparedTheorem => ({
          name,
          proved,
          source: source ?? null,
          nodes: nodes_used ?? null,
          secs: time_secs ?? null,
        }),
      ) ?? null,
  };
}

const noResult = (origin: string, why: string): ReadReference => ({
  kind: 'noResult',
  message: `${origin} is no result of search or eval: ${why}`,
});

function firstIssue(error: z.ZodError): string {
  const issue = error.issues[0];
  return issue === undefined ? 'it does not fit' : `${issue.path.join('.') || 'the top level'}: ${issue.message}`;
}
