import type { GenerateRequest, Sample, StreamedText } from '../generation.ts';
import { badAnswer, readJson } from '../http/read-json.ts';
import type { Transport } from '../http/transport.ts';
import type { ServerFailed } from '../server-failure.ts';
import { readSamples, type SamplesRead } from './read-samples.ts';
import { generateBody, listBody, type SampleForm } from './request-body.ts';
import { StreamAssembler } from './stream.ts';
import { generateSchema } from './wire.ts';

/** One question and all that is needed to ask it. */
export interface Question {
  readonly transport: Transport;
  readonly text: string;
  readonly request: GenerateRequest;
  /** The temperature that the server's log-probs contain; null for the model's own. */
  readonly scaledBy: number | null;
  readonly deadlineMs: number;
  /** Of a stream: most milliseconds between two pieces. */
  readonly idleMs: number;
  readonly signal: AbortSignal;
}

const route = '/generate';
const nameOf = ({ transport }: Question): string => `${transport.shown}${route}`;

/** All samples in one answer, or in one answer each (`single`): all or none, as fewer would look like a model with fewer ideas. */
export async function askSamples(question: Question, form: SampleForm): Promise<SamplesRead | ServerFailed> {
  if (form !== 'single') return askOnce(question, form);
  const { request } = question;
  const samples: Sample[] = [];
  let weightVersion: string | null = null;
  for (let i = 0; i < request.n; i++) {
    const seed = request.seed === undefined ? {} : { seed: request.seed + i };
    const read = await askOnce({ ...question, request: { ...request, ...seed, n: 1 } }, form);
    if (read.kind === 'serverFailed') return read;
    samples.push(...read.samples);
    weightVersion = read.weightVersion;
  }
  return { kind: 'read', samples, weightVersion };
}

async function askOnce(question: Question, form: SampleForm): Promise<SamplesRead | ServerFailed> {
  const { transport, text, request, scaledBy, deadlineMs, signal } = question;
  const body = generateBody(text, request, { form, stream: false });
  const answer = await transport.send({ method: 'POST', path: route, body, deadlineMs, signal });
  if (answer.kind === 'serverFailed') return answer;
  const what = nameOf(question);
  const wire = readJson(answer, generateSchema, what);
  if (wire.kind === 'serverFailed') return wire;
  return readSamples(wire.value, request, { what, scaledBy, ms: answer.ms });
}

/** Several questions in one request, whose answer is one list, the samples of the first question first. */
export async function askTogether(
  questions: readonly Question[],
): Promise<{ readonly kind: 'reads'; readonly reads: readonly SamplesRead[] } | ServerFailed> {
  const [first] = questions;
  if (first === undefined) return { kind: 'reads', reads: [] };
  const { transport, signal } = first;
  const deadlineMs = Math.max(...questions.map((one) => one.deadlineMs));
  const answer = await transport.send({ method: 'POST', path: route, body: listBody(questions), deadlineMs, signal });
  if (answer.kind === 'serverFailed') return answer;
  const what = nameOf(first);
  const wire = readJson(answer, generateSchema, what);
  if (wire.kind === 'serverFailed') return wire;
  const wanted = questions.reduce((sum, { request }) => sum + request.n, 0);
  if (wire.value.length !== wanted)
    return badAnswer(`${what} answered ${wire.value.length} samples, ${wanted} were asked for`);
  const reads: SamplesRead[] = [];
  let from = 0;
  for (const { request, scaledBy } of questions) {
    const read = readSamples(wire.value.slice(from, from + request.n), request, { what, scaledBy, ms: answer.ms });
    if (read.kind === 'serverFailed') return read;
    reads.push(read);
    from += request.n;
  }
  return { kind: 'reads', reads };
}

export interface StreamOptions {
  readonly form: SampleForm;
  /** Whether chunks hold only what is new; null when nobody knows. */
  readonly incremental: boolean | null;
  readonly onText: (piece: StreamedText) => void;
}

/** All samples, each piece of text as it comes. */
export async function streamSamples(
  question: Question,
  { form, incremental, onText }: StreamOptions,
): Promise<SamplesRead | ServerFailed> {
  const { transport, text, request, scaledBy, deadlineMs, idleMs, signal } = question;
  const assembler = new StreamAssembler(request.n, incremental, onText);
  const body = generateBody(text, request, { form, stream: true });
  const answer = await transport.stream({ method: 'POST', path: route, body, deadlineMs, idleMs, signal }, (piece) =>
    assembler.push(piece),
  );
  if (answer.kind === 'serverFailed') return answer;
  const what = nameOf(question);
  if (!/event-stream/i.test(answer.contentType))
    return badAnswer(`${what} answered ${answer.contentType || 'something'} where a stream was asked for`);
  const end = assembler.end();
  switch (end.kind) {
    case 'complete':
      return readSamples(end.samples, request, { what, scaledBy, ms: answer.ms });
    case 'error':
      return { ...badAnswer(`${what} failed in the middle of its answer: ${end.message}`), retriable: true };
    case 'broken':
      return badAnswer(`${what}: ${end.message}`);
    case 'cut': {
      const message = `${what}: the stream ended before the answer did`;
      return { kind: 'serverFailed', reason: 'serverDown', message, retriable: true };
    }
  }
}
