import type { ProviderProfile } from '../../src/config/models.ts';
import type { ProviderSource } from '../../src/policy/provider-source.ts';
import type { SearchSettings } from '../../src/search/settings.ts';
import type { ValueModel } from '../../src/value/score/value-model.ts';
import { ServerMonitor } from '../servers/monitor.ts';
import { monitorOptions } from '../servers/watched-servers.ts';
import type { ValueShelf } from '../value-shelf.ts';
import type { Notice } from '../workbench.ts';
import { EngineHolder, type OpenEngine } from './engine-holder.ts';
import { Enquiries, type EnquiryOptions } from './enquiries.ts';
import { RunDesk, type RunDeskOptions } from './run-desk.ts';
import { SearchDesk } from './search-desk.ts';
import { SessionDesk } from './session-desk.ts';
import { SessionHolder } from './session-holder.ts';
import { TrainingDesk } from './training-desk.ts';

export interface DesksOptions extends EnquiryOptions, Pick<RunDeskOptions, 'resume' | 'folder'> {
  /** Version of proofdeck. */
  readonly program: string;
  readonly openEngine: OpenEngine;
  /** What a new search starts with. */
  readonly settings: SearchSettings;
  readonly provider: string;
  /** Where value models are opened, and the one to begin with; the workbench closes them. @default none can be loaded */
  readonly values?: ValueShelf;
  readonly value?: ValueModel | null;
  readonly imports: readonly string[];
  /** Providers that can be named. */
  readonly profiles: ReadonlyMap<string, ProviderProfile>;
  /** How servers are reached that are only looked at. */
  readonly servers: Pick<ProviderSource, 'settings' | 'environment'>;
}

/** What a workbench consists of, each with a concern of its own. */
export interface Desks {
  readonly home: string;
  readonly engine: EngineHolder;
  readonly sessions: SessionHolder;
  readonly session: SessionDesk;
  readonly search: SearchDesk;
  readonly runs: RunDesk;
  readonly trainings: TrainingDesk;
  readonly enquiries: Enquiries;
  readonly servers: ServerMonitor;
}

/** Makes the desks; nothing is begun. `onChange` is called whenever there is something new to show. */
export function openDesks(
  options: DesksOptions,
  { onChange, notify }: { readonly onChange: () => void; readonly notify: (notice: Notice) => void },
): Desks {
  const { home, program } = options;
  const engine = new EngineHolder(options.openEngine, onChange);
  const sessions = new SessionHolder({ home, program }, onChange);
  const enquiries = new Enquiries(engine, sessions, options, onChange);
  const search = new SearchDesk(engine, sessions, options, onChange);
  const session = new SessionDesk(sessions, search, notify);
  const onProblem = (text: string) => notify({ level: 'error', text });
  const runs = new RunDesk({ ...options, onChange, onProblem });
  const trainings = new TrainingDesk(home, onChange);
  const servers = new ServerMonitor(
    monitorOptions({
      profiles: options.profiles,
      reach: options.servers,
      provider: () => search.provider,
      value: () => search.value,
      run: () => runs.run,
      engine: () => engine.engine,
      home,
      onTold: (text) => notify({ level: 'info', text }),
      onChange,
    }),
  );
  return { home, engine, sessions, session, search, runs, trainings, enquiries, servers };
}
