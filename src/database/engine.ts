import type { Dialect } from 'kysely';

/** What a kind of database brings along. */
export interface Engine {
  readonly dialect: Dialect;
  /**
   * A session that stays the same, for locks that it holds; absent where all queries go through one connection, as they do in an embedded database.
   *
   * @param onLost called when the session has ended by itself
   */
  readonly session?: (onLost: () => void) => Dialect;
  /** Connections whose statements may take as long as they do, for changes of the tables; absent where there is no time limit. */
  readonly patient?: () => Dialect;
  /** Frees what is held beside the connections, which the dialects end. */
  readonly release: () => Promise<void>;
}
