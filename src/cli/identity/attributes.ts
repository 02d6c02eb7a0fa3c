import { InvalidArgumentError } from 'commander';

import type { NewIdentity } from '../../workflows/messages.ts';

type Attributes = NonNullable<NewIdentity['attributes']>;

/**
 * Reads `name=value`, or `name=value:ecert` for one that is in the certificate, as fabric-ca-client has it, and adds it to those before it.
 *
 * @throws InvalidArgumentError
 */
export function attribute(text: string, before: Attributes = []): Attributes {
  const [, name = '', value = '', inCertificate] = /^([^=]+)=(.*?)(:ecert)?$/.exec(text) ?? [];
  if (name === '')
    throw new InvalidArgumentError('It must be name=value, or name=value:ecert to be in the certificate.');
  if (name.startsWith('hf.')) {
    throw new InvalidArgumentError("Names that begin with hf. are the CA's own: they give rights at it.");
  }
  if (before.some((other) => other.name === name)) throw new InvalidArgumentError(`${name} has a value already.`);
  return [...before, { name, value, ...(inCertificate === undefined ? {} : { ecert: true }) }];
}
