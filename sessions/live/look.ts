import { findProfile, type ProviderProfile } from '../../src/config/models.ts';
import { providerSummary } from '../../src/policy/registry.ts';
import type { Notice, WorkbenchSnapshot } from '../workbench.ts';
import type { Desks } from './desks.ts';

/** All that can be shown now. A session that can no longer be written says so before anything else. */
export function lookAt(
  desks: Desks,
  profiles: ReadonlyMap<string, ProviderProfile>,
  notice: Notice | null,
): WorkbenchSnapshot {
  const { session } = desks.sessions;
  const readOnly = session?.status.kind === 'readOnly' ? session.status.reason : null;
  return {
    home: desks.home,
    session: session && {
      id: session.id,
      title: session.summary().title,
      readOnly: readOnly !== null,
      ...(readOnly !== null && { writer: readOnly }),
    },
    sessions: desks.sessions.known,
    searches: [...desks.sessions.searches.map((search) => search.view()), ...desks.runs.searches],
    focused: desks.search.focused,
    compared: desks.session.compared,
    runs: desks.runs.runs,
    runsProblem: desks.runs.problem,
    run: desks.runs.run,
    comparedRuns: desks.runs.compared,
    trainings: desks.trainings.trainings,
    training: desks.trainings.training,
    preparation: desks.engine.preparation,
    workers: desks.engine.health(),
    provider: { name: desks.search.provider, detail: providerDetail(desks, profiles) },
    value: valueView(desks),
    servers: desks.servers.view(),
    inspection: desks.enquiries.inspection,
    doctor: desks.enquiries.doctor,
    notice: session?.status.kind === 'paused' ? { level: 'error', text: session.status.failure.message } : notice,
    history: desks.session.history,
  };
}

function valueView({ search }: Desks): WorkbenchSnapshot['value'] {
  const { value } = search;
  return value && { name: value.name, hash: value.hash, about: value.about, statistics: value.statistics() };
}

function providerDetail({ search }: Desks, profiles: ReadonlyMap<string, ProviderProfile>): string {
  const found = findProfile(profiles, search.provider);
  return found.kind === 'profile' ? (found.profile.about ?? providerSummary(found.profile.kind)) : `! ${found.message}`;
}
