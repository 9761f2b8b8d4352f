import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseAddress } from '../../src/inference/http/address.ts';
import { type CommandLine, commandLine } from '../../src/inference/serve/command-line.ts';
import { devicesOf, type GpuNeed } from '../../src/inference/serve/gpu-memory.ts';
import { type ServeMode, type ServeSettings, settingsFor } from '../../src/inference/serve/settings.ts';
import { type ServingContext, type ServingFailed, servingFailed } from './context.ts';
import { keyFilePath, nameProblem } from './server-store.ts';

/** Which server is to be started. */
export interface StartWish {
  readonly mode: ServeMode;
  /** @default what the configuration says */
  readonly model?: string | undefined;
  /** @default `generate` or `embed` */
  readonly name?: string | undefined;
  /** Instead of those of the configuration: what a server was started with before. */
  readonly settings?: ServeSettings | undefined;
}

/** A server as it will be started. */
export interface LaunchPlan {
  readonly kind: 'plan';
  readonly name: string;
  readonly mode: ServeMode;
  readonly model: string;
  readonly host: string;
  readonly port: number;
  readonly url: string;
  readonly settings: ServeSettings;
  readonly command: CommandLine;
  /** Variables that it gets beside ours. */
  readonly variables: Readonly<Record<string, string>>;
  readonly need: GpuNeed;
}

/** A folder that is there by its whole path, as a server is restarted from anywhere; any other name of a model as it stands. */
export function wholeModelPath(given: string, folder: string): string {
  const whole = resolve(folder, given);
  return existsSync(whole) ? whole : given;
}

/** Where most of a GPU goes when the server decides itself. */
export const usualShare = 0.8;

/** What a wish comes to with this configuration, before anything is done. */
export function planLaunch(wish: StartWish, context: ServingContext, hasKeys: boolean): LaunchPlan | ServingFailed {
  const { config, home, environment } = context;
  const { mode, name = mode } = wish;
  const problem = nameProblem(name);
  if (problem !== null) return servingFailed('usage', problem);
  const chosen = wish.settings ?? settingsFor(mode, config.serve, config.serveEmbedding);
  const given = wish.model ?? chosen.model_path;
  if (given === '')
    return servingFailed(
      'usage',
      'no model is named: give its folder or name as the argument, or set serve.model_path ($MODEL_PATH)',
    );
  const model = wholeModelPath(given, context.folder);
  const place = placeOf(mode, chosen, context);
  if (place.kind === 'servingFailed') return place;
  const { host, port } = place;
  const settings = { ...chosen, model_path: model, host, port };
  const keyFile = hasKeys ? keyFilePath(home, name) : null;
  const command = commandLine({ mode, model, host, port, settings, keyFile });
  if (command.kind === 'badSettings') return servingFailed('usage', command.message);
  const { cuda_device: device } = settings;
  const devices = devicesOf(device || environment.CUDA_VISIBLE_DEVICES);
  return {
    kind: 'plan',
    name,
    mode,
    model,
    host,
    port,
    url: `http://${addressable(host)}:${port}`,
    settings,
    command,
    variables: { PYTHONUNBUFFERED: '1', ...(device === '' ? {} : { CUDA_VISIBLE_DEVICES: device }) },
    need: { devices, count: settings.tp * settings.dp, share: settings.mem_fraction || usualShare },
  };
}

type Place = { readonly kind: 'place'; readonly host: string; readonly port: number } | ServingFailed;

/** Clients ask where `sglang.url` says, so that is where a server listens unless a port is given. */
function placeOf(mode: ServeMode, { host, port }: ServeSettings, { config }: ServingContext): Place {
  if (port !== 0) return { kind: 'place', host, port };
  const [key, text] =
    mode === 'generate' ? ['sglang.url', config.sglang.url] : ['sglang.encode_url', config.sglang.encode_url];
  const address = parseAddress(text);
  if (address.kind === 'badAddress') return servingFailed('usage', `${key}: ${address.message}`);
  const url = new URL(address.origin);
  if (!isHere(url.hostname))
    return servingFailed(
      'usage',
      `${key} is ${text}, which is not this machine: run "proofdeck llm serve start" there, or give --port to start one here`,
    );
  return { kind: 'place', host, port: Number(url.port) || 80 };
}

const isHere = (host: string): boolean => /^(localhost|127(\.\d+){3}|\[::1\]|0\.0\.0\.0|\[::\])$/.test(host);

/** The address for a client on this machine of what listens there. */
function addressable(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1';
  if (host === '::') return '[::1]';
  return host.includes(':') ? `[${host}]` : host;
}
