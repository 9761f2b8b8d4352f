import type { Notice, Workbench } from '../sessions/workbench.ts';
import type { ActionTable } from './actions/table.ts';
import type { Suggestion } from './overlay-keys.ts';
import type { Ui } from './ui.ts';

type Answer = Awaited<ReturnType<Workbench['prompt']>>;

/** What the prompt needs of the screen. */
export interface PromptHost {
  readonly workbench: Workbench;
  readonly ui: Ui;
  /** Runs an action by its id. */
  run(id: string): void;
  notify(level: Notice['level'], text: string): void;
  page(title: string, text: string): void;
  goTo(screen: NonNullable<Answer['screen']>): void;
  /** Looks at the workbench again. */
  take(): void;
  draw(): void;
}

/** The prompt: what it offers, and what becomes of a line. */
export class PromptDesk {
  readonly #host: PromptHost;
  readonly #table: ActionTable;
  #suggestions: { readonly line: string; readonly found: readonly Suggestion[] } = { line: '', found: [] };

  constructor(host: PromptHost, table: ActionTable) {
    this.#host = host;
    this.#table = table;
  }

  /** Commands and actions that the line may become, while the prompt is open. */
  suggestions(): readonly Suggestion[] {
    const { ui, workbench } = this.#host;
    if (ui.overlay?.kind !== 'prompt') return [];
    const line = ui.overlay.draft;
    if (line !== this.#suggestions.line || line === '') {
      const commands: readonly Suggestion[] = workbench.complete(line);
      const named = this.#table.matching(ui.screen, line);
      const names = new Set(named.map((suggestion) => suggestion.line));
      this.#suggestions = { line, found: [...commands.filter((suggestion) => !names.has(suggestion.line)), ...named] };
    }
    return this.#suggestions.found;
  }

  submit(line: string): void {
    const { ui, workbench } = this.#host;
    if (this.#table.byId(line) || line === 'q') {
      this.#host.run(line === 'q' ? 'quit' : line);
      return;
    }
    ui.working = [...ui.working, line];
    workbench
      .prompt(line)
      .then(
        (answer) => this.#answered(line, answer),
        (error: unknown) => this.#host.notify('error', error instanceof Error ? error.message : String(error)),
      )
      .finally(() => {
        ui.working = ui.working.filter((other) => other !== line);
        this.#host.draw();
      });
  }

  #answered(line: string, { output, notice, screen }: Answer): void {
    const host = this.#host;
    host.take();
    host.ui.notice = notice;
    if (screen) host.goTo(screen);
    if (output.length > 1) host.page(`:${line}`, output.join('\n'));
    else if (output.length === 1 && !notice) host.notify('info', output[0]!);
  }
}
