import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { adminRoutes } from './admin-routes.ts';
import { Core, type Exchange, pass, type Route } from './core.ts';
import { encodeRoute, openAiEmbeddingsRoute } from './encode-route.ts';
import { generateRoute } from './generate-route.ts';
import { infoRoutes } from './info-routes.ts';
import { sendFlatError, sendJson, sendText } from './replies.ts';
import type { Fault, Switches } from './switches.ts';

/** An SGLang that runs no model: a real server on a free port that behaves as the real one does, faults included. */
export interface FakeSglang {
  readonly url: string;
  readonly core: Core;
  /** Changes how it behaves from now on. */
  set(switches: Partial<Switches>): void;
  /** Lets the next requests to a route go wrong, one after the other; routes that make nothing know only `status`. */
  fail(path: string, ...faults: readonly Fault[]): void;
  /** How often a route was asked. */
  count(path: string): number;
  /** Resolves when the test holds. */
  until(test: () => boolean): Promise<void>;
  /** Dies with everything in flight; `start` brings it back at the same address, with an empty cache. */
  kill(): Promise<void>;
  start(switches?: Partial<Switches>): Promise<void>;
  close(): Promise<void>;
}

/** Starts one, at a free port unless one is wanted. `await using` closes it. */
export async function startFakeSglang(
  switches: Partial<Switches> = {},
  wantedPort = 0,
): Promise<FakeSglang & AsyncDisposable> {
  const core = new Core(switches);
  const sockets = new Set<Socket>();
  let server: Server | null = null;
  let port = wantedPort;
  const listen = async () => {
    const fresh = createServer((request, response) => {
      void answer(core, request, response);
    });
    // uvicorn drops idle connections after 5 s.
    fresh.keepAliveTimeout = 5000;
    fresh.on('connection', (socket) => {
      sockets.add(socket);
      socket.on('close', () => sockets.delete(socket));
      socket.on('error', () => {});
    });
    await new Promise<void>((resolve, reject) => {
      fresh.once('error', reject);
      fresh.listen(port, '127.0.0.1', resolve);
    });
    port = (fresh.address() as AddressInfo).port;
    server = fresh;
  };
  const kill = async () => {
    const dying = server;
    server = null;
    if (dying === null) return;
    const closed = new Promise<void>((resolve) => dying.close(() => resolve()));
    for (const socket of sockets) socket.resetAndDestroy();
    await closed;
    core.changed();
  };
  core.crash = () => void kill();
  await listen();
  return {
    url: `http://127.0.0.1:${port}`,
    core,
    set: (changes) => {
      core.switches = { ...core.switches, ...changes };
      core.wake();
    },
    fail: (path, ...faults) => core.faults.set(path, [...(core.faults.get(path) ?? []), ...faults]),
    count: (path) => core.seen.filter((one) => one.path === path).length,
    until: (test) => core.until(test),
    kill,
    start: async (changes = {}) => {
      core.switches = { ...core.switches, ...changes };
      core.cache = [];
      core.released = new Set();
      core.frozen = false;
      core.paused = false;
      await listen();
    },
    close: kill,
    [Symbol.asyncDispose]: kill,
  };
}

const generation: Readonly<Record<string, Route>> = {
  '/generate': generateRoute,
  '/encode': encodeRoute,
  '/v1/embeddings': openAiEmbeddingsRoute,
};

function routeOf(core: Core, path: string): Route | undefined {
  const late = core.switches.persona === 'late' ? infoRoutes.late[path] : undefined;
  return late ?? infoRoutes.both[path] ?? adminRoutes[path] ?? generation[path];
}

async function answer(core: Core, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { pathname: path, searchParams: query } = new URL(request.url ?? '/', 'http://fake');
  const gone = new AbortController();
  response.on('close', () => {
    if (!response.writableFinished) void pass(core.switches.abortPollMs, gone.signal).then(() => gone.abort());
  });
  let text = '';
  try {
    for await (const piece of request) text += String(piece);
  } catch {
    return;
  }
  const refused = refusal(core, request, path);
  if (refused) return sendJson(response, refused, { error: refused === 401 ? 'Unauthorized' : 'Forbidden' });
  const route = routeOf(core, path);
  if (route === undefined) return sendJson(response, 404, { detail: 'Not Found' });
  const body = readBody(text);
  if (body === null) return sendFlatError(response, 400, 'body: JSON decode error', 'Bad Request');
  const method = request.method ?? 'GET';
  core.seen.push({ method, path, body, authorization: request.headers.authorization ?? null });
  core.changed();
  const fault = path in generation ? null : core.nextFault(path);
  if (fault?.kind === 'status') return sendText(response, fault.status, fault.body);
  const exchange: Exchange = { method, path, query, body, request, response, gone: gone.signal };
  await route(core, exchange);
}

function readBody(text: string): Readonly<Record<string, unknown>> | null {
  if (text === '') return {};
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

function refusal(core: Core, request: IncomingMessage, path: string): 401 | 403 | null {
  const { apiKey, adminKey } = core.switches;
  if (/^\/(health|ready|metrics)/.test(path)) return null;
  const { authorization, 'x-api-key': plain } = request.headers;
  const given = core.switches.persona === 'late' && typeof plain === 'string' ? `Bearer ${plain}` : authorization;
  if (path in adminRoutes && adminKey !== null)
    return given === `Bearer ${adminKey}` ? null : apiKey === null || given === `Bearer ${apiKey}` ? 403 : 401;
  return apiKey === null || given === `Bearer ${apiKey}` ? null : 401;
}
