import type { ServerResponse } from 'node:http';
import { type FakeAnswer, logProbsOf, ollamaText, repeated, usageOf } from './generation-routes.ts';
import type { FakeGeneration, FakeToken } from './model.ts';

/** Server-sent events: a token at a time, the samples in turn. */
export function streamEvents(response: ServerResponse, answer: FakeAnswer) {
  const { fake, generations, chat, broken } = answer;
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  const send = (data: unknown) => response.write(`data: ${JSON.stringify(data)}\n\n`);
  const piece = (index: number, text: string, more: object) => ({
    id: 'cmpl-1',
    model: fake.facts.model,
    choices: [{ index, ...(chat ? { delta: { content: text } } : { text }), finish_reason: null, ...more }],
  });
  const pieces: unknown[] = [];
  if (repeated(answer) !== '') pieces.push(...generations.map((_, index) => piece(index, repeated(answer), {})));
  const parts = generations.map(textParts);
  for (let i = 0; parts.some((all) => i < all.length); i++) {
    for (const [index, all] of parts.entries()) {
      const part = all[i];
      if (part === undefined) continue;
      const single = { ...(generations[index] as FakeGeneration), tokens: part.tokens, matched: null };
      pieces.push(piece(index, part.text, { logprobs: logProbsOf(answer, single) }));
    }
  }
  for (const [index, generation] of generations.entries())
    pieces.push(
      piece(index, '', { finish_reason: generation.finish, logprobs: null, ...fake.persona.ending(generation) }),
    );
  for (const one of pieces.slice(0, broken?.after)) send(one);
  if (broken !== null) {
    if (broken.error === null) return breakOff(response);
    send({ error: { message: broken.error } });
  } else send({ id: 'cmpl-1', model: fake.facts.model, choices: [], usage: usageOf(answer) });
  response.end('data: [DONE]\n\n');
}

/** Lines of JSON, as Ollama streams. */
export function streamLines(response: ServerResponse, answer: FakeAnswer) {
  const { broken } = answer;
  const [generation] = answer.generations as [FakeGeneration];
  response.writeHead(200, { 'content-type': 'application/x-ndjson' });
  const send = (data: unknown) => response.write(`${JSON.stringify(data)}\n`);
  const pieces: unknown[] = textParts(generation).map(({ text, tokens }) => ({
    ...ollamaText(answer, text),
    done: false,
    ...(answer.body.logprobs === true
      ? { logprobs: logProbsOf(answer, { ...generation, tokens, matched: null }) }
      : {}),
  }));
  pieces.push({
    ...ollamaText(answer, ''),
    done: true,
    done_reason: generation.finish,
    prompt_eval_count: answer.promptTokens,
    eval_count: generation.tokens.length,
  });
  for (const one of pieces.slice(0, broken?.after)) send(one);
  if (broken?.error) send({ error: broken.error });
  if (broken !== null && broken.error === null) return breakOff(response);
  response.end();
}

/** Closes the connection once what was said has gone out. */
function breakOff(response: ServerResponse) {
  response.write('\n', () => response.destroy());
}

/** The text in pieces that end with whole signs, each with its tokens; those after the text come with the last one. */
function textParts({
  text,
  tokens,
}: FakeGeneration): readonly { readonly text: string; readonly tokens: readonly FakeToken[] }[] {
  const parts: { text: string; tokens: FakeToken[] }[] = [];
  let open: FakeToken[] = [];
  let at = 0;
  for (const token of tokens) {
    open.push(token);
    const bytes = Buffer.from(open.flatMap((one) => one.bytes)).toString();
    if (bytes.includes('\uFFFD')) continue;
    parts.push({ text: text.slice(at, at + bytes.length), tokens: open });
    at += bytes.length;
    open = [];
  }
  return parts;
}
