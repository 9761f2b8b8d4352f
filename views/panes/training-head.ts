import type { OpenTraining } from '../../sessions/live/training-view.ts';
import { selectTrainingFigures } from '../../sessions/select/training.ts';
import { cleanLine } from '../../src/text/clean.ts';
import { count, duration } from '../../src/text/quantity.ts';
import type { Warning } from '../../src/value/train/state.ts';
import { type DrawContext, named } from '../draw.ts';
import { wrap } from '../text/clip.ts';
import { type Line, type Span, span } from '../text/line.ts';
import { trainingMark } from './marks.ts';
import { progressBar } from './progress-bar.ts';
import { figureLine } from './statistics.ts';

/** A process that says nothing for longer than this is remarked upon. */
const silentMs = 30_000;
const mostWarningLines = 3;

/** What a training is, how it stands and every figure of it; what holds no news is left out. */
export function trainingHead(context: DrawContext, training: OpenTraining, columns: number): readonly Line[] {
  const figures = selectTrainingFigures(training);
  const { state } = training;
  const line = (name: string, list: Parameters<typeof figureLine>[1]): readonly Line[] =>
    list.length === 0 ? [] : [figureLine(name, list, columns)];
  const ended = state.ended;
  return [
    titleLine(context, training),
    progressLine(context, training, columns),
    ...(ended ? [[span(` ${cleanLine(ended.reason)}`, ended.status === 'failed' ? 'fail' : 'plain')]] : []),
    ...(training.problem === null ? [] : [[span(` ! ${cleanLine(training.problem)}`, 'fail')]]),
    ...state.warnings.flatMap((warning) => warningLines(warning, columns)),
    ...line('train', figures.train),
    ...line('valid', figures.valid),
    ...line('pace', figures.pace),
    ...line('data', figures.data),
    ...line('model', figures.model),
  ];
}

/** What to do about it stands at the end, so it is wrapped and not cut. */
function warningLines({ health, message, since }: Warning, columns: number): readonly Line[] {
  const about = ` ! ${health} since step ${count(since)}: `;
  const [first = '', ...more] = wrap(`${about}${cleanLine(message)}`, columns, 3);
  return [
    [span(about, 'warn'), span(first.slice(about.length))],
    ...more.slice(0, mostWarningLines - 1).map((text): Line => [span(text)]),
  ];
}

function titleLine(context: DrawContext, training: OpenTraining): Line {
  const { id, kind, name, status, holder, heardAt, readAt } = training;
  const mark = trainingMark(status, context.theme.signs);
  const silent = Math.max(0, readAt + context.sinceSnapshotMs - heardAt);
  const line: Span[] = [span(` ${cleanLine(id)} `, 'strong'), span(` ${mark.sign} ${mark.word} `, mark.tone)];
  if (holder === null) {
    line.push(span(` ${duration(silent)} ago`, 'dim'));
    if (status === 'interrupted' || status === 'stopped') line.push(span(`  ${goesOn(kind, cleanLine(name))}`, 'warn'));
    return line;
  }
  line.push(span(` process ${holder.pid} on ${cleanLine(holder.host)}`, 'dim'));
  if (silent > silentMs) line.push(span(`  no word from it for ${duration(silent)}`, 'warn'));
  return line;
}

/** A ranker is trained in less time than a checkpoint is worth. */
function goesOn(kind: OpenTraining['kind'], name: string): string {
  return kind === 'ebm' ? `:ebm train --name ${name} --resume goes on with it` : ':ranker train begins another';
}

function progressLine(context: DrawContext, { state, status }: OpenTraining, columns: number): Line {
  const { encoded, opened } = state;
  const isEncoding = status === 'encoding' && encoded !== null;
  const [at, of] = isEncoding
    ? [encoded.done, encoded.total]
    : [state.ended?.step ?? state.steps.at(-1)?.step ?? 0, opened?.config.steps ?? 0];
  const text = ` ${count(at)}/${count(of)} ${isEncoding ? 'states encoded' : 'steps'}`;
  const rest: Line = state.best ? [span('  '), ...named('best rank', state.best.rank.toFixed(3), 'ok')] : [];
  const share = of === 0 ? 0 : at / of;
  return progressBar(context, { share, done: state.ended !== null, text, rest }, columns);
}
