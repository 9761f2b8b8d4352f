import type { Engine } from '../engine.ts';
import type { DoctorLine, Inspection } from '../workbench.ts';
import type { EngineHolder } from './engine-holder.ts';
import type { SessionHolder } from './session-holder.ts';

export interface EnquiryOptions {
  readonly home: string;
  readonly inspect: (name: string, engine: Engine, home: string) => Promise<Inspection>;
  /** Calls back with the lines as they become known. */
  readonly diagnose: (show: (lines: readonly DoctorLine[]) => void) => Promise<void>;
}

/** What was asked about a name, and about this machine. */
export class Enquiries {
  readonly #engine: EngineHolder;
  readonly #sessions: SessionHolder;
  readonly #options: EnquiryOptions;
  readonly #onChange: () => void;
  #inspection: Inspection | null = null;
  #doctor: readonly DoctorLine[] | null = null;

  constructor(engine: EngineHolder, sessions: SessionHolder, options: EnquiryOptions, onChange: () => void) {
    this.#engine = engine;
    this.#sessions = sessions;
    this.#options = options;
    this.#onChange = onChange;
  }

  get inspection(): Inspection | null {
    return this.#inspection;
  }

  get doctor(): readonly DoctorLine[] | null {
    return this.#doctor;
  }

  /** Asks Lean about a name; the session remembers that it was asked. */
  async inspect(name: string): Promise<void> {
    this.#inspection = { name, status: 'loading' };
    this.#onChange();
    const engine = await this.#engine.get();
    this.#inspection =
      engine.kind === 'startFailed'
        ? { name, status: 'failed', message: engine.message }
        : await this.#options.inspect(name, engine, this.#options.home);
    this.#sessions.session?.append(null, { kind: 'inspected', name, found: this.#inspection.status === 'found' });
  }

  /** Runs the checks of this machine. */
  async diagnose(): Promise<void> {
    await this.#options.diagnose((lines) => {
      this.#doctor = lines;
      this.#onChange();
    });
  }
}
