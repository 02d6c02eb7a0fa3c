import { createHmac } from 'node:crypto';

import type { EnvironmentFrom } from '../../spec/index.ts';
import type { Dependencies } from '../cluster/manifests.ts';
import { readSecret, type StoredSecret } from '../cluster/secrets.ts';
import { failure } from '../failures.ts';

/** Environment variables whose values a container gets from Secrets. */
export interface SecretVariables {
  /** As Kubernetes writes them; none of them holds a value. */
  readonly env: readonly SecretVariable[];
  /** Differs whenever a value does, and tells none. */
  readonly digests: readonly string[];
}

interface SecretVariable {
  readonly name: string;
  readonly valueFrom: { readonly secretKeyRef: { readonly name: string; readonly key: string } };
}

/**
 * Looks at the Secrets that a description names for variables. The pod would wait for one that is missing as well, but start with what it
 * holds at that moment, so that the next run found another value than the one it knew and restarted the pod.
 *
 * @returns sorted by the variables' names: an order in the description is no difference
 * @throws ApplicationFailure `ObjectMissing` where a Secret or its key is missing; not in a dry run, whose Secrets may come yet
 */
export async function readSecretVariables(
  dependencies: Dependencies,
  environmentFrom: EnvironmentFrom = {},
  { namespace, dryRun, signal }: { readonly namespace: string; readonly dryRun: boolean; readonly signal: AbortSignal },
): Promise<SecretVariables> {
  const variables = Object.entries(environmentFrom).sort(([one], [other]) => (one < other ? -1 : 1));
  const names = [...new Set(variables.map(([, { secret }]) => secret))];
  const secrets = new Map(
    await Promise.all(
      names.map(async (name) => [name, await readSecret(dependencies, namespace, name, signal)] as const),
    ),
  );
  const digests = variables.map(([variable, { secret, key }]) => {
    const digest = digestOf(secrets.get(secret), key);
    if (digest !== undefined) return digest;
    if (dryRun) return MISSING;
    const missing = secrets.get(secret)?.object === undefined ? 'is missing' : `has no key ${key}`;
    throw failure(
      'ObjectMissing',
      `Secret ${secret} in namespace ${namespace} ${missing}, which environmentFrom names for ${variable}.`,
      { remedy: { kind: 'changeDescription', field: 'environmentFrom' } },
    );
  });
  return { env: variables.map(([name, { secret, key }]) => variableOf(name, secret, key)), digests };
}

const MISSING = 'missing';

function variableOf(name: string, secret: string, key: string): SecretVariable {
  return { name, valueFrom: { secretKeyRef: { name: secret, key } } };
}

/**
 * Who reads a Deployment must not be able to try passwords against what its annotation was made of: the Secret's own id is the key, which
 * only who reads the Secret knows.
 */
function digestOf(stored: StoredSecret | undefined, key: string): string | undefined {
  const value = stored?.data[key];
  const id = stored?.object?.metadata.uid;
  return value === undefined || id === undefined ? undefined : createHmac('sha256', id).update(value).digest('hex');
}
