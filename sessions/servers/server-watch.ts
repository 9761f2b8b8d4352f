import type { ProviderProfile } from '../../src/config/models.ts';
import type { ServerHealth } from '../../src/inference/client-state.ts';
import { HealthRecord } from '../../src/inference/http/health.ts';
import { faceOf, type ServerDeed, type ServerRole } from '../../src/inference/panel/face.ts';
import type { ServerLook, ServerLooker } from '../../src/inference/panel/look.ts';
import type { ServerFailed } from '../../src/inference/server-failure.ts';
import type { ServerIdentity } from '../../src/inference/server-identity.ts';
import type { ServerProviderKind } from '../../src/policy/model/server-kinds.ts';
import type { ProviderServer } from '../../src/policy/provider.ts';
import { OwnTrafficWatch } from './own-traffic.ts';
import type { ServerView } from './view.ts';

/** What is looked at. */
export interface ServerTarget {
  readonly profile: string;
  readonly kind: ServerProviderKind;
  readonly role: ServerRole;
  /** With the address of a run, where that is another one than the profile's. */
  readonly settings: ProviderProfile;
}

export interface ServerWatchOptions {
  readonly target: ServerTarget;
  readonly looker: ServerLooker;
  readonly onNews: () => void;
  /** What a person should know of our connection to it. */
  readonly onTold?: (text: string) => void;
  /** What was done to the server of that address from this home. @default nothing */
  readonly deedAt?: (url: string) => Promise<ServerDeed | null>;
  /** Milliseconds that only grow, by the clock of the clients. */
  readonly now: () => number;
}

/** An SGLang makes a token for each check of its health, so it is not asked often. */
const healthEveryMs = 15_000;

/** What is known of one server: the last look at it, its health, and our own requests to it. */
export class ServerWatch {
  readonly #options: ServerWatchOptions;
  readonly #record = new HealthRecord();
  #look: ServerLook | ServerFailed | null = null;
  #lookedAt: number | null = null;
  #identity: ServerIdentity | null = null;
  #wasReady = false;
  #health: ServerHealth | null = null;
  #healthSentMs: number | null = null;
  #healthDoneMs = Number.NEGATIVE_INFINITY;
  #changed: ServerView['changed'] = null;
  #own: OwnTrafficWatch | null = null;
  #deed: ServerDeed | null = null;

  constructor(options: ServerWatchOptions) {
    this.#options = options;
  }

  /** Follows our own requests, once something is connected. */
  follow(server: ProviderServer | null): void {
    if ((this.#own?.server ?? null) === server) return;
    this.#own?.close();
    const { now, onNews, onTold } = this.#options;
    this.#own =
      server &&
      new OwnTrafficWatch(server, now, (text) => {
        if (text !== null) onTold?.(text);
        onNews();
      });
  }

  /** Looks once. */
  async look(signal: AbortSignal): Promise<void> {
    const { looker, deedAt } = this.#options;
    this.#deed = (await deedAt?.(looker.url)) ?? null;
    const look = await looker.look(signal);
    if (signal.aborted) return;
    this.#look = look;
    this.#lookedAt = Date.now();
    if (look.kind === 'look') this.#met(look.identity);
    this.#checkHealth(look, signal);
    this.#options.onNews();
  }

  view(): ServerView {
    const { target, looker, now } = this.#options;
    const nowMs = now();
    const own = this.#own?.traffic(nowMs) ?? null;
    const look = this.#look?.kind === 'look' ? this.#look : null;
    const { face, message } = faceOf({
      role: target.role,
      look: this.#look,
      health: this.#health,
      healthPendingMs: this.#healthSentMs === null ? null : nowMs - this.#healthSentMs,
      wasReady: this.#wasReady,
      own,
      unansweredMs: this.#own?.unansweredMs(nowMs) ?? null,
      deed: this.#deed,
      trouble: this.#trouble(nowMs),
    });
    if (face === 'ready' || face === 'busy' || face === 'queueing') this.#wasReady = true;
    const { profile, kind, role } = target;
    return {
      profile,
      kind,
      role,
      url: looker.url,
      face,
      message,
      lookedAt: this.#lookedAt,
      identity: this.#identity,
      gauges: look?.gauges ?? null,
      source: look?.source ?? 'none',
      answerMs: look?.ms ?? null,
      own,
      run: null,
      changed: this.#changed,
    };
  }

  async close(): Promise<void> {
    this.#own?.close();
    await this.#options.looker.close();
  }

  #trouble(nowMs: number) {
    const trouble = this.#own?.trouble ?? null;
    return trouble && { reason: trouble.reason, message: trouble.message, agoMs: nowMs - trouble.atMs };
  }

  #met(identity: ServerIdentity): void {
    const before = this.#identity;
    this.#identity = identity;
    if (before === null) return;
    const [from, to] = [before, identity].map(named) as [string, string];
    if (from !== to) this.#changed = { at: Date.now(), from, to };
  }

  /** Beside everything else: a check may take half a minute. Who answers our requests, or works, needs none. */
  #checkHealth(look: ServerLook | ServerFailed, signal: AbortSignal): void {
    const { looker, now, onNews } = this.#options;
    // A check makes a token, which may end a server whose memory is released.
    if (look.kind !== 'look' || this.#deed !== null) {
      this.#health = null;
      this.#healthDoneMs = Number.NEGATIVE_INFINITY;
      return;
    }
    if (this.#healthSentMs !== null || now() - this.#healthDoneMs < this.#healthGapMs()) return;
    this.#healthSentMs = now();
    void looker.health(signal).then((answer) => {
      this.#healthSentMs = null;
      if (signal.aborted) return;
      this.#healthDoneMs = now();
      this.#health = this.#record.judge(answer, this.#own?.server.statistics().answered ?? 0);
      onNews();
    });
  }

  /** What may be ill, or is not there yet, is looked at more often. */
  #healthGapMs(): number {
    return this.#health?.kind === 'ready' ? healthEveryMs : healthEveryMs / 5;
  }
}

const named = ({ model, weightVersion }: ServerIdentity): string =>
  weightVersion === null ? model : `${model}, weights ${weightVersion}`;
