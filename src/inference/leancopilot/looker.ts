import { type Clock, systemClock } from '../../search/world.ts';
import type { HttpAnswer } from '../http/error-body.ts';
import type { Transport } from '../http/transport.ts';
import { noGauges } from '../panel/gauges.ts';
import { lookDeadlineMs, type ServerLook, type ServerLooker } from '../panel/look.ts';
import type { ServerFailed } from '../server-failure.ts';
import { aboutIn, identityOf, isThere } from './server.ts';

/** Looks at one server of LeanCopilot's interface, which tells who it is at most. */
export class LeanCopilotLooker implements ServerLooker {
  readonly url: string;
  readonly #transport: Transport;
  readonly #model: string | null;
  readonly #clock: Clock;

  /** @param model as the person calls it, for servers that do not tell */
  constructor(transport: Transport, model: string | null, clock: Clock = systemClock) {
    this.#transport = transport;
    this.#model = model;
    this.#clock = clock;
    this.url = transport.shown;
  }

  async look(signal?: AbortSignal): Promise<ServerLook | ServerFailed> {
    const begunMs = this.#clock.now();
    const answer = await this.#ask(signal);
    const ms = this.#clock.now() - begunMs;
    if (answer.kind === 'serverFailed' && !isThere(answer)) return answer;
    const about = aboutIn(answer);
    const model = this.#model ?? about?.model ?? 'not told';
    const identity = identityOf(about, model, { completion: true, embeddings: about?.encoder != null });
    return { kind: 'look', identity, gauges: noGauges, source: 'none', accepts: null, ms };
  }

  async health(signal?: AbortSignal): Promise<HttpAnswer | ServerFailed> {
    return this.#ask(signal);
  }

  close(): Promise<void> {
    return this.#transport.close();
  }

  #ask(signal?: AbortSignal): Promise<HttpAnswer | ServerFailed> {
    return this.#transport.send({ method: 'GET', path: '/health', deadlineMs: lookDeadlineMs, signal });
  }
}
