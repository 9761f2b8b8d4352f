import type { GenerateRequest, GenerateResult, GenerationClient, StreamedText } from '../generation.ts';
import { type DeadlineOptions, deadlineOf } from '../http/deadline.ts';
import type { Transport } from '../http/transport.ts';
import { ServedClient } from '../served-client.ts';
import type { ServerFailed } from '../server-failure.ts';
import { temperatureIn } from '../temperature.ts';
import { askSamples, askTogether, type Question, streamSamples } from './ask-samples.ts';
import type { SglangFacts } from './identity.ts';
import { Joiner } from './joiner.ts';
import type { SamplesRead } from './read-samples.ts';
import type { SampleForm } from './request-body.ts';
import { type SglangOptions, SglangServer } from './server.ts';

export interface SglangClientOptions extends Omit<SglangOptions, 'mode'>, DeadlineOptions {
  /** Whether questions that a search asks at once go out in one request. @default false: docs/servers.md tells what it costs */
  readonly together?: boolean;
}

/** Opens a client of SGLang's native routes. Nothing is asked before the first request. */
export async function openSglang(options: SglangClientOptions): Promise<GenerationClient> {
  return new SglangClient(await SglangServer.open({ ...options, mode: 'generate' }), options);
}

/** Forms of asking for several samples, best first: each next one asks less of the server. */
const FORMS: readonly SampleForm[] = ['n', 'copies', 'single'];

class SglangClient extends ServedClient implements GenerationClient {
  readonly #server: SglangServer;
  readonly #deadlines: DeadlineOptions;
  readonly #joiner: Joiner | null;
  /** The best form that this server is known to take. */
  #form: SampleForm = 'n';

  constructor(server: SglangServer, { together = false, ...deadlines }: Omit<SglangClientOptions, 'address' | 'key'>) {
    super(server);
    this.#server = server;
    this.#deadlines = deadlines;
    this.#joiner = together
      ? new Joiner({ together: (requests) => this.#together(requests), alone: (request) => this.#alone(request) })
      : null;
  }

  async generate(request: GenerateRequest): Promise<GenerateResult> {
    if (request.prompt.kind === 'chat') return noChat(this.url);
    // Where `n` is refused there is nothing to gain.
    return this.#joiner === null || this.#form !== 'n' ? this.#alone(request) : this.#joiner.ask(request);
  }

  async #alone(request: GenerateRequest): Promise<GenerateResult> {
    return this.#call(request, (question) => this.#samples(question));
  }

  /** All in one request; what that refuses is asked one by one, as one question that does not fit fails the others. */
  async #together(requests: readonly GenerateRequest[]): Promise<readonly GenerateResult[]> {
    const [first] = requests;
    if (first === undefined) return [];
    const asked = await this.#server.caller.call({
      lane: first.lane,
      signal: first.signal,
      send: async (transport, signal) => {
        const facts = await this.#server.facts(signal);
        if (facts.kind === 'serverFailed') return facts;
        const asked = await askTogether(requests.map((request) => this.#question(request, facts, transport, signal)));
        if (asked.kind === 'serverFailed') return asked;
        const results: GenerateResult[] = [];
        for (const read of asked.reads) results.push(await this.#result(read, facts, signal));
        return { kind: 'together' as const, results };
      },
    });
    if (asked.kind === 'together') return asked.results;
    const mayBeOne = asked.reason === 'tooLong' || mayBeTheForm(asked);
    return mayBeOne ? Promise.all(requests.map((request) => this.#alone(request))) : requests.map(() => asked);
  }

  async stream(request: GenerateRequest, onText: (piece: StreamedText) => void): Promise<GenerateResult> {
    if (request.prompt.kind === 'chat') return noChat(this.url);
    let isCommitted = false;
    const tell = (piece: StreamedText) => {
      isCommitted = true;
      onText(piece);
    };
    const form = this.#form === 'single' ? 'copies' : this.#form;
    return this.#call(
      request,
      (question, { incrementalStreaming }) =>
        streamSamples(question, { form, incremental: incrementalStreaming, onText: tell }),
      () => isCommitted,
    );
  }

  async #call(
    request: GenerateRequest,
    ask: (question: Question, facts: SglangFacts) => Promise<SamplesRead | ServerFailed>,
    isCommitted?: () => boolean,
  ): Promise<GenerateResult> {
    const { lane, signal: given } = request;
    return this.#server.caller.call({
      lane,
      signal: given,
      ...(isCommitted ? { isCommitted } : {}),
      send: async (transport, signal): Promise<GenerateResult> => {
        const facts = await this.#server.facts(signal);
        if (facts.kind === 'serverFailed') return facts;
        const read = await ask(this.#question(request, facts, transport, signal), facts);
        return read.kind === 'serverFailed' ? read : this.#result(read, facts, signal);
      },
    });
  }

  #question(request: GenerateRequest, { identity }: SglangFacts, transport: Transport, signal: AbortSignal): Question {
    const { prompt } = request;
    if (prompt.kind === 'chat') throw new Error("chats are refused before they get to SGLang's own route");
    return {
      transport,
      text: prompt.text,
      request,
      scaledBy: temperatureIn(identity.capabilities.logProbs, request.temperature),
      deadlineMs: deadlineOf(request, this.#deadlines),
      idleMs: deadlineOf({ maxTokens: 0 }, this.#deadlines),
      signal,
    };
  }

  async #result(read: SamplesRead, facts: SglangFacts, signal: AbortSignal): Promise<GenerateResult> {
    const { samples, weightVersion } = read;
    const completion = samples.reduce((sum, { completionTokens }) => sum + completionTokens, 0);
    this.#server.count(samples.length, samples[0]?.promptTokens ?? 0, completion);
    const now = await this.#server.sawVersion(weightVersion, signal);
    const { identity } = now.kind === 'facts' ? now : facts;
    return { kind: 'samples', samples, model: identity.model, weightVersion: weightVersion ?? identity.weightVersion };
  }

  /** Samples in the best form that the server takes. A form that it refuses while it takes the next is not tried again. */
  async #samples(question: Question): Promise<SamplesRead | ServerFailed> {
    const { n } = question.request;
    let refusal: ServerFailed | null = null;
    for (const form of FORMS.slice(FORMS.indexOf(this.#form))) {
      const read = await askSamples(question, form);
      if (read.kind === 'read' && n > 1) this.#form = form;
      if (read.kind === 'read' || n === 1 || !mayBeTheForm(read)) return read;
      refusal ??= read;
    }
    if (refusal === null) throw new Error('no form was tried');
    return refusal;
  }
}

/** Some servers refuse `n` above 1, some answer with too few samples. */
const mayBeTheForm = ({ reason, status }: ServerFailed): boolean =>
  reason === 'badRequest' || (reason === 'badAnswer' && status === undefined);

const noChat = (url: string): ServerFailed => ({
  kind: 'serverFailed',
  reason: 'badRequest',
  message: `${url}: SGLang's own route takes no chat; use a prompt format that writes the text, or the kind "openai"`,
  retriable: false,
});
