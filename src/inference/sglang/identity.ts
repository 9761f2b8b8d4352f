import type { z } from 'zod';
import { readJson } from '../http/read-json.ts';
import type { Transport } from '../http/transport.ts';
import type { ServerFailed } from '../server-failure.ts';
import type { ServerCapabilities, ServerIdentity } from '../server-identity.ts';
import { modelInfoSchema, modelsSchema, serverInfoSchema } from './wire.ts';

const infoDeadlineMs = 10_000;

/** What an SGLang says of itself. */
export interface SglangFacts {
  readonly kind: 'facts';
  readonly identity: ServerIdentity;
  readonly isGeneration: boolean;
  /** Whether streamed chunks hold only what is new; null when it does not say. */
  readonly incrementalStreaming: boolean | null;
}

type Read<T> = { readonly kind: 'json'; readonly value: T } | ServerFailed;
export type ModelInfoRead = Read<z.infer<typeof modelInfoSchema>>;

/** What a server says of its model, by the newer and then the older name of the route. Disturbs nothing, also while memory is released. */
export const readModelInfo = (transport: Transport, options: GetOptions): Promise<ModelInfoRead> =>
  getFirst(transport, ['/model_info', '/get_model_info'], modelInfoSchema, options);

/**
 * Reads `/model_info`, `/server_info` and `/v1/models`, by their older names where the server has only those.
 *
 * @param known what it said of its model just now. @default asked here
 */
export async function readFacts(
  transport: Transport,
  signal?: AbortSignal,
  known?: ModelInfoRead,
): Promise<SglangFacts | ServerFailed> {
  const get = <T>(paths: readonly string[], schema: z.ZodType<T>) => getFirst(transport, paths, schema, { signal });
  const model = known ?? (await readModelInfo(transport, { signal }));
  if (model.kind === 'serverFailed') return model.status === 404 ? notSglang(transport, model) : model;
  const info = await get(['/server_info', '/get_server_info'], serverInfoSchema);
  if (info.kind === 'serverFailed' && isFatal(info)) return info;
  const models = await get(['/v1/models'], modelsSchema);
  if (models.kind === 'serverFailed' && isFatal(models)) return models;
  const server = info.kind === 'json' ? info.value : null;
  const listed = models.kind === 'json' ? (models.value.data[0] ?? null) : null;
  const { model_path: path, is_generation: isGeneration, weight_version: weightVersion } = model.value;
  return {
    kind: 'facts',
    isGeneration,
    incrementalStreaming: server?.incremental_streaming_output ?? null,
    identity: {
      kind: 'identity',
      server: 'sglang',
      version: server?.version ?? null,
      model: listed?.id ?? path,
      contextLength: server?.context_length ?? listed?.max_model_len ?? server?.max_req_input_len ?? null,
      weightVersion: weightVersion ?? null,
      capabilities: capabilities(isGeneration, {
        seed: server?.enable_deterministic_inference ?? false,
        memoryRelease: server?.enable_memory_saver ?? false,
        metrics: server?.enable_metrics ?? true,
      }),
    },
  };
}

/** What says nothing of the route that failed, but of the server. */
const isFatal = ({ reason }: ServerFailed): boolean =>
  reason === 'serverDown' || reason === 'timeout' || reason === 'aborted' || reason === 'overloaded';

const capabilities = (
  isGeneration: boolean,
  flags: Pick<ServerCapabilities, 'seed' | 'memoryRelease' | 'metrics'>,
): ServerCapabilities => ({
  ...flags,
  logProbs: isGeneration ? 'unknown' : 'none',
  n: isGeneration,
  stop: isGeneration,
  stopTokenIds: isGeneration,
  topK: isGeneration,
  minP: isGeneration,
  stream: isGeneration,
  completion: isGeneration,
  // The native route takes finished prompts; chats go to the OpenAI-compatible routes of the same server.
  chat: false,
  prefill: false,
  embeddings: !isGeneration,
  weightSwap: true,
});

function notSglang(transport: Transport, failure: ServerFailed): ServerFailed {
  const message = `${transport.shown} has neither /model_info nor /get_model_info, so it is no SGLang; for other servers use the kind "openai"`;
  return { ...failure, reason: 'badRequest', message };
}

interface GetOptions {
  readonly signal?: AbortSignal | undefined;
  readonly deadlineMs?: number;
}

/** The content of the first of these routes that exists. */
async function getFirst<T>(
  transport: Transport,
  paths: readonly string[],
  schema: z.ZodType<T>,
  { signal, deadlineMs = infoDeadlineMs }: GetOptions,
): Promise<Read<T>> {
  let last: ServerFailed | null = null;
  for (const path of paths) {
    const answer = await transport.send({ method: 'GET', path, deadlineMs, signal });
    if (answer.kind === 'answer') return readJson(answer, schema, `${transport.shown}${path}`);
    last = answer;
    if (answer.status !== 404 && answer.status !== 405) break;
  }
  if (last === null) throw new Error('no route was given');
  return last;
}
