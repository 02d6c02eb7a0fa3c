/** A row whose nulls are absent fields, as everywhere else in the code. */
export type Present<Row> = {
  readonly [Column in keyof Row as null extends Row[Column] ? never : Column]: Row[Column];
} & {
  readonly [Column in keyof Row as null extends Row[Column] ? Column : never]?: NonNullable<Row[Column]>;
};

/** @returns the row without the columns that are null */
export function present<Row extends object>(row: Row): Present<Row> {
  // The compiler does not follow which entries are left; the type says what the filter does.
  return Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null)) as Present<Row>;
}
