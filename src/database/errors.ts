/** Of PostgreSQL's errors: a row would be the second of its kind (https://www.postgresql.org/docs/current/errcodes-appendix.html). */
const UNIQUE_VIOLATION = '23505';

/**
 * Whether a row was refused because there is another with the same values. PostgreSQL's driver and PGlite's have classes of their own for errors, with the
 * same fields.
 *
 * @param index name of the index that they share
 */
export function isUniqueViolation(error: unknown, index: string): boolean {
  return (
    error instanceof Error &&
    'code' in error &&
    error.code === UNIQUE_VIOLATION &&
    'constraint' in error &&
    error.constraint === index
  );
}
