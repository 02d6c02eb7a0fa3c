/** Values for the placeholders of a template, by name. `null` removes the entry in which a placeholder stands alone. */
export type TemplateVariables = Readonly<Record<string, unknown>>;

/** What the placeholders of one template are filled with. */
export interface Filling {
  readonly variables: TemplateVariables;
  /** The names that were filled in so far. */
  readonly used: Set<string>;
}

/** Told about every placeholder that cannot be filled, with its text as it begins in the template. */
export type PlaceholderReporter = (placeholder: string, fact: string) => void;

/**
 * Fills a text in which a placeholder may stand alone: then the value keeps its type.
 *
 * @returns the value of `${NAME}` if the text is nothing else, or else the text with every placeholder filled
 */
export function fillAlone(text: string, filling: Filling, report: PlaceholderReporter): unknown {
  const name = ALONE.exec(text)?.[1];
  return name === undefined ? fillText(text, filling, report) : valueOf(name, filling, report);
}

/** Fills every `${NAME}` in a text, and turns `$${` into `${`. What cannot be filled is reported and left out. */
export function fillText(text: string, filling: Filling, report: PlaceholderReporter): string {
  return text.replace(PLACEHOLDER, (placeholder, name: string | undefined) => {
    if (placeholder === '$${') return '${';
    if (name !== undefined) return asText(name, valueOf(name, filling, report), report);
    report(placeholder, 'only ${NAME} is substituted; write $${ for a literal ${.');
    return '';
  });
}

const ALONE = /^\$\{([A-Za-z_]\w*)\}$/;

/** An escape, a placeholder, or the beginning of what looks like one. */
const PLACEHOLDER = /\$\$\{|\$\{([A-Za-z_]\w*)\}|\$\{/g;

function valueOf(name: string, { variables, used }: Filling, report: PlaceholderReporter): unknown {
  const value = Object.hasOwn(variables, name) ? variables[name] : undefined;
  if (value === undefined) report(`\${${name}}`, `there is no value for \${${name}}.`);
  used.add(name);
  return value;
}

function asText(name: string, value: unknown, report: PlaceholderReporter): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (value !== undefined) {
    report(`\${${name}}`, `the value of \${${name}} is no text; it can only stand alone, without quotes.`);
  }
  return '';
}
