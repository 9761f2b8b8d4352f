import type { ActionTable } from './actions/table.ts';
import type { Block, DrawContext, SearchContext } from './draw.ts';
import { drawFrame, drawScreen } from './frame.ts';
import type { OverlayHost } from './overlay-keys.ts';
import { type DoctorRow, doctorTable } from './screens/doctor-table.ts';
import type { Theme } from './theme.ts';
import type { Size } from './ui.ts';

export interface PainterOptions {
  readonly theme: Theme;
  /** Only ASCII may be drawn. */
  readonly ascii: boolean;
  /** Milliseconds since the snapshot was taken. */
  readonly sinceSnapshotMs: () => number;
}

/** Draws where the person is. */
export class Painter {
  readonly #host: OverlayHost;
  readonly #table: ActionTable;
  readonly #options: PainterOptions;

  constructor(host: OverlayHost, table: ActionTable, options: PainterOptions) {
    this.#host = host;
    this.#table = table;
    this.#options = options;
  }

  /** What drawing needs at this moment. */
  context(): DrawContext {
    const { snapshot, ui } = this.#host;
    return {
      snapshot,
      ui,
      theme: this.#options.theme,
      sinceSnapshotMs: this.#options.sinceSnapshotMs(),
      keyOf: (id) => this.#table.shownKeyOf(id),
    };
  }

  /** The screen as it is now: exactly as many lines as the terminal has rows. */
  frame(size: Size): Block {
    const host = this.#host;
    return drawFrame(this.context(), this.#focused(), host, this.#table, host.suggestions(), size);
  }

  /** The Doctor screen's table, when that is what stands between the first line of the frame and the last. */
  doctorRows(size: Size): readonly DoctorRow[] | null {
    const { ui, snapshot } = this.#host;
    if (ui.screen !== 'doctor' || ui.overlay || ui.lists.doctor.query !== '' || this.#options.ascii) return null;
    const area = { rows: size.rows - 2, columns: size.columns };
    return doctorTable(snapshot.doctor, area, this.#options.theme.signs.ellipsis);
  }

  /** The screen without header, footer and colours, with more room than the terminal may have. */
  text(): string {
    const { size } = this.#host;
    const area = { rows: Math.max(50, size.rows), columns: Math.max(120, size.columns) };
    return drawScreen(this.context(), this.#focused(), area)
      .map((line) => line.replace(/\u001B\[[\d;]*m/g, '').trimEnd())
      .join('\n')
      .trimEnd();
  }

  #focused(): SearchContext | null {
    const { search, place } = this.#host;
    return search && place ? this.#host.searchContext(search, place) : null;
  }
}
