import { createTwoFilesPatch } from 'diff';
import { diff, Operation, type IChange } from 'json-diff-ts';

import type { StoredRevision } from '../../../database/index.ts';
import type { RevisionChange, RevisionDiff } from './resource.ts';

/** What differs between two revisions of a network. */
export function differencesOf(from: StoredRevision, to: StoredRevision): RevisionDiff {
  return {
    from: from.number,
    to: to.number,
    changes: fieldChanges(from.description, to.description),
    text: textDifference(from, to),
  };
}

function textDifference(from: StoredRevision, to: StoredRevision): string {
  if (from.source === to.source) return '';
  const name = ({ number }: StoredRevision): string => `revision ${number}`;
  return createTwoFilesPatch(name(from), name(to), from.source, to.source);
}

/** What differs between two completed descriptions, field by field. Items of lists are told apart by what they are, not by their places. */
export function fieldChanges(from: unknown, to: unknown): readonly RevisionChange[] {
  const changes = diff(from, to, { embeddedObjKeys: new Map([[/./, keyOf]]), treatTypeChangeAsReplace: false });
  return changes.flatMap((change) => flattened(change, '', false));
}

/** What tells an item of a list from the others: chaincodes of different channels may have one name. */
function keyOf(item: unknown, wantsName?: boolean): unknown {
  if (wantsName === true) return 'name';
  if (typeof item !== 'object' || item === null) return item;
  const { name, channel, organization } = item as Readonly<Record<string, unknown>>;
  if (typeof name === 'string') return typeof channel === 'string' ? `${channel}/${name}` : name;
  return typeof organization === 'string' ? organization : JSON.stringify(item);
}

const KINDS = { ADD: 'added', REMOVE: 'removed', UPDATE: 'changed' } as const;

/** @param isItem the key is that of an item of a list */
function flattened(
  { type, key, value, oldValue, changes, embeddedKey }: IChange,
  path: string,
  isItem: boolean,
): RevisionChange[] {
  const field = isItem ? `${path}[${key}]` : path === '' ? key : `${path}.${key}`;
  if (changes !== undefined) return changes.flatMap((change) => flattened(change, field, embeddedKey !== undefined));
  const before: unknown = type === Operation.REMOVE ? value : oldValue;
  const after: unknown = type === Operation.REMOVE ? undefined : value;
  return [
    {
      ...{ field, change: KINDS[type] },
      ...(before === undefined ? {} : { before }),
      ...(after === undefined ? {} : { after }),
    },
  ];
}
