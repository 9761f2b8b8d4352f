import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fakeVector } from './model.ts';
import { json, type SeenRequest } from './server.ts';

export interface FakeLeanCopilotOptions {
  /** Models by name: what each writes, best first, with probabilities. */
  readonly models: Readonly<Record<string, readonly (readonly [output: string, score: number])[]>>;
}

/** LeanCopilot's own server for outside models: FastAPI, models by name, no route that says who it is. */
export class FakeLeanCopilot {
  readonly seen: SeenRequest[] = [];
  readonly #options: FakeLeanCopilotOptions;
  readonly #server = createServer(async (request, response) => {
    let text = '';
    for await (const piece of request.setEncoding('utf8')) text += piece;
    const path = request.url ?? '';
    if (request.method !== 'POST' || (path !== '/generate' && path !== '/encode'))
      return json(response, 404, { detail: 'Not Found' });
    const body = JSON.parse(text) as Readonly<Record<string, unknown>>;
    this.seen.push({ path, body, authorization: request.headers.authorization ?? null });
    const outputs = this.#options.models[String(body.name)];
    // A name that is not there is a KeyError, which nobody catches.
    if (outputs === undefined)
      return response.writeHead(500, { 'content-type': 'text/plain' }).end('Internal Server Error');
    if (path === '/encode') return json(response, 200, { outputs: fakeVector(String(body.input), 8) });
    json(response, 200, { outputs: outputs.map(([output, score]) => ({ output, score })) });
  });

  private constructor(options: FakeLeanCopilotOptions) {
    this.#options = options;
  }

  static async start(options: FakeLeanCopilotOptions): Promise<FakeLeanCopilot> {
    const fake = new FakeLeanCopilot(options);
    await new Promise<void>((resolve) => fake.#server.listen(0, '127.0.0.1', resolve));
    return fake;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
