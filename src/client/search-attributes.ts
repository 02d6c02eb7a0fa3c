import { status } from '@grpc/grpc-js';
import { isGrpcServiceError, type Connection } from '@temporalio/client';
import {
  defineSearchAttributeKey,
  TypedSearchAttributes,
  type SearchAttributePair,
  type SearchAttributeType,
} from '@temporalio/common';

import type { RunLabels } from './temporal.ts';

/*
 * By what runs are found in Temporal's page, command line and API: few, of few values, and nothing that a payload codec
 * would have to hide (https://docs.temporal.io/search-attribute).
 */
const NETWORK = defineSearchAttributeKey('WeftNetwork', 'KEYWORD');
const CLUSTER = defineSearchAttributeKey('WeftCluster', 'KEYWORD');
const OPERATION = defineSearchAttributeKey('WeftOperation', 'KEYWORD');
const ORGANIZATIONS = defineSearchAttributeKey('WeftOrganizations', 'KEYWORD_LIST');

/** What a server has to know for runs to be found by it. */
export interface SearchAttribute {
  readonly name: string;
  readonly type: Extract<SearchAttributeType, 'KEYWORD' | 'KEYWORD_LIST'>;
}

export const SEARCH_ATTRIBUTES: readonly SearchAttribute[] = [NETWORK, CLUSTER, OPERATION, ORGANIZATIONS];

/** A search attribute as operators know it: `WeftNetwork (Keyword)`. */
export function searchAttributeInWords({ name, type }: SearchAttribute): string {
  return `${name} (${TYPE_NAMES[type]})`;
}

/** As the temporal command and Temporal's page call them. */
const TYPE_NAMES: Readonly<Record<SearchAttribute['type'], string>> = {
  KEYWORD: 'Keyword',
  KEYWORD_LIST: 'KeywordList',
};

/** Numbers of IndexedValueType in Temporal's API. */
const TYPE_NUMBERS: Readonly<Record<SearchAttribute['type'], number>> = { KEYWORD: 2, KEYWORD_LIST: 7 };

/** The values that a run is found by. */
export function searchAttributesOf({ network, cluster, operation, organizations }: RunLabels): TypedSearchAttributes {
  const pairs: SearchAttributePair[] = [
    { key: NETWORK, value: network },
    { key: CLUSTER, value: cluster },
    { key: OPERATION, value: operation },
    // A removal names no organizations.
    ...(organizations.length === 0 ? [] : [{ key: ORGANIZATIONS, value: [...organizations] }]),
  ];
  return new TypedSearchAttributes(pairs);
}

/** The search attributes that a server's namespace lacks. */
export async function missingSearchAttributes(
  { operatorService }: Pick<Connection, 'operatorService'>,
  namespace: string,
): Promise<readonly SearchAttribute[]> {
  const { customAttributes } = await operatorService.listSearchAttributes({ namespace });
  return SEARCH_ATTRIBUTES.filter(({ name }) => !Object.hasOwn(customAttributes, name));
}

/** Registers search attributes in a namespace. */
export async function addSearchAttributes(
  { operatorService }: Pick<Connection, 'operatorService'>,
  namespace: string,
  attributes: readonly SearchAttribute[],
): Promise<void> {
  await operatorService.addSearchAttributes({
    namespace,
    searchAttributes: Object.fromEntries(attributes.map(({ name, type }) => [name, TYPE_NUMBERS[type]])),
  });
}

/** Of a server that keeps its operators' calls to itself, as Temporal Cloud does. */
const REFUSALS: ReadonlySet<status> = new Set([status.PERMISSION_DENIED, status.UNIMPLEMENTED]);

/** Whether the server does not let clients see or register search attributes. */
export function isRefusal(error: unknown): boolean {
  return isGrpcServiceError(error) && REFUSALS.has(error.code);
}
