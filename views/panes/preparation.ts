import { formatMs } from '../../sessions/select/statistics.ts';
import type { Preparation } from '../../sessions/workbench.ts';
import { cleanLine } from '../../src/text/clean.ts';
import type { DrawContext } from '../draw.ts';
import { fillLeft } from '../text/clip.ts';
import { type Line, paintLine, span } from '../text/line.ts';

const barCells = 24;

/** One line while Lean is being prepared or failed; two with the remedy. */
export function preparationLines(context: DrawContext, columns: number): readonly string[] {
  const { preparation } = context.snapshot;
  const line = (spans: Line): string => paintLine(spans, columns, context.theme);
  if (!preparation) return [line([span(' Lean     ', 'dim'), span('not started', 'dim')])];
  if (preparation.status === 'ready')
    return [line([span(' Lean     ', 'dim'), span('+ ready', 'ok'), span(`  ${cleanLine(preparation.text)}`, 'dim')])];
  if (preparation.status === 'failed') {
    const { message = preparation.text, remedy = '' } = preparation.failure ?? {};
    return [
      line([span(' Lean     ', 'dim'), span(`x failed: ${cleanLine(message)}`, 'fail')]),
      line([span(`          ${cleanLine(remedy)}`)]),
    ];
  }
  return [line([span(' Lean     ', 'dim'), ...progress(context, preparation)])];
}

function progress(context: DrawContext, preparation: Preparation): Line {
  const { signs } = context.theme;
  const elapsed = formatMs(preparation.elapsedMs + context.sinceSnapshotMs);
  const done = preparation.fraction === null ? null : Math.max(0, Math.min(1, preparation.fraction));
  const filled = Math.round((done ?? 0) * barCells);
  const bar =
    done === null
      ? []
      : [
          span(signs.full.repeat(filled), 'pending'),
          span(signs.empty.repeat(barCells - filled), 'dim'),
          span(` ${fillLeft(`${Math.round(done * 100)}%`, 4, '')} `),
        ];
  const already = 'you can already type';
  if (preparation.phase === 'start')
    return [
      span(`${signs.running} ${cleanLine(preparation.text)}`, 'pending'),
      span(`  ${elapsed}; ${already}`, 'dim'),
    ];
  return [
    span(`${signs.running} preparing `, 'pending'),
    ...bar,
    span(` ${cleanLine(preparation.text)}`),
    span(`  ${elapsed}, once per machine; ${already}`, 'dim'),
  ];
}

/** Who proposes tactics. */
export function providerLine(context: DrawContext, columns: number): string {
  const { provider } = context.snapshot;
  return paintLine(
    [
      span(' provider ', 'dim'),
      span(cleanLine(provider.name), 'strong'),
      span(`  ${cleanLine(provider.detail)}`, 'dim'),
    ],
    columns,
    context.theme,
  );
}
