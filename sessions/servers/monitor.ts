import type { ReadGpusResult } from '../../src/inference/gpu/read-gpus.ts';
import { pause } from '../../src/inference/http/pause.ts';
import type { ServerDeed } from '../../src/inference/panel/face.ts';
import type { ServerLooker } from '../../src/inference/panel/look.ts';
import type { ProviderServer } from '../../src/policy/provider.ts';
import { systemClock } from '../../src/search/world.ts';
import { type ServerTarget, ServerWatch } from './server-watch.ts';
import type { GpuView, RunTraffic, ServersView, ServerView } from './view.ts';

export type OpenedLooker =
  | { readonly kind: 'looker'; readonly looker: ServerLooker }
  | { readonly kind: 'noLooker'; readonly message: string };

export interface MonitorOptions {
  /** What there is to look at just now. */
  readonly targets: () => readonly ServerTarget[];
  readonly openLooker: (target: ServerTarget) => Promise<OpenedLooker>;
  /** The connections of this process. */
  readonly connected: () => readonly ProviderServer[];
  /** The requests of the process of the run that is looked at. */
  readonly ofRun?: () => readonly RunTraffic[];
  /** What was done to the server of that address from this home. */
  readonly deedAt?: (url: string) => Promise<ServerDeed | null>;
  readonly readGpus: (signal: AbortSignal) => Promise<ReadGpusResult>;
  readonly onChange: () => void;
  /** What a person should know of our connections. */
  readonly onTold?: (text: string) => void;
  /** Milliseconds that only grow, by the clock of the clients. @default performance.now */
  readonly now?: () => number;
  /** Between two looks. @default 2000 */
  readonly everyMs?: number;
}

/** How closely somebody looks: the whole panel, or a line that says how servers are. */
export type Attention = 'panel' | 'line' | 'none';

/** On a screen that only has a line for it. */
const lineFactor = 3;
const gpuFactor = 2;

type Watched = ServerWatch | { readonly refused: ServerView };

/** Looks at the servers as long as somebody looks at it, and at nothing otherwise. */
export class ServerMonitor {
  readonly #options: MonitorOptions;
  readonly #watched = new Map<string, Watched>();
  #attention: Attention = 'none';
  #end = new AbortController();
  #round = 0;
  #gpus: GpuView | null = null;
  #isGpuAsked = false;

  constructor(options: MonitorOptions) {
    this.#options = options;
  }

  /** Says how closely somebody looks from now on. */
  attend(attention: Attention): void {
    if (attention === this.#attention) return;
    const before = this.#attention;
    this.#attention = attention;
    if (attention === 'none') {
      this.#end.abort();
      return;
    }
    if (before === 'none') {
      this.#end = new AbortController();
      void this.#goOn(this.#end.signal);
    }
    // Who opens the panel does not wait for the slower pace of the line.
    else if (attention === 'panel') void this.#lookOnce(this.#end.signal);
  }

  /** What is known; null where there is nothing to look at. */
  view(): ServersView | null {
    const targets = this.#options.targets();
    if (targets.length === 0 && this.#gpus?.kind !== 'gpus') return null;
    const ofRun = this.#options.ofRun?.() ?? [];
    const servers = targets.flatMap((target): ServerView[] => {
      const watched = this.#watched.get(keyOf(target));
      if (watched === undefined) return [];
      const view = watched instanceof ServerWatch ? watched.view() : watched.refused;
      return [{ ...view, run: ofRun.find((one) => one.profile === view.profile && one.url === view.url) ?? null }];
    });
    return { servers, gpus: this.#gpus };
  }

  async close(): Promise<void> {
    this.attend('none');
    const watches = [...this.#watched.values()];
    this.#watched.clear();
    await Promise.all(watches.map((one) => (one instanceof ServerWatch ? one.close() : undefined)));
  }

  async #goOn(signal: AbortSignal): Promise<void> {
    const { everyMs = 2000 } = this.#options;
    while (!signal.aborted) {
      if (this.#attention === 'panel' || this.#round % lineFactor === 0) await this.#lookOnce(signal);
      this.#round += 1;
      await pause(everyMs, systemClock, signal);
    }
  }

  async #lookOnce(signal: AbortSignal): Promise<void> {
    const targets = this.#options.targets();
    await this.#settle(targets);
    if (this.#round % gpuFactor === 0) void this.#lookAtGpus(signal);
    const connected = this.#options.connected();
    await Promise.all(
      targets.map(async (target) => {
        const watched = this.#watched.get(keyOf(target));
        if (!(watched instanceof ServerWatch)) return;
        const { url } = watched.view();
        watched.follow(connected.find((one) => one.profile === target.profile && one.url === url) ?? null);
        await watched.look(signal);
      }),
    );
  }

  /** Opens what is new, and lets go what is not to be looked at any more. */
  async #settle(targets: readonly ServerTarget[]): Promise<void> {
    const { openLooker, onChange, onTold, deedAt, now = () => performance.now() } = this.#options;
    const wanted = new Set(targets.map(keyOf));
    for (const [key, watched] of this.#watched)
      if (!wanted.has(key)) {
        this.#watched.delete(key);
        if (watched instanceof ServerWatch) void watched.close();
      }
    for (const target of targets) {
      const known = this.#watched.get(keyOf(target));
      if (known instanceof ServerWatch) continue;
      const opened = await openLooker(target);
      const watched =
        opened.kind === 'looker'
          ? new ServerWatch({
              target,
              looker: opened.looker,
              onNews: onChange,
              now,
              ...(deedAt && { deedAt }),
              ...(onTold && { onTold }),
            })
          : { refused: refusedView(target, opened.message) };
      this.#watched.set(keyOf(target), watched);
      onChange();
    }
  }

  async #lookAtGpus(signal: AbortSignal): Promise<void> {
    // A machine without the tool does not get one meanwhile.
    if (this.#isGpuAsked || this.#gpus?.kind === 'absent') return;
    this.#isGpuAsked = true;
    const read = await this.#options.readGpus(signal);
    this.#isGpuAsked = false;
    if (signal.aborted) return;
    this.#gpus =
      read.kind === 'gpus'
        ? read
        : read.kind === 'noTool'
          ? { kind: 'absent' }
          : { kind: 'unreadable', message: read.message };
    this.#options.onChange();
  }
}

const keyOf = ({ profile, kind, role, settings }: ServerTarget): string =>
  `${role} ${kind} ${profile} ${settings.url ?? ''}`;

/** Of a server that cannot even be asked: its address or its key is wrong or missing. */
const refusedView = ({ profile, kind, role }: ServerTarget, message: string): ServerView => ({
  profile,
  kind,
  role,
  url: '',
  face: 'not usable',
  message,
  lookedAt: null,
  identity: null,
  gauges: null,
  source: 'none',
  answerMs: null,
  own: null,
  run: null,
  changed: null,
});
