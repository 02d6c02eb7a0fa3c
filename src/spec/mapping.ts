/** Whether a value that was read from YAML or JSON is a mapping of fields. */
export function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

type Given<T> = { [Key in keyof T]?: Exclude<T[Key], undefined> };

/** The fields that say something: an undefined one would hide a default, and the completed description is JSON. */
export function withoutUndefined<T extends object>(fields: T | undefined): Given<T> {
  return Object.fromEntries(Object.entries(fields ?? {}).filter(([, value]) => value !== undefined)) as Given<T>;
}
