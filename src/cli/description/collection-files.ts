import { isMapping } from '../../spec/index.ts';
import type { Finding, Path } from '../../spec/issues/issue.ts';

/** What stands in a file as JSON, or what is wrong with it: continues "names …, which". */
export type FileContent = { readonly value: unknown } | { readonly trouble: string };

export type ReadFile = (name: string) => Promise<FileContent>;

/**
 * A description in which the collections stand themselves wherever it names a collections_config.json; a file that cannot be read
 * is a finding, and leaves no collections.
 */
export async function includeCollections(
  description: unknown,
  read: ReadFile,
): Promise<{ readonly value: unknown; readonly findings: readonly Finding[] }> {
  if (!isMapping(description) || !Array.isArray(description['chaincodes'])) return { value: description, findings: [] };
  const chaincodes = await Promise.all(
    description['chaincodes'].map((chaincode, at) => includeIn(chaincode, ['chaincodes', at, 'collections'], read)),
  );
  return {
    value: { ...description, chaincodes: chaincodes.map(({ value }) => value) },
    findings: chaincodes.flatMap(({ findings }) => findings),
  };
}

async function includeIn(
  chaincode: unknown,
  path: Path,
  read: ReadFile,
): Promise<{ value: unknown; findings: Finding[] }> {
  if (!isMapping(chaincode) || typeof chaincode['collections'] !== 'string') return { value: chaincode, findings: [] };
  const { collections: file, ...rest } = chaincode;
  const content = await read(file);
  if ('value' in content) return { value: { ...rest, collections: asInFabric(content.value) }, findings: [] };
  return { value: rest, findings: [{ path, message: `names "${file}", which ${content.trouble}` }] };
}

/** A truth that is not in the file is false to `peer` (internal/peer/chaincode/common.go, collectionConfigJson), so it stays false here. */
function asInFabric(collections: unknown): unknown {
  if (!Array.isArray(collections)) return collections;
  return collections.map((collection: unknown) =>
    isMapping(collection) ? { memberOnlyRead: false, memberOnlyWrite: false, ...collection } : collection,
  );
}
