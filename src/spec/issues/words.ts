/** A longer text would push the rest of the message off the line. */
const LONGEST_QUOTE = 60;

/** A message that lists more names pushes everything else off the screen. */
const MOST_LISTED = 10;

/** A text in quotes, of a long one the beginning. */
export function quoted(text: string): string {
  return text.length > LONGEST_QUOTE ? `${JSON.stringify(text.slice(0, LONGEST_QUOTE))}…` : JSON.stringify(text);
}

/** `org1, org2, org3`, of many the first with how many more there are. */
export function namesInWords(names: readonly string[]): string {
  const listed = names.slice(0, MOST_LISTED).join(', ');
  return names.length > MOST_LISTED ? `${listed} and ${names.length - MOST_LISTED} more` : listed;
}
