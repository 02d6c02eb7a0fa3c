/** A part of a list of a service, with where it goes on; empty at its end. */
interface Page<Item> {
  readonly items: readonly Item[];
  readonly nextPageToken: string;
}

/** As many as a service answers with at once. */
const LARGEST_PAGE = 1_000;

/** Parameters of the request for one page. */
export interface PageQuery {
  readonly pageSize: number;
  readonly pageToken?: string;
}

/**
 * Reads a list of a service page by page.
 *
 * @param read asks for one page
 * @param limit how many items at most; absent means all
 */
export async function allPages<Item>(
  read: (query: PageQuery) => Promise<Page<Item>>,
  limit = Number.POSITIVE_INFINITY,
): Promise<readonly Item[]> {
  const found: Item[] = [];
  let pageToken = '';
  do {
    const pageSize = Math.min(LARGEST_PAGE, limit - found.length);
    const page = await read({ pageSize, ...(pageToken === '' ? {} : { pageToken }) });
    found.push(...page.items);
    pageToken = page.nextPageToken;
  } while (pageToken !== '' && found.length < limit);
  return found;
}
