import { type CandidateRow, selectCandidates } from '../../sessions/select/candidates.ts';
import { isInterrupted, type SearchContext } from '../draw.ts';

/** The rows as listed, under the filter and in the order that a person chose. */
export function candidateRows(context: Pick<SearchContext, 'search' | 'place'>): readonly CandidateRow[] {
  const { place, search } = context;
  return selectCandidates(search.state, place.selected, {
    filter: place.candidateQuery,
    order: place.order,
    reverse: place.reverse,
    interrupted: isInterrupted(search),
  });
}
