import type { ServerRecord } from '../../src/inference/serve/record.ts';

/** A kept server for `--json`. */
export const recordDocument = ({ name, url, mode, process, paused, released }: ServerRecord) => ({
  name,
  url,
  mode,
  model: process?.settings.model_path ?? null,
  pid: process?.identity.pid ?? null,
  startedAt: process?.startedAt ?? null,
  readyAt: process?.readyAt ?? null,
  argv: process?.argv ?? null,
  gpus: process?.gpus ?? null,
  log: process === null ? null : `servers/${name}/${process.log}`,
  paused,
  released,
});
