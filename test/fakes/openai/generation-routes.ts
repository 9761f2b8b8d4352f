import type { ServerResponse } from 'node:http';
import { type FakeGeneration, generate, tokenise } from './model.ts';
import { type FakeOpenAi, type Fault, json } from './server.ts';
import { streamEvents, streamLines } from './streaming.ts';

type Body = Readonly<Record<string, unknown>>;

/** Members that OpenAI documents. */
const DOCUMENTED = [
  'model',
  'prompt',
  'messages',
  'max_tokens',
  'temperature',
  'top_p',
  'n',
  'stop',
  'seed',
  'stream',
  'logprobs',
  'top_logprobs',
];

/** Answers a request for text on OpenAI's routes, or on Ollama's own. */
export function answerGeneration(fake: FakeOpenAi, response: ServerResponse, path: string, body: Body) {
  const { persona } = fake;
  const fault = fake.faults.shift();
  if (fault !== undefined && fault.kind !== 'breakStream') return suffer(response, fault);
  const isOllama = persona.name === 'ollama' && path.startsWith('/api/');
  const chat = path.endsWith('/chat/completions') || path === '/api/chat';
  if (!isOllama && !path.startsWith('/v1/')) return fake.fail(response, 404, 'Not Found');
  const unknown = Object.keys(body).filter((name) => ![...DOCUMENTED, ...persona.knows].includes(name));
  if (!isOllama && persona.unknownMembers === 'refused' && unknown.length > 0)
    return fake.fail(
      response,
      422,
      `Unexpected fields in the request: {${unknown.map((name) => `'${name}'`).join(', ')}}`,
    );
  const asked = Number(body.n ?? 1);
  if (persona.mostN !== 'ignored' && asked > persona.mostN)
    return fake.fail(
      response,
      400,
      `Field 'n': Value must be between 1 <= value <= ${persona.mostN}, but got ${asked}`,
    );
  if (persona.name === 'vllm' && asked > 1 && body.temperature === 0)
    return fake.fail(response, 400, `n must be 1 when using greedy sampling, got ${asked}.`);
  const prompt = promptOf(body, chat);
  const options = (isOllama ? body.options : body) as Body;
  const maxTokens = Number((isOllama ? options.num_predict : body.max_tokens) ?? 16);
  const promptTokens = tokenise(prompt).length;
  const limit = fake.facts.contextLength;
  if (promptTokens + maxTokens > limit && !isOllama)
    return fake.fail(response, 400, persona.tooLong(promptTokens + maxTokens, limit));
  const stop = [options.stop ?? []].flat() as string[];
  const n = persona.mostN === 'ignored' ? 1 : asked;
  const seed = Number(options.seed ?? 0);
  const generations = Array.from({ length: n }, (_, i) =>
    generate(fake.options.say?.(prompt, seed + i) ?? 'simp', { maxTokens, stop }),
  );
  const answer = { fake, generations, prompt, promptTokens, chat, body, broken: fault ?? null };
  if (isOllama) return body.stream === false ? json(response, 200, ollamaWhole(answer)) : streamLines(response, answer);
  if (body.stream === true) return streamEvents(response, answer);
  json(response, 200, openAiWhole(answer));
}

function suffer(response: ServerResponse, fault: Exclude<Fault, { kind: 'breakStream' }>) {
  if (fault.kind === 'hang') return;
  if (fault.kind === 'reset') return response.destroy();
  const status = fault.kind === 'status' ? fault.status : 200;
  response.writeHead(status, { 'content-type': fault.contentType ?? 'application/json' }).end(fault.body);
}

/** Everything that an answer is made of. */
export interface FakeAnswer {
  readonly fake: FakeOpenAi;
  readonly generations: readonly FakeGeneration[];
  readonly prompt: string;
  readonly promptTokens: number;
  readonly chat: boolean;
  readonly body: Body;
  readonly broken: Extract<Fault, { kind: 'breakStream' }> | null;
}

function promptOf(body: Body, chat: boolean): string {
  if (!chat) return String(body.prompt);
  const messages = body.messages as readonly { readonly role: string; readonly content: string }[];
  return messages.map(({ role, content }) => `<|${role}|>${content}`).join('\n');
}

/** The beginning of the answer that the request gave, where this server repeats it. */
export function repeated({ fake, body, chat }: FakeAnswer): string {
  if (!chat || !fake.persona.repeatsPrefill) return '';
  const last = (body.messages as readonly { readonly role: string; readonly content: string }[]).at(-1);
  return last?.role === 'assistant' ? last.content : '';
}

export function usageOf({ fake, generations, promptTokens }: FakeAnswer) {
  const counted = fake.persona.usage === 'all' ? generations : generations.slice(0, 1);
  const completion = counted.reduce((sum, { tokens }) => sum + tokens.length, 0);
  return {
    prompt_tokens: promptTokens,
    completion_tokens: completion,
    total_tokens: promptTokens + completion,
    prompt_tokens_details: { cached_tokens: 2 },
  };
}

/** The log-probs of a generation, if they were asked for. */
export function logProbsOf({ fake, body, chat }: FakeAnswer, generation: FakeGeneration): unknown {
  if (!body.logprobs) return null;
  return fake.persona.logProbs(generation, chat, Number(body.temperature ?? 1) || 1);
}

function openAiWhole(answer: FakeAnswer): unknown {
  const { fake, generations, chat } = answer;
  return {
    id: 'cmpl-1',
    object: chat ? 'chat.completion' : 'text_completion',
    created: 1,
    model: fake.facts.model,
    choices: generations.map((generation, index) => ({
      index,
      ...(chat
        ? { message: { role: 'assistant', content: repeated(answer) + generation.text } }
        : { text: generation.text }),
      logprobs: logProbsOf(answer, generation),
      finish_reason: generation.finish,
      ...fake.persona.ending(generation),
    })),
    usage: usageOf(answer),
  };
}

function ollamaWhole(answer: FakeAnswer): unknown {
  const [generation] = answer.generations as [FakeGeneration];
  return {
    ...ollamaText(answer, generation.text),
    done: true,
    done_reason: generation.finish,
    prompt_eval_count: answer.promptTokens,
    eval_count: generation.tokens.length,
    ...(answer.body.logprobs === true ? { logprobs: logProbsOf(answer, generation) } : {}),
  };
}

/** The text member of Ollama's answers, which has a name of its own on each route. */
export function ollamaText({ fake, chat }: FakeAnswer, text: string) {
  const { model } = fake.facts;
  return chat ? { model, message: { role: 'assistant', content: text } } : { model, response: text };
}
