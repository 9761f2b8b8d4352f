import type { ServerResponse } from 'node:http';

/** The forms in which SGLang answers. */

export function sendJson(response: ServerResponse, status: number, value: unknown): void {
  if (response.destroyed || response.writableEnded) return;
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
}

export function sendText(
  response: ServerResponse,
  status: number,
  text: string,
  type = 'text/plain; charset=utf-8',
): void {
  if (response.destroyed || response.writableEnded) return;
  response.writeHead(status, { 'content-type': type }).end(text);
}

/** Any ValueError of the native routes. */
export const sendRefusal = (response: ServerResponse, message: string): void =>
  sendJson(response, 400, { error: { message } });

/** The OpenAI-compatible routes, malformed requests, and refusals of the scheduler. */
export const sendFlatError = (response: ServerResponse, status: number, message: string, type = String(status)): void =>
  sendJson(response, status, { object: 'error', message, type, param: null, code: status });
