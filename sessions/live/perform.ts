import type { ActionResult, WorkbenchAction } from '../workbench.ts';
import { copyToFile } from './copy.ts';
import type { Desks } from './desks.ts';
import { actOnSearch } from './search-actions.ts';
import { done, refused } from './search-desk.ts';

/** Does what a view asks for; what can be done at once is done before it returns. */
export async function perform(desks: Desks, action: WorkbenchAction): Promise<ActionResult> {
  switch (action.kind) {
    case 'step':
    case 'run':
    case 'pause':
    case 'stop':
    case 'expand':
    case 'breakpoint':
    case 'tactic':
    case 'family':
    case 'fork':
      return actOnSearch(desks.search, action);
    case 'travel':
      (desks.runs.find(desks.search.focused ?? '') ?? desks.search.current)?.travel(action.at);
      return done();
    case 'focus':
      if (!desks.sessions.find(action.search) && !desks.runs.find(action.search))
        return refused(`there is no search ${action.search} in this session`);
      desks.search.focused = action.search;
      return done();
    case 'compare':
      desks.session.pin(action.search);
      return done();
    case 'openSession':
      return desks.session.open(action.session, action.takeOver ?? false);
    case 'deleteSession':
      return desks.session.delete(action.session);
    case 'closeSession':
      return desks.session.close();
    case 'inspect':
      await desks.enquiries.inspect(action.name);
      return done();
    case 'diagnose':
      await desks.enquiries.diagnose();
      return done();
    case 'copy': {
      const copied = await copyToFile(desks.home, action.what, action.text);
      return copied.kind === 'copied'
        ? { kind: 'done', copied: { text: action.text, file: copied.file } }
        : refused(copied.message);
    }
    case 'openTraining':
    case 'stopTraining':
      return desks.trainings.act(action);
    default:
      return desks.runs.act(
        action,
        (search) => {
          desks.search.focused = search;
        },
        desks.session.compared,
      );
  }
}
