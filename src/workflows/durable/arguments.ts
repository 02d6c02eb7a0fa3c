import { ApplicationFailure } from '@temporalio/workflow';

import { isMapping, LONGEST_TARGET, MOST_RENEWAL_TARGETS } from '../../spec/index.ts';
import type { NetworkSelector, SelectedCluster } from '../messages.ts';

/*
 * Anybody can start a workflow by hand, with anything as its arguments. What is not understood is refused: an error of
 * another kind would not end the run but let it hang, and a misspelled `dryRun` would not be a dry run.
 */

/**
 * Options that can each be on or off.
 *
 * @param others options of another kind, which are not looked at here
 * @throws ApplicationFailure `InvalidArgument`
 */
export function checkedOptions<Option extends string>(
  given: unknown,
  known: readonly Option[],
  others: readonly string[] = [],
): { readonly [option in Option]: boolean } {
  if (!isMapping(given)) throw invalidArgument(`The options must be an object such as {"${known[0] ?? ''}": true}.`);
  const problems = Object.entries(given).flatMap(([name, value]) => {
    if (name === 'cluster' || others.includes(name)) return [];
    if (!known.some((option) => option === name)) return [`"${name}" is not an option; there are ${known.join(', ')}.`];
    return typeof value === 'boolean' ? [] : [`The option ${name} must be true or false.`];
  });
  if (problems.length > 0) throw invalidArgument(problems.join('\n'));
  const entries = known.map((option) => [option, given[option] === true] as const);
  return Object.fromEntries(entries) as { readonly [option in Option]: boolean };
}

/** @throws ApplicationFailure `InvalidArgument` */
export function checkedCluster(given: unknown): string | undefined {
  if (!isMapping(given) || given['cluster'] === undefined) return undefined;
  const { cluster } = given;
  if (typeof cluster === 'string' && cluster !== '' && !cluster.includes('/')) return cluster;
  throw invalidArgument('The cluster must be a name without "/": {"cluster": "local"}.');
}

/** @throws ApplicationFailure `InvalidArgument` */
export function checkedSelector(given: unknown): NetworkSelector {
  if (!isMapping(given) || typeof given['network'] !== 'string' || given['network'] === '') {
    throw invalidArgument('The argument must name the network: {"network": "test-network"}.');
  }
  const { network, namespaces, elsewhere } = given;
  const cluster = checkedCluster(given);
  if (namespaces !== undefined && !isListOfNames(namespaces)) {
    throw invalidArgument('The namespaces must be a list of names: {"network": …, "namespaces": ["test-network"]}.');
  }
  if (elsewhere !== undefined && !(Array.isArray(elsewhere) && elsewhere.every(isSelectedCluster))) {
    throw invalidArgument(
      'What is elsewhere must be a list of clusters: {"network": …, "elsewhere": [{"cluster": "prod-eu", "namespaces": ["org1"]}]}.',
    );
  }
  return {
    network,
    ...(cluster === undefined ? {} : { cluster }),
    ...(namespaces === undefined ? {} : { namespaces }),
    ...(elsewhere === undefined ? {} : { elsewhere }),
  };
}

/** Whose certificates are renewed. @throws ApplicationFailure `InvalidArgument` */
export function checkedTargets(given: unknown): readonly string[] | undefined {
  if (!isMapping(given) || given['targets'] === undefined) return undefined;
  const { targets } = given;
  if (!isListOfNames(targets) || targets.length === 0) {
    throw invalidArgument('The option targets must be a list of names: {"targets": ["org1", "org1/peer1"]}.');
  }
  if (targets.length > MOST_RENEWAL_TARGETS) {
    throw invalidArgument(
      `The option targets has ${targets.length} names: at most ${MOST_RENEWAL_TARGETS} can be named.`,
    );
  }
  const longest = Math.max(...targets.map(({ length }) => length));
  if (longest <= LONGEST_TARGET) return targets;
  throw invalidArgument(`The option targets has a name of ${longest} characters: at most ${LONGEST_TARGET}.`);
}

function isSelectedCluster(value: unknown): value is SelectedCluster {
  return isMapping(value) && typeof value['cluster'] === 'string' && isListOfNames(value['namespaces']);
}

function isListOfNames(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((name) => typeof name === 'string');
}

export function invalidArgument(message: string): ApplicationFailure {
  return ApplicationFailure.create({
    type: 'InvalidArgument',
    nonRetryable: true,
    message: `The workflow was started with arguments that it cannot use. Nothing was touched.\n${message}`,
  });
}
