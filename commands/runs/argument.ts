/** How every command of `runs` says which run is meant. */
export const runArgument = 'its id, a unique beginning of it, or "last"';
