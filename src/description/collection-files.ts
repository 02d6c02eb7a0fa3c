import { isMapping } from '../spec/index.ts';
import type { Issue, Path } from '../spec/issues/issue.ts';

/** What stands in a file as JSON, or why it cannot be read: continues "names …, which". */
export type FileContent = { readonly value: unknown } | { readonly reason: string };

export type ReadFile = (name: string) => Promise<FileContent>;

/**
 * A description in which the collections stand themselves wherever it names a collections_config.json; a file that cannot be read
 * is an issue, and leaves no collections.
 */
export async function includeCollections(
  description: unknown,
  read: ReadFile,
): Promise<{ readonly value: unknown; readonly issues: readonly Issue[] }> {
  if (!isMapping(description) || !Array.isArray(description['chaincodes'])) return { value: description, issues: [] };
  const chaincodes = await Promise.all(
    description['chaincodes'].map((chaincode, at) => includeIn(chaincode, ['chaincodes', at, 'collections'], read)),
  );
  return {
    value: { ...description, chaincodes: chaincodes.map(({ value }) => value) },
    issues: chaincodes.flatMap(({ issues }) => issues),
  };
}

async function includeIn(chaincode: unknown, path: Path, read: ReadFile): Promise<{ value: unknown; issues: Issue[] }> {
  if (!isMapping(chaincode) || typeof chaincode['collections'] !== 'string') return { value: chaincode, issues: [] };
  const { collections: file, ...rest } = chaincode;
  const content = await read(file);
  if ('value' in content) return { value: { ...rest, collections: asInFabric(content.value) }, issues: [] };
  return { value: rest, issues: [{ path, message: `names "${file}", which ${content.reason}` }] };
}

/** A truth that is not in the file is false to `peer` (internal/peer/chaincode/common.go, collectionConfigJson), so it stays false here. */
function asInFabric(collections: unknown): unknown {
  if (!Array.isArray(collections)) return collections;
  return collections.map((collection: unknown) =>
    isMapping(collection) ? { memberOnlyRead: false, memberOnlyWrite: false, ...collection } : collection,
  );
}
