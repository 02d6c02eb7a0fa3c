import { chaincodeBuilderSecret, nodeName, type EnvironmentFrom } from '../../spec/index.ts';
import type { Decision } from '../activity.ts';
import type { Dependencies } from '../cluster/manifests.ts';
import { applySecret, readSecret, type OwnedSecret, type StoredSecret } from '../cluster/secrets.ts';
import type { NodeInput } from '../inputs.ts';

/*
 * What a peer fills in in the connection.json of a chaincode's package. Fabric's builder takes each text of that file for a template, and
 * the values from the JSON object in a variable of the peer's environment (ccaas_builder/cmd/build/main.go). A peer shows its own TLS
 * pair to chaincode servers, so that the variable holds a key: it comes from a Secret.
 */

/** Whoever makes the environment of a peer leaves this one to its Secret. */
export const BUILDER_VARIABLE = 'CHAINCODE_AS_A_SERVICE_BUILDER_CONFIG';

/** Entry of the Secret. */
const ENTRY = 'config.json';

/** The values that a package may ask a peer for; those for TLS have the names of the fields that they go into. */
interface BuilderConfiguration {
  /** Name of its organization. */
  readonly organization: string;
  /** Its Kubernetes name. */
  readonly node: string;
  /** Its name without a dash, as the test network has it. */
  readonly peername: string;
  /** What it trusts of a chaincode server: the root of its organization's TLS CA, PEM. */
  readonly root_cert: string;
  /** Its TLS certificate, PEM. */
  readonly client_cert: string;
  /** The key of that, PEM. */
  readonly client_key: string;
}

/** What stands in a package in place of a value. */
export function placeholder(value: keyof BuilderConfiguration): string {
  return `{{.${value}}}`;
}

/**
 * Ensures that the Secret with a peer's configuration of the builder exists.
 *
 * @param tls the peer's TLS pair as it is stored; in a dry run it may be missing
 */
export async function ensureBuilderConfiguration(
  dependencies: Dependencies,
  { network, organization, node, dryRun }: NodeInput,
  { data: tls }: Pick<StoredSecret, 'data'>,
  signal: AbortSignal,
): Promise<Decision> {
  const owner = nodeName(organization, node);
  const configuration: BuilderConfiguration = {
    organization: organization.name,
    node: owner,
    peername: `${organization.name}${node.name}`,
    root_cert: tls['ca.pem'] ?? '',
    client_cert: tls['cert.pem'] ?? '',
    client_key: tls['key.pem'] ?? '',
  };
  const secret: OwnedSecret = {
    ...{
      name: chaincodeBuilderSecret(owner),
      namespace: organization.namespace,
      organization: organization.name,
      owner,
    },
    data: { [ENTRY]: JSON.stringify(configuration) },
  };
  const stored = await readSecret(dependencies, secret.namespace, secret.name, signal);
  return applySecret(dependencies, secret, stored, { network, dryRun, signal });
}

/** The variable by which a peer gets its configuration, unless the description gives it a value of its own. */
export function builderVariable({ organization, node }: Pick<NodeInput, 'organization' | 'node'>): EnvironmentFrom {
  if (Object.hasOwn(node.environment, BUILDER_VARIABLE)) return {};
  return { [BUILDER_VARIABLE]: { secret: chaincodeBuilderSecret(nodeName(organization, node)), key: ENTRY } };
}
