import { blankSample } from '../blank-sample.ts';
import type { GenerateRequest, GenerateResult, GenerationClient, Sample, StreamedText } from '../generation.ts';
import { deadlineOf } from '../http/deadline.ts';
import { ServedClient } from '../served-client.ts';
import type { ServerFailed } from '../server-failure.ts';
import type { ServerIdentity } from '../server-identity.ts';
import { isGreedy } from '../temperature.ts';
import { choiceSample } from './choice-sample.ts';
import { ask, askStreaming, type Choices, type Exchange } from './exchange.ts';
import { ollamaRequest } from './ollama.ts';
import type { OpenAiOptions } from './options.ts';
import { openAiRequest } from './request-body.ts';
import { OpenAiServer } from './server.ts';
import type { ServerKnowledge } from './server-knowledge.ts';

/** Opens a client of any server that has OpenAI's routes: vLLM, llama-server, Ollama, SGLang, and others as far as they go. */
export async function openOpenAi(options: OpenAiOptions): Promise<GenerationClient> {
  return new OpenAiClient(await OpenAiServer.open(options), options);
}

type OnText = (piece: StreamedText) => void;

/** Some of the samples of one question: those that are asked for together. */
interface Part {
  readonly n: number;
  /** Index of the first one. */
  readonly first: number;
}

interface Answered {
  readonly kind: 'answered';
  readonly samples: readonly Sample[];
  readonly model: string | null;
}

/** A request may be refused once for each member that a server does not know; more often means something else. */
const mostRefusals = 6;

class OpenAiClient extends ServedClient implements GenerationClient {
  readonly #server: OpenAiServer;
  readonly #options: OpenAiOptions;

  constructor(server: OpenAiServer, options: OpenAiOptions) {
    super(server);
    this.#server = server;
    this.#options = options;
  }

  override async identity(signal?: AbortSignal): Promise<ServerIdentity | ServerFailed> {
    const known = await this.#server.known(signal);
    if (known.kind === 'serverFailed') return known;
    const { embedsOnly } = known.knowledge.discovered;
    return embedsOnly === null ? known.knowledge.identity() : failed('wrongMode', embedsOnly);
  }

  generate(request: GenerateRequest): Promise<GenerateResult> {
    return this.#sample(request, null);
  }

  stream(request: GenerateRequest, onText: OnText): Promise<GenerateResult> {
    return this.#sample(request, onText);
  }

  async #sample(request: GenerateRequest, onText: OnText | null): Promise<GenerateResult> {
    const known = await this.#server.waitUntilKnown(request.signal, request.lane);
    if (known.kind === 'serverFailed') return known;
    const { knowledge } = known;
    const problem = unableTo(request, knowledge);
    if (problem !== null) return failed('badRequest', `${this.url}: ${problem}`);
    const samples: Sample[] = [];
    let { model } = knowledge.discovered;
    // In as few requests as the server allows, and again for samples that it left out.
    while (samples.length < request.n) {
      // vLLM refuses several greedy samples in one request: they are all the same.
      const most = isGreedy(request.temperature) ? 1 : knowledge.refusals.maximumN;
      const parts = split(request.n - samples.length, most, samples.length);
      const answers = await Promise.all(parts.map((part) => this.#ask(request, knowledge, part, onText)));
      const [failure] = answers.filter((answer) => answer.kind === 'serverFailed');
      const fresh = answers.flatMap((answer, i) =>
        answer.kind === 'answered' ? answer.samples : Array.from({ length: parts[i]?.n ?? 0 }, () => lost(answer)),
      );
      model = answers.find((answer) => answer.kind === 'answered')?.model ?? model;
      if (failure !== undefined && samples.length === 0 && answers.every((one) => one.kind === 'serverFailed'))
        return failure;
      if (fresh.length === 0)
        return failed('badAnswer', `${this.url} answered ${samples.length} samples of the ${request.n} asked for`);
      samples.push(...fresh);
    }
    const { weightVersion } = knowledge.discovered;
    return { kind: 'samples', samples: samples.slice(0, request.n), model, weightVersion };
  }

  /** One request, sent again in a form that the server accepts. */
  async #ask(
    request: GenerateRequest,
    knowledge: ServerKnowledge,
    { n, first }: Part,
    onText: OnText | null,
  ): Promise<Answered | ServerFailed> {
    for (let refused = 0; ; refused++) {
      const part = { n: Math.min(n, knowledge.refusals.maximumN), first };
      const exchange = this.#exchange(request, knowledge, part, onText !== null);
      const result = await this.#send(exchange, request, first, onText);
      if (result.kind === 'choices') return this.#read(result, request, knowledge, part.n);
      const mayBeTheForm = result.reason === 'badRequest' || result.reason === 'badAnswer';
      if (!mayBeTheForm || refused === mostRefusals || !knowledge.refusals.learn(result.message, exchange.body))
        return result;
    }
  }

  #send(
    exchange: Exchange,
    request: GenerateRequest,
    first: number,
    onText: OnText | null,
  ): Promise<Choices | ServerFailed> {
    const { caller } = this.#server;
    if (onText === null) return ask(caller, exchange, request);
    return askStreaming(caller, exchange, request, ({ sample, text }) => onText({ sample: first + sample, text }));
  }

  #exchange(request: GenerateRequest, knowledge: ServerKnowledge, { n, first }: Part, stream: boolean): Exchange {
    const { dialect, discovered, refusals } = knowledge;
    const { model } = discovered;
    const prefill = request.prompt.kind === 'chat' ? request.prompt.prefill : undefined;
    const deadlineMs = deadlineOf(request, { ...dialect.deadlines, ...this.#options });
    if (dialect.server === 'ollama') {
      const contextLength = discovered.contextLength ?? request.maxTokens;
      const asked = ollamaRequest(request, { model, contextLength, first, stream });
      return { ...asked, form: 'ollama', prefill, deadlineMs };
    }
    const { path, body } = openAiRequest(request, { model, dialect, n, first, stream });
    return { path, body: refusals.apply(body), form: 'openai', prefill, deadlineMs };
  }

  #read(answer: Choices, request: GenerateRequest, knowledge: ServerKnowledge, asked: number): Answered {
    const context = { temperature: request.temperature, logProbs: knowledge.dialect.logProbs };
    const samples = answer.choices.map((choice) => choiceSample(choice, context));
    knowledge.learn(request, asked, samples);
    this.#server.count(samples);
    return { kind: 'answered', samples, model: answer.model };
  }
}

/** What the server cannot do that the request cannot do without; null when there is nothing. */
function unableTo({ prompt }: GenerateRequest, knowledge: ServerKnowledge): string | null {
  if (prompt.kind !== 'chat') return null;
  const { chat, prefill } = knowledge.identity().capabilities;
  if (!chat) return 'its model has no chat template; use a prompt format that writes the whole text';
  if (prompt.prefill !== undefined && !prefill)
    return 'it cannot continue the beginning of an answer; use a prompt format that writes the whole text';
  return null;
}

/** So many samples, at most so many together, counted from `first`. */
function split(n: number, most: number, first: number): readonly Part[] {
  const parts: Part[] = [];
  for (let done = 0; done < n; done += most) parts.push({ n: Math.min(n - done, most), first: first + done });
  return parts;
}

/** Stands for a sample whose request failed while others of the same prompt were answered. */
const lost = ({ message }: ServerFailed): Sample => ({ ...blankSample, finish: { kind: 'aborted', message } });

const failed = (reason: ServerFailed['reason'], message: string): ServerFailed => ({
  kind: 'serverFailed',
  reason,
  message,
  retriable: false,
});
