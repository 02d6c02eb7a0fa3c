import { answerOf } from '../../api-client/index.ts';
import { parseDescription } from '../../description/yaml.ts';
import type { ReadDescription } from '../description/source.ts';
import { unlessRefused, type ApiConnection } from './connection.ts';

/**
 * A description as it is sent: as it is written, comments and all, so that the service keeps and tells it so. One that names files, which a service does
 * not read, is sent completed, with what they hold.
 */
export function bodyOf({ network, text }: Pick<ReadDescription, 'network' | 'text'>): string {
  return parseDescription(text).ok ? text : JSON.stringify(network);
}

/** The header for a change of a network as it is now: nobody else's change is lost between this look and the change. */
export async function seenAs(
  { client }: ApiConnection,
  name: string,
): Promise<{ readonly 'if-match': string } | { readonly 'if-none-match': '*' }> {
  const asked = answerOf(client.GET('/v1/networks/{name}', { params: { path: { name } } }));
  const known = (await unlessRefused('NETWORK_NOT_FOUND', asked))?.data;
  // A network that nobody has described here is only known by its runs: no state of it is asked for yet.
  return known?.metadata.revision === undefined ? { 'if-none-match': '*' } : { 'if-match': known.metadata.etag };
}
