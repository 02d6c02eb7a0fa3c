import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import ts from 'typescript';
import { describe, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/*
 * A step works with the Secrets of one organization (docs/decisions). Who is given two places, each a namespace, may well
 * read both: so an input has at most one, and no list of them. It is read from the types: a new activity counts at once.
 */

/** Inputs that do name several places, and why. A new entry is a decision: a worker with a Role in one namespace fails there. */
const SEVERAL_PLACES: Readonly<Record<string, readonly string[]>> = {
  // Consenters of this network's own are known by their addresses, which names and namespaces make up. Nothing is read there.
  planConfigUpdate: ['ordering[]'],
  // The description as it is kept for the next run; the workflow gives one namespace to each call.
  recordBegun: [
    ...['description.organizations[]', 'description.kubernetes', 'namespaces'],
    ...['standing.organizations[]', 'standing.kubernetes'],
  ],
  recordNetwork: [
    ...['description.organizations[]', 'description.kubernetes', 'namespaces'],
    ...['standing.organizations[]', 'standing.kubernetes'],
  ],
  // The workflow gives one namespace to each call.
  checkCluster: ['namespaces'],
  findChannels: ['namespaces'],
  // What is listed, by labels, wherever the network may have objects on one cluster. No Secret of an organization is used.
  findRemovals: ['described[]'],
  findOwned: ['namespaces'],
  readRecord: ['namespaces'],
  inspectNodes: ['namespaces'],
};

const activities = placesInInputs();

describe('an activity is given the place of one organization', () => {
  test.for(activities)('%s', ({ activity, places }) => {
    const used = places.filter((place) => !SEVERAL_PLACES[activity]?.includes(place));
    expect(used.filter((place) => place.includes('[]'))).toEqual([]);
    expect(used.length).toBeLessThanOrEqual(1);
  });

  test('no exception is out of date', () => {
    const all = new Map(activities.map(({ activity, places }) => [activity, places]));
    for (const [activity, places] of Object.entries(SEVERAL_PLACES))
      expect(all.get(activity), activity).toEqual(expect.arrayContaining([...places]));
  });
});

interface ActivityPlaces {
  readonly activity: string;
  /** Where in the input objects with a `namespace` are, e.g. `organization` or `channel.members[]`; `namespaces`, if there are. */
  readonly places: readonly string[];
  readonly toString: () => string;
}

function placesInInputs(): ActivityPlaces[] {
  const config = ts.getParsedCommandLineOfConfigFile(
    join(root, 'tsconfig.json'),
    {},
    {
      ...ts.sys,
      onUnRecoverableConfigFileDiagnostic: ({ messageText }) => {
        throw new Error(ts.flattenDiagnosticMessageText(messageText, '\n'));
      },
    },
  );
  const file = join(root, 'src/activities/index.ts');
  const program = ts.createProgram([file], config?.options ?? {});
  const checker = program.getTypeChecker();
  const source = program.getSourceFile(file);
  const alias = source?.statements.find(
    (statement): statement is ts.TypeAliasDeclaration =>
      ts.isTypeAliasDeclaration(statement) && statement.name.text === 'Activities',
  );
  if (alias === undefined) throw new Error(`${dirname(file)} declares no type Activities`);
  return checker
    .getTypeAtLocation(alias.name)
    .getProperties()
    .map((property) => {
      const [signature] = checker.getTypeOfSymbol(property).getCallSignatures();
      const [input] = signature?.getParameters() ?? [];
      const places = input === undefined ? [] : placesIn(checker.getTypeOfSymbol(input), checker);
      return { activity: property.name, places, toString: () => property.name };
    });
}

/** Where in a value of this type objects with a namespace are; what is below such an object is its own matter. */
function placesIn(type: ts.Type, checker: ts.TypeChecker, path = '', seen: readonly ts.Type[] = []): string[] {
  if (seen.includes(type)) return [];
  const within = [...seen, type];
  if (type.isUnion()) {
    return [...new Set(type.types.flatMap((one) => placesIn(one, checker, path, within)))];
  }
  if (checker.isArrayType(type) || checker.isTupleType(type)) {
    const element = type.getNumberIndexType();
    return element === undefined ? [] : placesIn(element, checker, `${path}[]`, within);
  }
  if ((type.flags & ts.TypeFlags.Object) === 0 && !type.isIntersection()) return [];
  const properties = checker.getPropertiesOfType(type);
  if (path !== '' && properties.some(({ name }) => name === 'namespace')) return [path];
  return properties.flatMap((property) => {
    const below = path === '' ? property.name : `${path}.${property.name}`;
    if (below === 'namespaces') return [below];
    const value = checker.getTypeOfSymbol(property);
    // The settings of the whole network name the namespace of organizations that name none.
    if (below === 'network' || value.getCallSignatures().length > 0) return [];
    return placesIn(value, checker, below, within);
  });
}
