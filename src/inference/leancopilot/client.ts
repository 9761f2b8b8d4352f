import type { GenerateRequest, GenerateResult, GenerationClient, Sample, StreamedText } from '../generation.ts';
import { deadlineOf } from '../http/deadline.ts';
import { readJson } from '../http/read-json.ts';
import type { Transport } from '../http/transport.ts';
import { ServedClient } from '../served-client.ts';
import type { ServerFailed } from '../server-failure.ts';
import { type LeanCopilotOptions, LeanCopilotServer } from './server.ts';
import { generatedSchema, type WireOutput } from './wire.ts';

/** Opens a client of LeanCopilot's `/generate`: ReProver, and whatever else speaks it. Nothing is asked before the first request. */
export async function openLeanCopilot(options: LeanCopilotOptions): Promise<GenerationClient> {
  return new LeanCopilotClient(await LeanCopilotServer.open(options, 'generate'), options);
}

class LeanCopilotClient extends ServedClient implements GenerationClient {
  readonly #server: LeanCopilotServer;
  readonly #options: LeanCopilotOptions;

  constructor(server: LeanCopilotServer, options: LeanCopilotOptions) {
    super(server);
    this.#server = server;
    this.#options = options;
  }

  /** Asks for the best outputs. There may be fewer of them than wanted: a server makes as many as it was set to. */
  async generate(request: GenerateRequest): Promise<GenerateResult> {
    const { prompt } = request;
    if (prompt.kind === 'chat') return noChat(this.url);
    return this.#server.caller.call<GenerateResult>({
      lane: request.lane,
      signal: request.signal,
      send: async (transport, signal) => {
        const identity = await this.#server.identity(signal);
        if (identity.kind === 'serverFailed') return identity;
        return this.#ask(transport, { request, text: prompt.text, model: identity.model, signal });
      },
    });
  }

  async #ask(
    transport: Transport,
    asked: {
      readonly request: GenerateRequest;
      readonly text: string;
      readonly model: string;
      readonly signal: AbortSignal;
    },
  ): Promise<GenerateResult> {
    const { request, text, model, signal } = asked;
    const path = '/generate';
    const body = { name: model, input: text, prefix: '', n: request.n, max_tokens: request.maxTokens };
    const deadlineMs = deadlineOf(request, this.#options);
    const answer = await transport.send({ method: 'POST', path, body, deadlineMs, signal });
    if (answer.kind === 'serverFailed') return answer;
    const read = readJson(answer, generatedSchema, `${this.url}${path}`);
    if (read.kind === 'serverFailed') return read;
    const samples = read.value.outputs.slice(0, request.n).map((output) => sampleOf(output, request, answer.ms));
    const tokens = samples.reduce((sum, one) => sum + one.completionTokens, 0);
    this.#server.count(samples.length, tokens);
    return { kind: 'samples', samples, model, weightVersion: null };
  }

  /** The outputs of a beam search are complete all at once. */
  async stream(request: GenerateRequest, onText: (piece: StreamedText) => void): Promise<GenerateResult> {
    const result = await this.generate(request);
    if (result.kind === 'samples') for (const [sample, { text }] of result.samples.entries()) onText({ sample, text });
    return result;
  }
}

/** Marks around premises that ReProver was trained to write; they are no Lean. */
const premiseMarks = /<\/?a>/g;

function sampleOf(wire: WireOutput, { stop, logProbs }: GenerateRequest, ms: number): Sample {
  const clean = wire.output.replace(premiseMarks, '');
  const cut = cutAtStop(clean, stop);
  const sum = wire.log_prob ?? (wire.score > 0 ? Math.log(wire.score) : null);
  return {
    text: cut?.text ?? clean,
    finish:
      wire.finished === false && cut === null ? { kind: 'length' } : { kind: 'stop', matched: cut?.matched ?? null },
    // The number is of the whole output, so there is none for a part of it. Nothing tells the tokens apart.
    logProb: logProbs && cut === null && sum !== null ? wholeLogProb(sum, wire.finished !== false) : null,
    promptTokens: 0,
    completionTokens: wire.tokens ?? 0,
    cachedTokens: null,
    ms,
  };
}

const wholeLogProb = (sum: number, countsEnd: boolean) => ({
  sum,
  tokens: 1,
  perToken: [sum],
  scaledBy: null,
  countsEnd,
});

/** The text before the first stop text in it; null when there is none. */
function cutAtStop(text: string, stop: readonly string[]): { readonly text: string; readonly matched: string } | null {
  let first: { readonly text: string; readonly matched: string } | null = null;
  for (const matched of stop) {
    const at = text.indexOf(matched);
    if (at >= 0 && (first === null || at < first.text.length)) first = { text: text.slice(0, at), matched };
  }
  return first;
}

const noChat = (url: string): ServerFailed => ({
  kind: 'serverFailed',
  reason: 'badRequest',
  message: `${url} takes a text and no chat; use a prompt format that writes the text`,
  retriable: false,
});
