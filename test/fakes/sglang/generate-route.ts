import { answerOf } from './answer.ts';
import { type Core, type Exchange, pass } from './core.ts';
import { admit, type Item, type Params, plan, run } from './item.ts';
import { sendFlatError, sendJson, sendRefusal, sendText } from './replies.ts';
import { type Finish, paramsProblem } from './sampling.ts';
import { streamAnswers } from './stream-route.ts';
import type { Fault } from './switches.ts';
import { tokenize } from './tokens.ts';

export async function generateRoute(core: Core, exchange: Exchange): Promise<void> {
  const { body, response, gone } = exchange;
  const { switches } = core;
  const fault = core.nextFault('/generate');
  if (fault !== null && (await isDone(core, exchange, fault))) return;
  // Nobody has seen what a generation does to an embedding server; the fake takes the worst.
  if (switches.isEmbedding) core.frozen = true;
  if (core.frozen) return hang(gone);
  if (core.released.size > 0) return switches.whileReleased === 'crash' ? core.crash() : hang(gone);
  if (switches.overloadShare > 0 && core.draw() < switches.overloadShare)
    return sendFlatError(response, 503, 'The request is aborted by the scheduler.', '503');
  const { text } = body;
  const isList = Array.isArray(text);
  const prompts = isList ? text : [text];
  if (!prompts.every((one) => typeof one === 'string'))
    return sendFlatError(response, 400, 'text: Input should be a valid string', 'Bad Request');
  if (prompts.length === 0 || prompts.some((one) => one === '')) return sendRefusal(response, 'text cannot be empty.');
  const list = [body.sampling_params ?? {}].flat() as unknown as readonly Params[];
  if (list.length > 1 && list.length !== prompts.length)
    return sendRefusal(response, 'sampling_params should have the same length as text.');
  const params = list[0] ?? {};
  if (list.some((one) => (one.n ?? 1) !== (params.n ?? 1)))
    return sendRefusal(response, 'The parallel_sample_num should be the same for all samples in sample params.');
  const problem = list.map(paramsProblem).find((one) => one !== null) ?? null;
  if (problem?.kind === 'unknownKey') return sendText(response, 500, 'Internal Server Error');
  if (problem) return sendRefusal(response, problem.message);
  const n = typeof params.n === 'number' ? params.n : 1;
  if (n > 1 && switches.severalSamples === 'refused')
    return sendRefusal(response, 'n > 1 is not supported on the native generate route.');
  if (isList && switches.refusesLists) return sendRefusal(response, 'batch requests are not supported.');
  const tooLong = contextProblem(prompts, params, switches.contextLength);
  if (tooLong !== null) return sendRefusal(response, tooLong);
  if (typeof body.lora_path === 'string' && !core.adapters.has(body.lora_path))
    return sendRefusal(response, `The following requested LoRA adapters are not loaded: ${body.lora_path}`);
  if (body.return_hidden_states && !switches.returnHiddenStates)
    return sendRefusal(
      response,
      'The server is not configured to return hidden states. Please set `--enable-return-hidden-states`.',
    );
  const rids = ridsOf(core, body.rid, prompts.length, isList);
  if (rids === null) return sendRefusal(response, `Duplicate request ID detected: ${JSON.stringify(body.rid)}`);
  const isStream = body.stream === true;
  if (n > 1)
    for (const prompt of prompts) {
      const tokens = tokenize(prompt);
      await pass(switches.prefillMs(tokens.length - core.cachedPrefix(tokens)), gone);
    }
  // Each sample runs as soon as it has a place, whatever the others of its request do.
  const made = await Promise.all(
    plan(core, prompts, list, n, rids).map(async (planned) => {
      const item = await admit(core, exchange, planned);
      if (item !== 'full' && !isStream) {
        await run(core, item);
        core.finish(item.running);
      }
      return item;
    }),
  );
  const items = made.filter((one) => one !== 'full');
  if (items.length < made.length) {
    for (const { running } of items) core.finish(running);
    return sendFlatError(response, 503, 'The request queue is full.', '503');
  }
  if (isStream) await streamAnswers(core, exchange, items, { isBatch: isList || n > 1, fault });
  else {
    let answers = items.map((item) => answerOf(core, item, body, abortedBy(item), partOf(item)));
    if (fault?.kind === 'tooFew') answers = answers.slice(1);
    if (fault?.kind === 'abort')
      answers = answers.map((one) => ({ ...one, meta_info: { ...one.meta_info, finish_reason: abortFinish(fault) } }));
    const alone = !isList && (n === 1 || switches.severalSamples === 'object');
    const whole = alone ? answers[0] : answers;
    if (fault?.kind === 'cutJson') sendText(response, 200, JSON.stringify(whole).slice(0, -20), 'application/json');
    else sendJson(response, 200, whole);
  }
  for (const { running } of items) core.finish(running);
}

const abortFinish = ({ message, status }: Extract<Fault, { kind: 'abort' }>): Finish => ({
  type: 'abort',
  message,
  ...(status === undefined ? {} : { status_code: status, err_type: 'BadRequestError' }),
});

/** What was aborted has made half of its tokens. */
const partOf = ({ running, generated }: Item) =>
  running.abort.signal.aborted ? { from: 0, upTo: Math.floor(generated.tokens.length / 2) } : null;

const abortedBy = ({ running }: Item): Finish | null =>
  running.abort.signal.aborted ? { type: 'abort', message: 'Abort before prefill' } : null;

async function isDone(core: Core, { response, gone }: Exchange, fault: Fault): Promise<boolean> {
  switch (fault.kind) {
    case 'status':
      sendText(response, fault.status, fault.body, fault.body.startsWith('{') ? 'application/json' : 'text/plain');
      return true;
    case 'html':
      sendText(response, 200, '<html><head><title>Welcome</title></head></html>', 'text/html');
      return true;
    case 'reset':
      response.socket?.resetAndDestroy();
      return true;
    case 'hang':
      core.aborted.push({ rid: '', why: await hang(gone).then(() => 'disconnect') });
      core.changed();
      return true;
    default:
      return false;
  }
}

const hang = async (gone: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (gone.aborted) resolve();
    gone.addEventListener('abort', () => resolve(), { once: true });
  });

function contextProblem(prompts: readonly string[], params: Params, limit: number): string | null {
  for (const prompt of prompts) {
    const length = tokenize(prompt).length;
    const wanted = length + (typeof params.max_new_tokens === 'number' ? params.max_new_tokens : 128);
    if (length >= limit)
      return `The input (${length} tokens) is longer than the model's context length (${limit} tokens).`;
    if (wanted > limit)
      return `Requested token count exceeds the model's maximum context length of ${limit} tokens. You requested a total of ${wanted} tokens: ${length} tokens from the input messages and ${wanted - length} tokens for the completion.`;
  }
  return null;
}

/** Null when one of them is in use. */
function ridsOf(core: Core, rid: unknown, count: number, isList: boolean): readonly string[] | null {
  const given = Array.isArray(rid)
    ? rid.map(String)
    : typeof rid === 'string'
      ? isList
        ? Array.from({ length: count }, (_, i) => `${rid}_${i}`)
        : [rid]
      : null;
  const rids = given ?? Array.from({ length: count }, () => core.newId());
  const isTaken = new Set(rids).size < rids.length || rids.some((one) => core.running.has(one));
  return isTaken || rids.length !== count ? null : rids;
}
