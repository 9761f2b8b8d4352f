import { z } from 'zod';
import {
  type ServeEmbeddingSettings,
  type ServeSettings,
  serveEmbeddingSettingsSchema,
  serveSettingsSchema,
} from '../inference/serve/settings.ts';
import { searchSettingsSchema } from '../search/settings.ts';
import { type ValueSettings, valueSettingsSchema } from '../value/settings.ts';
import { type Amount, amountOf } from './amount.ts';
import type { Origin } from './origin.ts';
import { serverUrlSchema } from './server-url.ts';

/** How Lean workers are started and kept: the section `[lean]`. */
export const leanSettingsSchema = z.object({
  /** `embedded` (from npm), `pantograph` (a native `repl`) or `lean` (a native `lake env lean`). */
  kind: z.enum(['embedded', 'pantograph', 'lean']).default('embedded'),
  /** Number of workers; 0 = what the machine has room for. As shipped it is a ceiling to that. */
  num_workers: z.number().int().min(0).max(1024).default(0),
  /** Modules that the problem's environment imports. */
  imports: z.array(z.string().min(1)).default(['Init']),
  /** Program of a native worker, and its Lake project; empty = searched for. */
  path: z.string().default(''),
  project: z.string().default(''),
  /** Requests after which a worker is started anew; 0 = never. */
  max_requests_per_worker: z.number().int().min(0).default(0),
  /** Memory in MB past which a worker is started anew; 0 = never. */
  recycle_memory_mb: z.number().int().min(0).default(1200),
});
export type LeanSettings = Readonly<z.infer<typeof leanSettingsSchema>>;

/** How many theorems are searched together, and how their results are kept: the section `[run]`. */
export const runSettingsSchema = z.object({
  /** Theorems searched side by side. As shipped it is a ceiling: no more than there are workers. */
  concurrency: z.number().int().min(1).max(4096).default(6),
  /** Only so many theorems of the list; 0 = all. */
  max_theorems: z.number().int().min(0).default(0),
  /** A part of the trajectories is written after so many theorems, or so many seconds. */
  flush_theorems: z.number().int().min(1).default(50),
  flush_seconds: z.number().positive().default(30),
  /** Command for the shell at the end of a run, on failure, and when it stalls; empty = none. */
  notify: z.string().default(''),
});
export type RunSettings = Readonly<z.infer<typeof runSettingsSchema>>;

/** What machine time costs: the section `[cost]`. */
export const costSettingsSchema = z.object({
  /** Money for an hour of this machine, in any currency; 0 = not shown. */
  per_hour: z.number().min(0).default(0),
  /** GPUs in use, for GPU-hours; 0 = as many as the machine shows. */
  gpus: z.number().int().min(0).default(0),
});

const keySettings = {
  /** Environment variable, or file, that holds the server's key; the key itself is never a setting. */
  api_key_env: z.string().default(''),
  api_key_file: z.string().default(''),
} as const;

/** Where SGLang is, for profiles that do not say so themselves: the section `[sglang]`. */
export const sglangSettingsSchema = z.object({
  url: serverUrlSchema.default('http://127.0.0.1:30000'),
  /** Server that embeds, started with `--is-embedding`. */
  encode_url: serverUrlSchema.default('http://127.0.0.1:30001'),
  ...keySettings,
  /** Most requests in flight together; fewer while the server has too much to do. */
  max_in_flight: z.int().min(1).max(4096).default(32),
  /** Whether the states that a search expands together go out in one request. */
  together: z.boolean().default(false),
});

/** The same for servers that speak OpenAI's protocol: the section `[openai]`. */
export const openaiSettingsSchema = z.object({
  /** With or without `/v1`. */
  url: serverUrlSchema.default('http://127.0.0.1:8000'),
  /** One of the models that the server lists; empty = its only one. */
  model: z.string().default(''),
  /** What kind of server it is; `auto` = found out by asking. */
  server: z.enum(['auto', 'vllm', 'sglang', 'llama-server', 'ollama', 'tgi', 'openai']).default('auto'),
  /** Tokens of prompt and answer together, where the server does not tell, or (Ollama) has to be told; 0 = as it says. */
  context_length: z.int().min(0).default(0),
  ...keySettings,
  max_in_flight: z.int().min(1).max(4096).default(32),
});

/** The same for programs that speak LeanCopilot's protocol, such as `scripts/serve_seq2seq.py`: the section `[leancopilot]`. */
export const leancopilotSettingsSchema = z.object({
  url: serverUrlSchema.default('http://127.0.0.1:23337'),
  model: z.string().default(''),
  max_in_flight: z.int().min(1).max(4096).default(4),
});

/** Who proposes tactics, and what holds for all providers that ask a model: the section `[policy]`. */
export const policySettingsSchema = z.object({
  /** A profile of `models.toml`. */
  provider: z.string().min(1).default('heuristic'),
  /** Prompt format of profiles that name none; empty = found out from the model's name. */
  prompt: z.string().default(''),
  /** The model that the served one was trained from, which tells the prompt format where the served name does not. */
  base: z.string().default(''),
  /** Log-prob of a candidate: the sum over the tokens of its completion, or that sum over their number. */
  score: z.enum(['sum', 'mean']).default('sum'),
  /** Answers kept, so that the same question is not asked again; 0 = none. */
  cache_states: z.int().min(0).default(10_000),
  /** Seconds that a question waits for a server that does not answer, before the command ends or the search pauses. */
  patience: z.number().min(0).default(10),
  /** Whether names that Mathlib has given up are replaced by the newer ones in what models write. */
  rename: z.boolean().default(false),
  /** File to which every answer is added, for the `script` provider; empty = none. */
  record: z.string().default(''),
});

/** What the `script` provider plays back: the section `[script]`. */
export const scriptSettingsSchema = z.object({
  /** A recording, a file of answers, the log of a session, or the folder of a session or a run. */
  file: z.string().default(''),
});

/** The trained ranker that the provider of that kind uses: the section `[ranker]`. */
export const rankerSettingsSchema = z.object({
  /** Its name in `<home>/models/ranker`, its folder, or its file. */
  model: z.string().default(''),
});

/** Everything that can be configured. */
export interface Config {
  readonly search: z.infer<typeof searchSettingsSchema>;
  /** `workers` is `num_workers` as it is meant: what somebody chose, or a ceiling. */
  readonly lean: LeanSettings & { readonly workers: Amount };
  /** `sideBySide` is `concurrency` as it is meant; a ceiling is fitted to the workers that there are. */
  readonly run: RunSettings & { readonly sideBySide: Amount };
  readonly value: ValueSettings;
  readonly cost: Readonly<z.infer<typeof costSettingsSchema>>;
  readonly policy: Readonly<z.infer<typeof policySettingsSchema>>;
  readonly sglang: Readonly<z.infer<typeof sglangSettingsSchema>>;
  readonly openai: Readonly<z.infer<typeof openaiSettingsSchema>>;
  readonly leancopilot: Readonly<z.infer<typeof leancopilotSettingsSchema>>;
  readonly script: Readonly<z.infer<typeof scriptSettingsSchema>>;
  readonly ranker: Readonly<z.infer<typeof rankerSettingsSchema>>;
  readonly serve: ServeSettings;
  readonly serveEmbedding: ServeEmbeddingSettings;
}

const sections = {
  search: searchSettingsSchema,
  lean: leanSettingsSchema,
  run: runSettingsSchema,
  cost: costSettingsSchema,
  value: valueSettingsSchema,
  policy: policySettingsSchema,
  sglang: sglangSettingsSchema,
  openai: openaiSettingsSchema,
  leancopilot: leancopilotSettingsSchema,
  script: scriptSettingsSchema,
  ranker: rankerSettingsSchema,
  serve: serveSettingsSchema,
  serve_embedding: serveEmbeddingSettingsSchema,
} as const;

/** The schema of each key, by its whole name (`search.max_nodes`), in the order in which they are documented. */
export const keySchemas: ReadonlyMap<string, z.ZodType> = new Map(
  Object.entries(sections).flatMap(([section, schema]) =>
    Object.entries(schema.shape).map(([key, value]): [string, z.ZodType] => [`${section}.${key}`, value]),
  ),
);

/**
 * The configuration made of checked values by whole key; keys that are not there get their defaults. `origins` tell which
 * numbers somebody chose.
 */
export function configFrom(
  values: ReadonlyMap<string, unknown>,
  origins: Readonly<Record<string, Origin>> = {},
): Config {
  const section = (name: string): Record<string, unknown> =>
    Object.fromEntries(
      [...values].flatMap(([key, value]) => (key.startsWith(`${name}.`) ? [[key.slice(name.length + 1), value]] : [])),
    );
  const amount = (key: string, count: number): Amount =>
    // 0 = what the machine has room for, whoever says it.
    count === 0 ? { kind: 'atMost', count: Infinity } : amountOf(count, origins[key] ?? { kind: 'default' });
  const lean = sections.lean.parse(section('lean'));
  const run = sections.run.parse(section('run'));
  return {
    search: sections.search.parse(section('search')),
    lean: { ...lean, workers: amount('lean.num_workers', lean.num_workers) },
    run: { ...run, sideBySide: amount('run.concurrency', run.concurrency) },
    cost: sections.cost.parse(section('cost')),
    value: sections.value.parse(section('value')),
    policy: sections.policy.parse(section('policy')),
    sglang: sections.sglang.parse(section('sglang')),
    openai: sections.openai.parse(section('openai')),
    leancopilot: sections.leancopilot.parse(section('leancopilot')),
    script: sections.script.parse(section('script')),
    ranker: sections.ranker.parse(section('ranker')),
    serve: sections.serve.parse(section('serve')),
    serveEmbedding: sections.serve_embedding.parse(section('serve_embedding')),
  };
}
