import type { ProviderProfile } from '../../src/config/models.ts';
import type { ServerDeed } from '../../src/inference/panel/face.ts';
import type { ServerRecord } from '../../src/inference/serve/record.ts';
import type { ProviderSource } from '../../src/policy/provider-source.ts';
import type { ValueModel } from '../../src/value/score/value-model.ts';
import type { Engine } from '../engine.ts';
import type { OpenRun } from '../live/run-view.ts';
import type { MonitorOptions } from './monitor.ts';
import type { ServerTarget } from './server-watch.ts';
import { serversOfRun, tacticServers, vectorServers } from './targets.ts';

export interface WatchedServers {
  readonly profiles: ReadonlyMap<string, ProviderProfile>;
  readonly reach: Pick<ProviderSource, 'settings' | 'environment'>;
  /** Of the searches to come. */
  readonly provider: () => string;
  /** Of the searches to come; null without one. */
  readonly value: () => Pick<ValueModel, 'about'> | null;
  /** The run that is looked at. */
  readonly run: () => OpenRun | null;
  readonly engine: () => Engine | null;
  readonly home: string;
  readonly onChange: () => void;
  readonly onTold: (text: string) => void;
}

/** Looks at the servers of the current provider, and of the run that is looked at while a process works on it. */
export function monitorOptions({
  profiles,
  reach,
  provider,
  value,
  run,
  engine,
  home,
  onChange,
  onTold,
}: WatchedServers): MonitorOptions {
  return {
    targets: () => {
      const own = [...tacticServers(profiles, provider()), ...vectorServers(profiles, value())];
      const shown = run();
      const others =
        shown === null || shown.holder === null ? [] : serversOfRun(profiles, shown.manifest, reach.settings);
      return [...own, ...others.filter((one) => !own.some((known) => isSame(known, one)))];
    },
    openLooker: async ({ kind, role, settings }) => {
      const { openServerLooker } = await import('../../src/policy/model/open-server-looker.ts');
      return openServerLooker(kind, settings, role === 'vectors' ? embedding(reach) : reach);
    },
    connected: () => (engine()?.providers ?? []).flatMap(({ servers = [] }) => servers),
    ofRun: () => {
      const shown = run();
      return shown === null || shown.holder === null ? [] : (shown.live?.servers ?? []);
    },
    deedAt: async (url) => {
      const { listServers } = await import('../serving/server-store.ts');
      const known = await listServers(home);
      return known.kind === 'servers' ? deedOf(known.records.find((one) => one.url === url)) : null;
    },
    readGpus: async (signal) => {
      const { readGpus } = await import('../../src/inference/gpu/read-gpus.ts');
      return readGpus({ environment: reach.environment, signal });
    },
    onChange,
    onTold,
  };
}

const isSame = (a: ServerTarget, b: ServerTarget): boolean =>
  a.profile === b.profile && a.role === b.role && a.settings === b.settings;

/** One SGLang cannot generate and embed: the one that embeds has an address of its own. */
function embedding({ settings, environment }: WatchedServers['reach']): WatchedServers['reach'] {
  return { environment, settings: { ...settings, sglang: { ...settings.sglang, url: settings.sglang.encode_url } } };
}

/** A pause, or memory given back, of a server of ours: no server tells that. */
function deedOf(record: Pick<ServerRecord, 'paused' | 'released'> | undefined): ServerDeed | null {
  if (record?.released != null)
    return {
      kind: 'released',
      message: `since ${record.released.since}: "proofdeck llm serve resume" takes its memory back`,
    };
  return record?.paused == null
    ? null
    : { kind: 'paused', message: `since ${record.paused.since}: ${record.paused.why}` };
}
