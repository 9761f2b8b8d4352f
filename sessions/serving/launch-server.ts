import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { shellText } from '../../src/inference/serve/command-line.ts';
import type { Ending } from '../../src/inference/serve/death.ts';
import { chosenGpus } from '../../src/inference/serve/gpu-memory.ts';
import { launch } from '../../src/inference/serve/launch.ts';
import { stopGroup } from '../../src/inference/serve/process-group.ts';
import type { ServerRecord } from '../../src/inference/serve/record.ts';
import { storageFailure } from '../../src/storage/failure.ts';
import { gpusNow, now, type ServerKeys, type ServingContext, type ServingFailed, servingFailed } from './context.ts';
import type { LaunchPlan } from './plan.ts';
import { keepServer, keyFilePath, newLogName, serverFolder } from './server-store.ts';

/** A server that was launched, and is not waited for yet. */
export interface Begun {
  readonly kind: 'begun';
  readonly record: ServerRecord;
  /** Whether it ran before. */
  readonly already: boolean;
  /** How it ended; null while it runs. */
  readonly ending: () => Ending | null;
}

/** Launches a server, and keeps what is known of it. */
export async function launchServer(
  plan: LaunchPlan,
  keys: ServerKeys,
  context: ServingContext,
): Promise<Begun | ServingFailed> {
  const { home, folder, environment } = context;
  const read = await gpusNow(context);
  const gpus =
    read.kind === 'gpus' && read.gpus.length > 0 ? chosenGpus(read.gpus, plan.need).map(({ index }) => index) : null;
  const log = await newLogName(home, plan.name, new Date());
  const logPath = join(serverFolder(home, plan.name), log);
  const refused = await writeKeys(keyFilePath(home, plan.name), keys);
  if (refused !== null) return refused;
  // It gets its keys in the file; what we read them from is not its matter.
  const { [context.config.sglang.api_key_env]: _, [context.config.serve.admin_key_env]: __, ...rest } = environment;
  const launched = await launch({
    command: plan.command,
    log: logPath,
    folder,
    environment: { ...rest, ...plan.variables },
  });
  if (launched.kind !== 'launched') {
    await rm(keyFilePath(home, plan.name), { force: true });
    return servingFailed('missing', launched.message);
  }
  const { program, args } = plan.command;
  const record: ServerRecord = {
    version: 1,
    name: plan.name,
    url: plan.url,
    mode: plan.mode,
    process: {
      identity: launched.identity,
      argv: [program, ...args],
      startedAt: now(),
      readyAt: null,
      log,
      gpus,
      settings: plan.settings,
    },
    paused: null,
    released: null,
  };
  const unkept = await keepServer(home, record);
  if (unkept !== null) {
    // A server that nobody knows of could never be stopped.
    await stopGroup(launched.identity, 0);
    await rm(keyFilePath(home, plan.name), { force: true });
    return servingFailed('missing', unkept.message);
  }
  context.note(`process ${launched.identity.pid}: ${shellText([program, ...args])}`);
  context.note(`log: ${logPath}`);
  return { kind: 'begun', record, already: false, ending: launched.ending };
}

/** Keys go to the server in a file that nobody else can read: arguments can be read by everybody on the machine. */
async function writeKeys(path: string, { usual, admin }: ServerKeys): Promise<ServingFailed | null> {
  if (usual === null && admin === null) return null;
  const lines = [
    usual === null ? [] : [`api-key: ${JSON.stringify(usual.reveal())}`],
    admin === null ? [] : [`admin-api-key: ${JSON.stringify(admin.reveal())}`],
  ].flat();
  try {
    await rm(path, { force: true });
    await writeFile(path, `${lines.join('\n')}\n`, { mode: 0o600, flag: 'wx' });
    return null;
  } catch (error) {
    return servingFailed('missing', storageFailure(error, path, 'write').message);
  }
}
