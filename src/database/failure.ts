/** No PostgreSQL server answers, or it refuses the user. */
export class DatabaseUnreachable extends Error {
  override readonly name = 'DatabaseUnreachable';

  /** @param address of the server, without its password */
  constructor(address: string, cause: unknown) {
    super(`the database at ${address} cannot be used: ${reasonOf(cause)}`, { cause });
  }
}

/** Another process has the folder of an embedded database open, which one process alone can have. */
export class DatabaseInUse extends Error {
  override readonly name = 'DatabaseInUse';

  constructor(folder: string) {
    super(`another process has the database in ${folder} open: an embedded database serves one process at a time`);
  }
}

/** The tables cannot be brought to the form that this version of Weft works with, such as those of a newer version. */
export class DatabaseUnfit extends Error {
  override readonly name = 'DatabaseUnfit';

  constructor(cause: unknown) {
    super(`the tables of the database cannot be brought up to date: ${reasonOf(cause)}`, { cause });
  }
}

/** A page token that no list of this kind has given out. */
export class PageTokenInvalid extends Error {
  override readonly name = 'PageTokenInvalid';

  constructor() {
    super('the page token is none that this list has given out');
  }
}

/** A token of this name exists and has not been revoked. */
export class TokenNameTaken extends Error {
  override readonly name = 'TokenNameTaken';

  constructor(name: string, cause: unknown) {
    super(`there is a token named ${name} already`, { cause });
  }
}

/**
 * Of the network (Node), and of a server that starts, stops, takes no more connections or does not get its work done in time
 * (https://www.postgresql.org/docs/current/errcodes-appendix.html: class 08, 25P03, 53300, 57014, 57P01 to 57P03).
 */
const OUTAGES = /^(ECONN|EHOST|ENET|ENOTFOUND$|EAI_AGAIN$|ETIMEDOUT$|EPIPE$|08|25P03$|53300$|57014$|57P0[1-3]$)/;

/** Errors of the driver have no codes of their own. */
const OUTAGE_WORDS =
  /^(Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error|Query read timeout$)/;

/** Whether a query has failed because the database is away: the same query may succeed later. */
export function isDatabaseOutage(error: unknown): boolean {
  // Node tries every address of a host name.
  if (error instanceof AggregateError && error.errors.length > 0) return error.errors.every(isDatabaseOutage);
  if (!(error instanceof Error)) return false;
  return ('code' in error && OUTAGES.test(String(error.code))) || OUTAGE_WORDS.test(error.message);
}

function reasonOf(cause: unknown): string {
  // Node tries every address of a host name, and the message of the error that sums them up is empty.
  if (cause instanceof AggregateError) return cause.errors.map(reasonOf).join('; ');
  return cause instanceof Error ? cause.message : String(cause);
}
