import { z } from 'zod';

const port = z.int().min(0).max(65_535);
/** Share of a GPU's memory; 0 = as the server decides. */
const memoryShare = z.number().min(0).lt(1);

/** How an SGLang of our own is launched: the section `[serve]`. */
export const serveSettingsSchema = z.object({
  /** The program and its first arguments, as for a shell. */
  command: z.string().min(1).default('python3 -m sglang.launch_server'),
  /** Folder or name of the model. */
  model_path: z.string().default(''),
  /** What every answer says of the weights; empty = what the server says by itself. */
  weight_version: z.string().default(''),
  host: z.string().min(1).default('127.0.0.1'),
  /** 0 = the one of `sglang.url`. */
  port: port.default(0),
  /** GPUs over which one copy of the model is split, and copies. */
  tp: z.int().min(1).default(1),
  dp: z.int().min(1).default(1),
  mem_fraction: memoryShare.default(0.8),
  /** Most requests that run together; 0 = as the server decides. */
  max_running: z.int().min(0).default(0),
  /** Tokens of prompt and answer together; 0 = as the model has. */
  context_tokens: z.int().min(0).default(0),
  quantization: z.string().default(''),
  dtype: z.string().default(''),
  /** GPUs that it may use, as in CUDA_VISIBLE_DEVICES; empty = as the environment says. */
  cuda_device: z.string().default(''),
  schedule_policy: z.string().default('lpm'),
  schedule_conservativeness: z.number().positive().default(0.3),
  metrics: z.boolean().default(true),
  /** Lets `llm serve release` give the GPU's memory back around a training; with `weights_backup` the weights are kept in the machine's memory. */
  memory_saver: z.boolean().default(false),
  weights_backup: z.boolean().default(false),
  trust_remote_code: z.boolean().default(false),
  /** Further arguments, as for a shell. */
  extra_args: z.string().default(''),
  /** Environment variable, or file, that holds a second key, for the routes of an administrator. */
  admin_key_env: z.string().default(''),
  admin_key_file: z.string().default(''),
  /** Seconds until a start is given up waiting for, and between asking a server to end and forcing it. */
  start_timeout: z.number().positive().default(1800),
  stop_timeout: z.number().min(0).default(30),
});
export type ServeSettings = Readonly<z.infer<typeof serveSettingsSchema>>;

/** What is different for a server that embeds: the section `[serve_embedding]`. */
export const serveEmbeddingSettingsSchema = z.object({
  /** Empty, or 0 = as `[serve]` says. */
  model_path: z.string().default(''),
  /** 0 = the one of `sglang.encode_url`. */
  port: port.default(0),
  mem_fraction: memoryShare.default(0),
  max_running: z.int().min(0).default(0),
  quantization: z.string().default(''),
  dtype: z.string().default(''),
  cuda_device: z.string().default(''),
  extra_args: z.string().default('--disable-overlap-schedule'),
});
export type ServeEmbeddingSettings = Readonly<z.infer<typeof serveEmbeddingSettingsSchema>>;

/** Whether a server makes text or vectors; one process cannot do both. */
export type ServeMode = 'generate' | 'embed';

/** The settings of a server of that mode: those of `[serve]`, with what `[serve_embedding]` says otherwise. */
export function settingsFor(mode: ServeMode, serve: ServeSettings, embedding: ServeEmbeddingSettings): ServeSettings {
  if (mode === 'generate') return serve;
  return {
    ...serve,
    model_path: embedding.model_path || serve.model_path,
    port: embedding.port,
    mem_fraction: embedding.mem_fraction || serve.mem_fraction,
    max_running: embedding.max_running || serve.max_running,
    quantization: embedding.quantization || serve.quantization,
    dtype: embedding.dtype || serve.dtype,
    cuda_device: embedding.cuda_device || serve.cuda_device,
    extra_args: embedding.extra_args,
  };
}
