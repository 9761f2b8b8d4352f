import type { ServerHealth } from '../client-state.ts';
import type { ServerFailed } from '../server-failure.ts';
import type { HttpAnswer } from './error-body.ts';

/** SGLang's own check makes a token and gives up after 20 s. */
export const healthDeadlineMs = 25_000;
/** Health checks fail at times during a long prefill: it takes three in a row. */
const failuresToDoubt = 3;

/** Makes one judgement of many health checks. A request that was answered in between is proof of life. */
export class HealthRecord {
  #failures = 0;
  #wasReady = false;
  #answered = 0;

  /** @param answered requests that this server has answered up to now */
  judge(check: HttpAnswer | ServerFailed, answered: number): ServerHealth {
    if (answered > this.#answered) {
      this.#failures = 0;
      this.#wasReady = true;
    }
    this.#answered = answered;
    if (check.kind === 'answer') {
      this.#failures = 0;
      this.#wasReady = true;
      return { kind: 'ready', ms: check.ms };
    }
    const { message } = check;
    if (check.reason === 'unauthorised') return { kind: 'unauthorised', message };
    this.#failures++;
    if (check.reason === 'serverDown' && check.reached === false) return { kind: 'down', message };
    if (!this.#wasReady) return { kind: 'starting', message };
    return this.#failures < failuresToDoubt
      ? { kind: 'suspect', message, failures: this.#failures }
      : { kind: 'unresponsive', message };
  }
}
