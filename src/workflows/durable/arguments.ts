import { ApplicationFailure } from '@temporalio/workflow';

import { isMapping } from '../../spec/index.ts';
import type { NetworkAddress } from '../messages.ts';

/*
 * Anybody can start a workflow by hand, with anything as its arguments. What is not understood is refused: an error of
 * another kind would not end the run but let it hang, and a misspelled `dryRun` would not be a dry run.
 */

/**
 * Options that can each be on or off.
 *
 * @throws ApplicationFailure `InvalidArgument`
 */
export function checkedOptions<Option extends string>(
  given: unknown,
  known: readonly Option[],
): { readonly [option in Option]: boolean } {
  if (!isMapping(given)) throw invalidArgument(`The options must be an object such as {"${known[0] ?? ''}": true}.`);
  const mistakes = Object.entries(given).flatMap(([name, value]) => {
    if (!known.some((option) => option === name)) return [`"${name}" is not an option; there are ${known.join(', ')}.`];
    return typeof value === 'boolean' ? [] : [`The option ${name} must be true or false.`];
  });
  if (mistakes.length > 0) throw invalidArgument(mistakes.join('\n'));
  const entries = known.map((option) => [option, given[option] === true] as const);
  return Object.fromEntries(entries) as { readonly [option in Option]: boolean };
}

/** @throws ApplicationFailure `InvalidArgument` */
export function checkedAddress(given: unknown): NetworkAddress {
  if (!isMapping(given) || typeof given['network'] !== 'string' || given['network'] === '') {
    throw invalidArgument('The argument must name the network: {"network": "test-network"}.');
  }
  const { network, namespaces } = given;
  if (namespaces === undefined) return { network };
  if (!Array.isArray(namespaces) || !namespaces.every((namespace) => typeof namespace === 'string')) {
    throw invalidArgument('The namespaces must be a list of names: {"network": …, "namespaces": ["test-network"]}.');
  }
  return { network, namespaces };
}

function invalidArgument(message: string): ApplicationFailure {
  return ApplicationFailure.create({
    type: 'InvalidArgument',
    nonRetryable: true,
    message: `The workflow was started with arguments that it cannot use. Nothing was touched.\n${message}`,
  });
}
