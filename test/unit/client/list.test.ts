import { describe, expect, it, test } from 'vitest';

import { completedQuery, listQuery } from '../../../src/client/list.ts';
import { SEARCH_ATTRIBUTES } from '../../../src/client/search-attributes.ts';
import { searchAttributes } from '../../../src/local/temporal/server.ts';

const OF_NETWORKS =
  "WorkflowType IN ('applyNetwork', 'renewNetwork', 'removeNetwork', 'addIdentity', 'revokeIdentity')";

describe('the list of runs', () => {
  it.each([
    [{}, OF_NETWORKS],
    [{ open: true }, `${OF_NETWORKS} AND ExecutionStatus = 'Running'`],
    [{ cluster: 'local' }, `${OF_NETWORKS} AND WorkflowId STARTS_WITH 'network/local/'`],
    [{ cluster: 'local', network: 'net' }, `${OF_NETWORKS} AND WorkflowId = 'network/local/net'`],
    // Ids begin with the cluster: a network on any is picked from the list.
    [{ network: 'net' }, OF_NETWORKS],
    [{ cluster: "o'neill\\" }, `${OF_NETWORKS} AND WorkflowId STARTS_WITH 'network/o\\'neill\\\\/'`],
  ])('is asked of Temporal in its own words: %j', (filter, query) => {
    expect(listQuery(filter)).toBe(query);
  });
});

test('the newest look at a network is asked for by how its id begins', () => {
  expect(completedQuery("status/local/o'net/")).toBe(
    "WorkflowId STARTS_WITH 'status/local/o\\'net/' AND ExecutionStatus = 'Completed'",
  );
});

describe('the search attributes', () => {
  it('are those that the embedded Temporal is started with', () => {
    const types = { KEYWORD: 'Keyword', KEYWORD_LIST: 'KeywordList' };
    expect(Object.fromEntries(SEARCH_ATTRIBUTES.map(({ name, type }) => [name, types[type]]))).toEqual(
      searchAttributes,
    );
  });
});
