/** What a chaincode answered, for people and for machines. */
export interface Answer {
  readonly text: string;
  /** In JSON: an object or a list if the answer is one, else the text. */
  readonly value: unknown;
  /** The answer is no text, and stands in base64 in its place. */
  readonly isBinary: boolean;
}

/** @param bytes the answer; a chaincode gives bytes, which nearly always are text, and often JSON */
export function readAnswer(bytes: Uint8Array): Answer {
  const text = textOf(bytes);
  if (text === undefined) {
    const encoded = Buffer.from(bytes).toString('base64');
    return { text: encoded, value: encoded, isBinary: true };
  }
  return { text, value: structureOf(text) ?? text, isBinary: false };
}

function textOf(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** A bare number or `null` stays the text that it is: as a number, a large one would lose digits. */
function structureOf(text: string): object | undefined {
  try {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === 'object' && parsed !== null ? parsed : undefined;
  } catch {
    return undefined;
  }
}
