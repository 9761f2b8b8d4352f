import { type Core, pass, type Route } from './core.ts';
import { sendJson, sendText } from './replies.ts';
import { tokenize } from './tokens.ts';

const modelInfo: Route = (core, { response }) => {
  const { model, isEmbedding, weightVersion, persona } = core.switches;
  sendJson(response, 200, {
    model_path: model,
    tokenizer_path: model,
    is_generation: !isEmbedding,
    preferred_sampling_params: null,
    weight_version: weightVersion,
    ...(persona === 'late'
      ? { model_type: 'llama', architectures: ['LlamaForCausalLM'], has_image_understanding: false }
      : {}),
  });
};

const serverInfo: Route = (core, { response }) => {
  const { model, contextLength, persona, incrementalStreaming, tellsStreaming, memorySaver } = core.switches;
  sendJson(response, 200, {
    model_path: model,
    context_length: contextLength,
    enable_metrics: true,
    enable_memory_saver: memorySaver,
    ...(tellsStreaming ? { incremental_streaming_output: incrementalStreaming } : {}),
    max_total_num_tokens: 120_000,
    max_req_input_len: contextLength - 6,
    internal_states: [
      { last_gen_throughput: 812.5, memory_usage: { weight: 13.5, kvcache: 50.2, token_capacity: 120_000 } },
    ],
    version: persona === 'late' ? '0.5.20' : '0.5.8',
  });
};

const models: Route = (core, { response }) => {
  const { model, contextLength } = core.switches;
  const card = {
    id: model,
    object: 'model',
    created: 1,
    owned_by: 'sglang',
    root: model,
    parent: null,
    max_model_len: contextLength,
  };
  sendJson(response, 200, { object: 'list', data: [card] });
};

const health: Route = async (core, { response, gone }) => {
  const { healthMs, health: state, healthLimitMs } = core.switches;
  if (state === 'starting') return void response.writeHead(503).end();
  const isStuck = state === 'stuck' || core.frozen || core.paused || core.released.size > 0;
  await pass(isStuck ? healthLimitMs : healthMs, gone);
  if (!response.destroyed) response.writeHead(isStuck ? 503 : 200).end();
};

/** Tells whether it takes requests, and makes no token for that. */
const ready: Route = (core, { response }) => {
  const { health: state } = core.switches;
  response.writeHead(core.paused || state === 'starting' ? 503 : 200).end();
};

const share = (total: number, rank: number): number => (rank === 0 ? Math.ceil(total / 2) : Math.floor(total / 2));

const loads: Route = (core, { response }) => {
  const used = core.cache.reduce((sum, sequence) => sum + sequence.length, 0);
  sendJson(response, 200, {
    timestamp: '2026-11-20T00:00:00Z',
    version: '0.5.20',
    loads: [0, 1].map((rank) => ({
      dp_rank: rank,
      num_running_reqs: share(core.running.size, rank),
      num_waiting_reqs: share(core.waiting.length, rank),
      num_used_tokens: share(used, rank),
      num_total_tokens: 60_000,
    })),
  });
};

const tokenizeRoute: Route = (core, { response, body }) => {
  const tokens = tokenize(String(body.prompt ?? '')).map(({ id }) => id);
  sendJson(response, 200, { tokens, count: tokens.length, max_model_len: core.switches.contextLength });
};

const metrics: Route = (core, { response }) => sendText(response, 200, metricsText(core));

/** Two data-parallel ranks, each of two tensor-parallel ones that say the same. */
function metricsText(core: Core): string {
  const { totals } = core;
  const used = core.cache.reduce((sum, sequence) => sum + sequence.length, 0);
  const lines: string[] = [];
  const add = (name: string, kind: string, value: (rank: number) => number) => {
    lines.push(`# HELP sglang:${name} About ${name}.`, `# TYPE sglang:${name} ${kind}`);
    for (const dp of [0, 1])
      for (const tp of [0, 1])
        lines.push(
          `sglang:${name}{dp_rank="${dp}",engine_type="unified",model_name="${core.switches.model}",tp_rank="${tp}"} ${value(dp)}`,
        );
  };
  add('num_running_reqs', 'gauge', (rank) => share(core.running.size, rank));
  add('num_queue_reqs', 'gauge', (rank) => share(core.waiting.length, rank));
  add('num_used_tokens', 'gauge', (rank) => share(used, rank));
  add('token_usage', 'gauge', (rank) => share(used, rank) / 60_000);
  add('gen_throughput', 'gauge', (rank) => (rank === 0 ? 500.25 : 312.25));
  add('cache_hit_rate', 'gauge', () => 0.5);
  add('prompt_tokens_total', 'counter', (rank) => share(totals.prompt, rank));
  add('cached_tokens_total', 'counter', (rank) => share(totals.cached, rank));
  add('generation_tokens_total', 'counter', (rank) => share(totals.generated, rank));
  add('num_requests_total', 'counter', (rank) => share(totals.requests, rank));
  add('num_aborted_requests_total', 'counter', (rank) => share(totals.aborted, rank));
  lines.push('# TYPE sglang:e2e_request_latency_seconds histogram');
  lines.push(
    'sglang:e2e_request_latency_seconds_bucket{le="0.5",model_name="fake \\"quoted\\""} 3',
    'sglang:e2e_request_latency_seconds_bucket{le="+Inf"} 4',
  );
  lines.push('sglang:e2e_request_latency_seconds_sum 2.5', 'sglang:e2e_request_latency_seconds_count 4');
  return `${lines.join('\n')}\n`;
}

const late: Readonly<Record<string, Route>> = {
  '/model_info': modelInfo,
  '/server_info': serverInfo,
  '/v1/loads': loads,
  '/ready': ready,
};
const both: Readonly<Record<string, Route>> = {
  '/get_model_info': modelInfo,
  '/get_server_info': serverInfo,
  '/v1/models': models,
  '/health': health,
  '/health_generate': health,
  '/metrics': metrics,
  '/tokenize': tokenizeRoute,
};

export const infoRoutes = { late, both };
