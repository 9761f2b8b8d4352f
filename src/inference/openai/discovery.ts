import { z } from 'zod';
import { parseJson } from '../../text/parse-json.ts';
import { type HttpAnswer, serverWords } from '../http/error-body.ts';
import type { HttpRequest, Transport } from '../http/transport.ts';
import type { ServerFailed } from '../server-failure.ts';
import type { ServerKind } from '../server-identity.ts';
import { ollamaContextLength } from './ollama.ts';
import { modelsSchema, type WireModel } from './wire.ts';

/** What a server says of itself before it is asked to generate. */
export interface Discovered {
  readonly kind: 'discovered';
  readonly server: ServerKind;
  readonly version: string | null;
  readonly model: string;
  readonly contextLength: number | null;
  readonly weightVersion: string | null;
  /** Requests that it works on together, where it tells. */
  readonly slots: number | null;
  readonly chat: boolean;
  /** Why nothing can be generated there; null where that is not known to be so. */
  readonly embedsOnly: string | null;
}

export interface DiscoveryOptions {
  /** The model to be used; null = the only one that is served. */
  readonly model: string | null;
  /** Instead of finding out. */
  readonly server: ServerKind | null;
  readonly signal?: AbortSignal | undefined;
  /** What it answered to `MODELS_PATH` just now. @default asked here */
  readonly models?: HttpAnswer | ServerFailed;
}

/** The route that all these servers have. */
export const MODELS_PATH = '/v1/models';
/** A server that is there answers these at once, whatever it is working on. */
const probeMs = 15_000;
/** Ollama's context when nobody says how long it should be: enough for a proof state and its tactic, and a laptop's memory bears it. */
const ollamaContext = 8192;

const propsSchema = z.object({
  total_slots: z.number(),
  build_info: z.string().nullish(),
  chat_template: z.string().nullish(),
  default_generation_settings: z.object({ n_ctx: z.number().nullish() }).nullish(),
});
const sglangSchema = z.object({
  model_path: z.string(),
  weight_version: z.string().nullish(),
  is_generation: z.boolean().optional(),
});
const versionSchema = z.object({ version: z.string() });
const tgiSchema = z.object({
  model_id: z.string(),
  version: z.string().nullish(),
  max_total_tokens: z.number().nullish(),
});
const tagsSchema = z.object({ models: z.array(z.object({ name: z.string() })) });

/** Asks a server who it is, by the routes that only one kind of server has, and last by what all have. */
export async function discover(transport: Transport, options: DiscoveryOptions): Promise<Discovered | ServerFailed> {
  const asker = new Asker(transport, options);
  const found =
    (await wanted('sglang', options, () => asSglang(asker, options))) ??
    (await wanted('llama-server', options, () => asLlamaServer(asker, options))) ??
    (await wanted('ollama', options, () => asOllama(asker, options))) ??
    (await wanted('tgi', options, () => asTgi(asker))) ??
    (await byModels(asker, options));
  return asker.unreachable ?? found;
}

type Attempt = Promise<Discovered | ServerFailed | null>;

const wanted = async (server: ServerKind, options: DiscoveryOptions, attempt: () => Attempt): Attempt =>
  options.server === null || options.server === server ? attempt() : null;

/** Asks for JSON; null is "not there", and a failure that every route would have ends the asking. */
class Asker {
  readonly shown: string;
  readonly #transport: Transport;
  readonly #options: DiscoveryOptions;
  unreachable: ServerFailed | null = null;

  constructor(transport: Transport, options: DiscoveryOptions) {
    this.shown = transport.shown;
    this.#transport = transport;
    this.#options = options;
  }

  async ask<T>(path: string, schema: z.ZodType<T>, body?: unknown): Promise<T | null> {
    if (this.unreachable !== null) return null;
    const { signal, models } = this.#options;
    const method: HttpRequest['method'] = body === undefined ? 'GET' : 'POST';
    const known = path === MODELS_PATH ? models : undefined;
    const answer = known ?? (await this.#transport.send({ method, path, body, deadlineMs: probeMs, signal }));
    if (answer.kind === 'serverFailed') {
      const everywhere = ['serverDown', 'unauthorised', 'timeout', 'aborted', 'overloaded'];
      if (everywhere.includes(answer.reason)) this.unreachable = answer;
      return null;
    }
    return schema.safeParse(parseJson(answer.text)).data ?? null;
  }

  async models(): Promise<readonly WireModel[] | null> {
    return (await this.ask(MODELS_PATH, modelsSchema))?.data ?? null;
  }
}

const base = {
  kind: 'discovered',
  version: null,
  contextLength: null,
  weightVersion: null,
  slots: null,
  chat: true,
  embedsOnly: null,
} as const;

async function asSglang(asker: Asker, options: DiscoveryOptions): Attempt {
  const info = (await asker.ask('/model_info', sglangSchema)) ?? (await asker.ask('/get_model_info', sglangSchema));
  if (info === null) return null;
  const server =
    (await asker.ask('/server_info', versionSchema)) ?? (await asker.ask('/get_server_info', versionSchema));
  const model = chooseModel((await asker.models()) ?? [{ id: info.model_path }], options, asker.shown);
  if ('kind' in model) return model;
  return {
    ...base,
    server: 'sglang',
    version: server?.version ?? null,
    model: model.id,
    contextLength: model.max_model_len ?? null,
    weightVersion: info.weight_version ?? null,
    embedsOnly:
      info.is_generation === false ? `${asker.shown} was started with --is-embedding and cannot generate` : null,
  };
}

async function asLlamaServer(asker: Asker, options: DiscoveryOptions): Attempt {
  const props = await asker.ask('/props', propsSchema);
  if (props === null) return null;
  const models = (await asker.models()) ?? [];
  // It serves one model under any name, so a name that it does not list is not an error.
  const model = models.find((one) => one.id === options.model) ?? models[0];
  return {
    ...base,
    server: 'llama-server',
    version: props.build_info ?? null,
    model: model?.id ?? options.model ?? 'the loaded model',
    contextLength: props.default_generation_settings?.n_ctx ?? model?.meta?.n_ctx ?? null,
    slots: props.total_slots,
    chat: (props.chat_template ?? '') !== '',
  };
}

async function asOllama(asker: Asker, options: DiscoveryOptions): Attempt {
  const version = await asker.ask('/api/version', versionSchema);
  if (version === null) return null;
  const tags = await asker.ask('/api/tags', tagsSchema);
  const listed = (tags?.models ?? []).map(({ name }) => ({ id: name }));
  const named = listed.find(({ id }) => id === options.model || id === `${options.model}:latest`);
  const model = named ?? chooseModel(listed, options, asker.shown);
  if ('kind' in model) return model;
  const longest = ollamaContextLength(await asker.ask('/api/show', z.unknown(), { model: model.id }));
  return {
    ...base,
    server: 'ollama',
    version: version.version,
    model: model.id,
    contextLength: Math.min(longest ?? ollamaContext, ollamaContext),
  };
}

async function asTgi(asker: Asker): Attempt {
  const info = await asker.ask('/info', tgiSchema);
  if (info === null) return null;
  const { model_id: model, version = null, max_total_tokens: contextLength = null } = info;
  return { ...base, server: 'tgi', version, model, contextLength };
}

/** vLLM says so in its list of models; another that has such a list is taken for OpenAI-compatible, and nothing more. */
async function byModels(asker: Asker, options: DiscoveryOptions): Promise<Discovered | ServerFailed> {
  const models = await asker.models();
  if (models === null && options.model === null) {
    const message = `${asker.shown} is no server of a kind that is known, and lists no models at /v1/models; name the model to use it all the same`;
    return { kind: 'serverFailed', reason: 'badAnswer', message, retriable: false };
  }
  // An empty list says nothing: some list only what they have downloaded, and load anything.
  const chosen =
    models === null || (models.length === 0 && options.model !== null)
      ? { id: options.model as string }
      : chooseModel(models, options, asker.shown);
  if ('kind' in chosen) return chosen;
  const server =
    options.server ?? (chosen.owned_by === 'vllm' ? 'vllm' : chosen.owned_by === 'sglang' ? 'sglang' : 'openai');
  const version = server === 'vllm' ? ((await asker.ask('/version', versionSchema))?.version ?? null) : null;
  return { ...base, server, version, model: chosen.id, contextLength: chosen.max_model_len ?? null };
}

function chooseModel(models: readonly WireModel[], options: DiscoveryOptions, shown: string): WireModel | ServerFailed {
  const names = serverWords(models.map(({ id }) => id).join(', '));
  const fail = (message: string): ServerFailed => ({
    kind: 'serverFailed',
    reason: 'badRequest',
    message,
    retriable: false,
  });
  if (options.model !== null) {
    const named = models.find(({ id }) => id === options.model);
    return named ?? fail(`${shown} has no model "${options.model}"; it has ${names || 'none'}`);
  }
  // Adapters are listed beside the model that they change.
  const own = models.filter(({ parent }) => parent == null);
  const [only] = own.length > 0 ? own : models;
  if (only === undefined)
    return fail(
      `${shown} serves no model; load one first, or name with openai.model, or the profile's model, what it is to load`,
    );
  if (own.length > 1) return fail(`${shown} has several models; name one of ${names}`);
  return only;
}
