import type { GenerateRequest, GenerateResult, GenerationClient, ServerFailed, StreamedText } from '../generation.ts';
import { type DeadlineOptions, deadlineOf } from '../http/deadline.ts';
import { ServedClient } from '../served-client.ts';
import { askSamples, type Question, streamSamples } from './ask-samples.ts';
import type { SglangFacts } from './identity.ts';
import type { SamplesRead } from './read-samples.ts';
import type { SampleForm } from './request-body.ts';
import { type SglangOptions, SglangServer } from './server.ts';

export interface SglangClientOptions extends Omit<SglangOptions, 'mode'>, DeadlineOptions {}

/** Opens a client of SGLang's native routes. Nothing is asked before the first request. */
export async function openSglang(options: SglangClientOptions): Promise<GenerationClient> {
  return new SglangClient(await SglangServer.open({ ...options, mode: 'generate' }), options);
}

/** Forms of asking for several samples, best first: each next one asks less of the server. */
const FORMS: readonly SampleForm[] = ['n', 'copies', 'single'];

class SglangClient extends ServedClient implements GenerationClient {
  readonly #server: SglangServer;
  readonly #deadlines: DeadlineOptions;
  /** The best form that this server is known to take. */
  #form: SampleForm = 'n';

  constructor(server: SglangServer, deadlines: DeadlineOptions) {
    super(server);
    this.#server = server;
    this.#deadlines = deadlines;
  }

  async generate(request: GenerateRequest): Promise<GenerateResult> {
    return this.#call(request, (question) => this.#samples(question));
  }

  async stream(request: GenerateRequest, onText: (piece: StreamedText) => void): Promise<GenerateResult> {
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
    const { prompt, lane, signal: given } = request;
    if (prompt.kind === 'chat') return noChat(this.url);
    const deadlineMs = deadlineOf(request, this.#deadlines);
    const idleMs = deadlineOf({ maxTokens: 0 }, this.#deadlines);
    return this.#server.caller.call({
      lane,
      signal: given,
      ...(isCommitted ? { isCommitted } : {}),
      send: async (transport, signal): Promise<GenerateResult> => {
        const facts = await this.#server.facts(signal);
        if (facts.kind === 'serverFailed') return facts;
        const scaledBy = facts.identity.capabilities.logProbs === 'raw' ? null : temperatureIn(request);
        const read = await ask({ transport, text: prompt.text, request, scaledBy, deadlineMs, idleMs, signal }, facts);
        return read.kind === 'serverFailed' ? read : this.#result(read, facts, signal);
      },
    });
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

/** Greedy samples have the model's own log-probs. */
const temperatureIn = ({ temperature }: GenerateRequest): number | null =>
  temperature < 1e-6 || temperature === 1 ? null : temperature;
