import { parseJson } from '../../text/parse-json.ts';
import type { GenerateRequest, StreamedText } from '../generation.ts';
import type { Caller } from '../http/caller.ts';
import { errorMessage, type HttpAnswer } from '../http/error-body.ts';
import { EventReader, LineSplitter } from '../http/lines.ts';
import { badAnswer, checkValue, readJson } from '../http/read-json.ts';
import type { HttpRequest } from '../http/transport.ts';
import type { ServerFailed } from '../server-failure.ts';
import { answerChoices } from './answer-choices.ts';
import type { WholeChoice } from './choice-sample.ts';
import { fromOllama, ollamaAnswerSchema } from './ollama.ts';
import { StreamedChoices } from './streamed-choices.ts';
import { answerSchema, streamErrorSchema, type WireAnswer } from './wire.ts';

/** One request as it goes to the server, and how its answer is to be read. */
export interface Exchange {
  readonly path: string;
  readonly body: Readonly<Record<string, unknown>>;
  /** Ollama's own routes answer in a form of their own, and stream lines instead of events. */
  readonly form: 'openai' | 'ollama';
  readonly prefill: string | undefined;
  readonly deadlineMs: number;
}

export interface Choices {
  readonly kind: 'choices';
  readonly choices: readonly WholeChoice[];
  readonly model: string | null;
}

/** Asks and reads the whole answer. */
export function ask(caller: Caller, exchange: Exchange, request: GenerateRequest): Promise<Choices | ServerFailed> {
  const what = `${caller.transport.shown}${exchange.path}`;
  return caller.call<Choices>({
    lane: request.lane,
    signal: request.signal,
    send: async (transport, signal) => {
      const answer = await transport.send(httpRequest(exchange, signal));
      if (answer.kind === 'serverFailed') return answer;
      const read =
        exchange.form === 'ollama' ? readJson(answer, ollamaAnswerSchema, what) : readJson(answer, answerSchema, what);
      if (read.kind === 'serverFailed') return read;
      const value: WireAnswer = 'choices' in read.value ? read.value : fromOllama(read.value);
      return {
        kind: 'choices',
        choices: answerChoices(value, exchange.prefill, answer.ms),
        model: value.model ?? null,
      };
    },
  });
}

/** Asks and passes on the pieces of the answer as they come. */
export function askStreaming(
  caller: Caller,
  exchange: Exchange,
  request: GenerateRequest,
  onText: (piece: StreamedText) => void,
): Promise<Choices | ServerFailed> {
  const what = `${caller.transport.shown}${exchange.path}`;
  let committed = false;
  const tell = (piece: StreamedText) => {
    committed = true;
    onText(piece);
  };
  return caller.call<Choices>({
    lane: request.lane,
    signal: request.signal,
    isCommitted: () => committed,
    send: async (transport, signal) => {
      const startedMs = caller.clock.now();
      const choices = new StreamedChoices(exchange.prefill, tell);
      const pieces = new PieceReader(exchange.form, what, (piece) =>
        choices.add(piece, caller.clock.now() - startedMs),
      );
      const answer = await transport.stream(httpRequest(exchange, signal), (text) => pieces.push(text));
      if (answer.kind === 'serverFailed') return answer;
      const failure = pieces.end(answer);
      return failure ?? { kind: 'choices', choices: choices.whole(), model: choices.model };
    },
  });
}

const httpRequest = ({ path, body, deadlineMs }: Exchange, signal: AbortSignal): HttpRequest => ({
  method: 'POST',
  path,
  body,
  deadlineMs,
  signal,
});

/** Reads events or lines; an error among them, or one that is no JSON, makes the whole answer a failure. */
class PieceReader {
  readonly #what: string;
  readonly #form: Exchange['form'];
  readonly #onPiece: (piece: WireAnswer) => void;
  readonly #lines: EventReader | LineSplitter;
  #pieces = 0;
  #failure: ServerFailed | null = null;

  constructor(form: Exchange['form'], what: string, onPiece: (piece: WireAnswer) => void) {
    this.#form = form;
    this.#what = what;
    this.#onPiece = onPiece;
    this.#lines =
      form === 'ollama' ? new LineSplitter((line) => this.#data(line)) : new EventReader((data) => this.#data(data));
  }

  push(text: string): void {
    this.#lines.push(text);
  }

  #data(data: string): void {
    if (this.#failure !== null || data.trim() === '' || data.trim() === '[DONE]') return;
    const value = parseJson(data);
    if (value === undefined) {
      this.#failure = badAnswer(`${this.#what} streamed something that is not JSON`);
      return;
    }
    // An error comes with status 200 when the answer had already begun.
    if (streamErrorSchema.safeParse(value).success) {
      this.#failure = {
        ...badAnswer(`${this.#what} broke off: ${errorMessage(data)}`),
        reason: 'aborted',
        retriable: true,
        status: 200,
      };
      return;
    }
    const read =
      this.#form === 'ollama'
        ? checkValue(value, ollamaAnswerSchema, this.#what)
        : checkValue(value, answerSchema, this.#what);
    if (read.kind === 'serverFailed') {
      this.#failure = read;
      return;
    }
    this.#pieces++;
    this.#onPiece('choices' in read.value ? read.value : fromOllama(read.value));
  }

  end(answer: HttpAnswer): ServerFailed | null {
    this.#lines.end();
    if (this.#failure === null && this.#pieces === 0)
      return badAnswer(`${this.#what} streamed nothing (content type ${answer.contentType || 'not given'})`);
    return this.#failure;
  }
}
