import { answerOf } from './answer.ts';
import type { Core, Exchange } from './core.ts';
import type { Item } from './item.ts';
import type { Fault } from './switches.ts';

export interface StreamSettings {
  readonly isBatch: boolean;
  readonly fault: Fault | null;
}

/** One chunk for each token of each sample, the samples in turn; then `[DONE]`. */
export async function streamAnswers(
  core: Core,
  { body, response }: Exchange,
  items: readonly Item[],
  { isBatch, fault }: StreamSettings,
): Promise<void> {
  response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
  const send = async (value: unknown) => {
    if (response.destroyed) return;
    const text = `data: ${typeof value === 'string' ? value : JSON.stringify(value)}\n\n`;
    await new Promise<void>((resolve) => response.write(text, () => resolve()));
  };
  const { incrementalStreaming, incrementalIds } = core.switches;
  const longest = Math.max(...items.map(({ generated }) => generated.tokens.length));
  let chunks = 0;
  for (let step = 1; step <= longest; step++) {
    for (const item of items) {
      if (step > item.generated.tokens.length) continue;
      if (step === 1) await core.switches.whileRunning(item.id);
      if (fault !== null && 'afterChunks' in fault && chunks === fault.afterChunks) {
        if (fault.kind === 'cutStream') return void response.socket?.destroy();
        if (fault.kind === 'hangStream') return new Promise((resolve) => response.on('close', () => resolve()));
        await send({ error: { message: 'Internal error: CUDA out of memory' } });
        await send('[DONE]');
        return void response.end();
      }
      const isAborted = item.running.abort.signal.aborted;
      const finish = isAborted ? ({ type: 'abort', message: 'Abort in the middle' } as const) : null;
      const part = { from: incrementalStreaming ? step - 1 : 0, upTo: step };
      const answer = answerOf(core, item, body, finish, part);
      const ids = incrementalIds ? { output_ids: answer.output_ids.slice(-1) } : {};
      await send({ ...answer, ...ids, ...(isBatch ? { index: item.index } : {}) });
      chunks++;
      core.totals.generated++;
      if (response.destroyed) return;
    }
  }
  await send('[DONE]');
  response.end();
}
