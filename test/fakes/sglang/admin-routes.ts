import type { Route } from './core.ts';
import { sendJson, sendRefusal, sendText } from './replies.ts';

const abortRequest: Route = (core, { body, response }) => {
  if (body.abort_all === true) core.abortAll('abort_request');
  const running = core.running.get(String(body.rid));
  if (running) core.abort(running, 'abort_request');
  response.writeHead(200).end();
};

const flush: Route = (core, { response }) => {
  if (core.running.size > 0 || core.waiting.length > 0)
    return sendText(response, 400, 'Flush cache failed: there are running or waiting requests.\n');
  core.cache = [];
  sendText(response, 200, 'Cache flushed.\nPlease check backend logs for more details.\n');
};

const pause: Route = (core, { body, response }) => {
  core.paused = true;
  if ((body.mode ?? 'abort') === 'abort') core.abortAll('pause');
  core.changed();
  sendJson(response, 200, { message: 'Generation paused successfully.', status: 'ok' });
};

const resume: Route = (core, { response }) => {
  core.paused = false;
  core.wake();
  sendJson(response, 200, { message: 'Generation continued successfully.', status: 'ok' });
};

/** Waits for what runs, unless generation is paused or everything is to be aborted. A path with `missing` in it is not there. */
const updateWeights: Route = async (core, { body, response }) => {
  const path = String(body.model_path);
  if (body.abort_all_requests === true) core.abortAll('update_weights');
  if (!core.paused) await core.until(() => core.running.size === 0);
  const answer = (success: boolean, message: string) =>
    sendJson(response, success ? 200 : 400, { success, message, num_paused_requests: 0 });
  if (path.includes('missing')) return answer(false, `Failed to get weights iterator: ${path}: no such folder.`);
  core.switches = {
    ...core.switches,
    model: path,
    weightVersion: typeof body.weight_version === 'string' ? body.weight_version : core.switches.weightVersion,
  };
  core.weightsLost = false;
  if (body.flush_cache !== false) core.cache = [];
  core.changed();
  answer(true, 'Succeeded to update model weights.');
};

const TAGS = ['kv_cache', 'weights'];
const tagsOf = (body: Readonly<Record<string, unknown>>): readonly string[] =>
  Array.isArray(body.tags) ? body.tags.map(String) : TAGS;

const release: Route = (core, { body, response }) => {
  if (!core.switches.memorySaver)
    return sendRefusal(response, 'Memory saver is not enabled. Please launch with --enable-memory-saver.');
  if (core.running.size > 0)
    return sendRefusal(response, 'release_memory_occupation should be called only when server is idle.');
  for (const tag of tagsOf(body)) core.released.add(tag);
  if (core.released.has('kv_cache')) core.cache = [];
  if (core.released.has('weights') && !core.switches.weightsCpuBackup) core.weightsLost = true;
  sendJson(response, 200, null);
};

const resumeMemory: Route = (core, { body, response }) => {
  // `offload_tags.remove` of a tag that is not there ends the scheduler.
  if (tagsOf(body).some((tag) => !core.released.has(tag))) return core.crash();
  for (const tag of tagsOf(body)) core.released.delete(tag);
  sendJson(response, 200, null);
};

/** Routes that take the admin key where there is one. */
export const adminRoutes: Readonly<Record<string, Route>> = {
  '/abort_request': abortRequest,
  '/flush_cache': flush,
  '/pause_generation': pause,
  '/continue_generation': resume,
  '/update_weights_from_disk': updateWeights,
  '/release_memory_occupation': release,
  '/resume_memory_occupation': resumeMemory,
};
