import { type Core, type Exchange, pass } from './core.ts';
import { sendFlatError, sendJson, sendRefusal, sendText } from './replies.ts';
import { tokenize, vectorOf } from './tokens.ts';

const dimension = 8;

export async function encodeRoute(core: Core, exchange: Exchange): Promise<void> {
  const { text } = exchange.body;
  const isList = Array.isArray(text);
  const answers = await embed(core, exchange, isList ? text : [text], (message) =>
    sendRefusal(exchange.response, message),
  );
  if (answers === null) return;
  const items = answers.map(({ vector, tokens }) => ({
    embedding: vector,
    meta_info: {
      id: core.newId(),
      finish_reason: { type: 'length', length: 0 },
      prompt_tokens: tokens,
      e2e_latency: 0.01,
      weight_version: core.switches.weightVersion,
    },
  }));
  sendJson(exchange.response, 200, isList ? items : items[0]);
}

export async function openAiEmbeddingsRoute(core: Core, exchange: Exchange): Promise<void> {
  const { input } = exchange.body;
  const texts = Array.isArray(input) ? input : [input];
  const answers = await embed(core, exchange, texts, (message) =>
    sendFlatError(exchange.response, 400, message, 'BadRequestError'),
  );
  if (answers === null) return;
  const tokens = answers.reduce((sum, one) => sum + one.tokens, 0);
  sendJson(exchange.response, 200, {
    object: 'list',
    data: answers.map(({ vector }, index) => ({ object: 'embedding', embedding: vector, index })),
    model: core.switches.model,
    usage: { prompt_tokens: tokens, total_tokens: tokens },
  });
}

/** Null when the answer was given. */
async function embed(
  core: Core,
  { path, response, gone }: Exchange,
  texts: readonly unknown[],
  refuse: (message: string) => void,
) {
  const { switches } = core;
  const fault = core.nextFault(path);
  if (fault?.kind === 'status') {
    sendText(response, fault.status, fault.body);
    return null;
  }
  if (!switches.isEmbedding) {
    refuse(
      'This model does not appear to be an embedding model by default. Please add `--is-embedding` when launching the server or try another model.',
    );
    return null;
  }
  if (!texts.every((one) => typeof one === 'string' && one !== '')) {
    refuse('input cannot be empty.');
    return null;
  }
  const lengths = (texts as string[]).map((text) => tokenize(text).length);
  const longest = Math.max(...lengths);
  if (longest > switches.contextLength) {
    if (switches.overlongEmbedding === 'crash') core.crash();
    else
      refuse(
        `The input (${longest} tokens) is longer than the model's context length (${switches.contextLength} tokens).`,
      );
    return null;
  }
  const running = await core.admit(core.newId(), gone);
  if (running === 'full') {
    sendFlatError(response, 503, 'The request queue is full.', '503');
    return null;
  }
  try {
    if (core.running.size >= switches.freezeAtParallel || switches.freezes()) core.frozen = true;
    core.changed();
    await switches.whileRunning(running.rid);
    if (core.frozen) {
      await new Promise<void>((resolve) => gone.addEventListener('abort', () => resolve(), { once: true }));
      return null;
    }
    await pass(switches.generateMs(0), gone);
    return (texts as string[]).map((text, i) => ({
      vector: fault?.kind === 'zeros' ? Array.from({ length: dimension }, () => 0) : vectorOf(text, dimension),
      tokens: lengths[i] as number,
    }));
  } finally {
    core.finish(running);
  }
}
