import { join } from 'node:path';
import { openHost } from './lean.ts';
import { atMost, type Bench, type BenchContext, type BenchOutcome, figure } from './measurement.ts';
import { missingTerminal, openScreen, otherNode } from './screen.ts';

const starts = 7;
const longestStartMs = 60_000;

/** How soon something can be seen, and how soon Lean answers. */
export const firstFrameBench: Bench = {
  name: 'first-frame',
  about:
    'the workbench on a pseudo-terminal of 120x40: from starting the launcher to the first whole frame, and to "Lean ready"',
  async run(context): Promise<BenchOutcome> {
    // The image is prepared before, so that "Lean ready" is a warm start.
    await (await openHost(context)).close();
    const direct: number[] = [];
    const ready: number[] = [];
    const handedOver: number[] = [];
    const node = otherNode(context);
    // The first start fills the disk cache, and builds the bundle if need be.
    for (let i = context.quick ? 0 : -1; i < (context.quick ? 1 : starts); i++) {
      const own = await startOnce(context, process.execPath);
      if (own === null) return { kind: 'skipped', reason: missingTerminal };
      const other = node === null ? null : await startOnce(context, node);
      if (i < 0) continue;
      direct.push(own.frameMs);
      ready.push(own.readyMs);
      if (other !== null) handedOver.push(other.frameMs);
    }
    return {
      kind: 'measured',
      figures: [
        figure('first frame', 'ms', direct, atMost(300)),
        ...(handedOver.length > 0 ? [figure("first frame, started by the machine's own Node", 'ms', handedOver)] : []),
        figure('Lean ready on the screen', 'ms', ready),
      ],
    };
  },
};

async function startOnce(
  context: BenchContext,
  node: string,
): Promise<{ readonly frameMs: number; readonly readyMs: number } | null> {
  const screen = await openScreen(context, ['--home', join(context.folder, 'home')], node);
  if (screen === null) return null;
  try {
    const frameMs = await screen.until(isWholeFrame, longestStartMs);
    const readyMs = await screen.until((text) => text.includes('Lean ready'), longestStartMs);
    if (frameMs === null || readyMs === null)
      throw new Error(
        `the workbench did not ${frameMs === null ? 'show a frame' : 'get Lean ready'}; the screen shows:\n${screen.text()}`,
      );
    return { frameMs, readyMs };
  } finally {
    await screen.close();
  }
}

/** Header and footer are there. */
function isWholeFrame(text: string): boolean {
  const lines = text.split('\n');
  return lines[0]?.includes('proofdeck') === true && lines.at(-1)?.trim() !== '';
}
