import { isScalar, LineCounter, parseDocument, visit } from 'yaml';

const PLACEHOLDER = /^\$\{([A-Z][A-Z0-9_]*)\}$/;

/**
 * Fills the `${NAME}` values of a YAML file, after parsing it: a value stays one value, whatever characters are in it.
 *
 * @param file name of the file, for error messages
 * @param text YAML in which a value may be `${NAME}`
 * @param values one for each name in the file
 * @returns the same YAML with its comments, each `${NAME}` replaced
 * @throws Error with the file's line if it names what has no value, or if a value is not used
 */
export function fillTemplate(file: string, text: string, values: Readonly<Record<string, string>>): string {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const [mistake] = document.errors;
  if (mistake !== undefined) throw mistake;
  const unused = new Set(Object.keys(values));

  visit(document, (_key, node) => {
    if (!isScalar(node) || typeof node.value !== 'string') return;
    const name = PLACEHOLDER.exec(node.value)?.[1];
    if (name === undefined) {
      if (node.value.includes('${'))
        throw new Error(`${place(node.range)}: "${node.value}" is not of the form \${NAME}.`);
      return;
    }
    const value = values[name];
    if (value === undefined) throw new Error(`${place(node.range)}: there is no value for \${${name}}.`);
    node.value = value;
    // A quoted text stays a text, even if it looks like a number.
    node.type = 'QUOTE_DOUBLE';
    unused.delete(name);
  });

  if (unused.size > 0) throw new Error(`${file}: \${${[...unused].join('}, ${')}} is given, but not used.`);
  return document.toString({ lineWidth: 0 });

  function place(range: readonly [number, ...number[]] | null | undefined): string {
    return `${file}:${lines.linePos(range?.[0] ?? 0).line}`;
  }
}
