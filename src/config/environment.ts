import type { ConfigProblem, Entry } from './origin.ts';
import { checkText } from './setting-text.ts';

type Environment = Readonly<Record<string, string | undefined>>;

const MANY_THEOREMS = ['search', 'eval', 'baseline', 'iterate'];
const SERVERS = ['llm serve'];

/**
 * Variables that set a key. The plain name is read only by the commands whose original script read it; our own
 * `PROOFDECK_<NAME>` by all, and it wins.
 */
const environmentVariables: readonly {
  readonly name: string;
  readonly key: string;
  readonly commands: readonly string[];
}[] = [
  { name: 'NUM_WORKERS', key: 'lean.num_workers', commands: MANY_THEOREMS },
  { name: 'CONCURRENCY', key: 'run.concurrency', commands: MANY_THEOREMS },
  { name: 'MAX_THEOREMS', key: 'run.max_theorems', commands: MANY_THEOREMS },
  { name: 'SGLANG_URL', key: 'sglang.url', commands: [...MANY_THEOREMS, ...SERVERS] },
  { name: 'ENCODE_URL', key: 'sglang.encode_url', commands: [...MANY_THEOREMS, ...SERVERS] },
  { name: 'LLM_BASE', key: 'policy.base', commands: MANY_THEOREMS },
  { name: 'MODEL_PATH', key: 'serve.model_path', commands: SERVERS },
  { name: 'PORT', key: 'serve.port', commands: SERVERS },
  { name: 'TP', key: 'serve.tp', commands: SERVERS },
  { name: 'MEM_FRACTION', key: 'serve.mem_fraction', commands: SERVERS },
  { name: 'MAX_RUNNING', key: 'serve.max_running', commands: SERVERS },
  { name: 'QUANTIZATION', key: 'serve.quantization', commands: SERVERS },
  { name: 'DTYPE', key: 'serve.dtype', commands: SERVERS },
  { name: 'CUDA_DEVICE', key: 'serve.cuda_device', commands: SERVERS },
  { name: 'EXTRA_ARGS', key: 'serve.extra_args', commands: SERVERS },
  { name: 'ENCODE_PORT', key: 'serve_embedding.port', commands: SERVERS },
  { name: 'ENCODE_DTYPE', key: 'serve_embedding.dtype', commands: SERVERS },
  { name: 'ENCODE_VRAM_FRACTION', key: 'serve_embedding.mem_fraction', commands: SERVERS },
];

/** The settings that the environment makes for a command. */
export function environmentEntries(
  command: string,
  environment: Environment,
): { readonly entries: readonly Entry[]; readonly problems: readonly ConfigProblem[] } {
  const entries: Entry[] = [];
  const problems: ConfigProblem[] = [];
  for (const { name, key, commands } of environmentVariables) {
    const own = `PROOFDECK_${name}`;
    const variable = environment[own] ? own : commands.includes(command) && environment[name] ? name : null;
    if (variable === null) continue;
    const result = checkText(key, environment[variable] ?? '', { kind: 'environment', variable });
    if (result.kind === 'entry') entries.push(result.entry);
    else problems.push(result.problem);
  }
  return { entries, problems };
}
