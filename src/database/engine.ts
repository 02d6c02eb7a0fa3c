import type { Dialect } from 'kysely';

/** What a kind of database brings along. */
export interface Engine {
  readonly dialect: Dialect;
  /** Frees what is held beside the connections, which the dialect ends. */
  readonly release: () => Promise<void>;
}
