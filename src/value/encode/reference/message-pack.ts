// Loaded when a record is read. A package without ES modules loses its names when it is itself imported dynamically in a bundle.
export { decode } from '@msgpack/msgpack';
