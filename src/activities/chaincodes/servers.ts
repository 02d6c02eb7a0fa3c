import { identitySecrets, PORTS, type ChaincodeImage } from '../../spec/index.ts';
import { packageOf } from './packages.ts';
import { applyManifest, hashOf, readText, type Dependencies } from '../cluster/manifests.ts';
import { lookOrExpect } from '../peers/readiness.ts';
import { containerVariables } from '../nodes/manifest-variables.ts';
import { readSecretVariables } from '../nodes/secret-variables.ts';
import { failure } from '../failures.ts';
import { wasRolledOut, type DeploymentResult } from '../nodes/nodes.ts';
import { asStep, type Decision } from '../activity.ts';
import type { NetworkInput, OrganizationReference, PackagedChaincode } from '../inputs.ts';

export interface ChaincodeServerInput extends NetworkInput {
  readonly organization: OrganizationReference;
  readonly chaincode: PackagedChaincode;
  /** Name of its Deployment and Service. */
  readonly name: string;
  readonly settings: ChaincodeImage;
}

export interface ChaincodeServerActivities {
  startChaincodeServer: (target: ChaincodeServerInput) => Promise<DeploymentResult>;
}

/** The pods in which chaincodes run as services. */
export function createChaincodeServerActivities(dependencies: Dependencies): ChaincodeServerActivities {
  return {
    startChaincodeServer: asStep((target, { signal }) =>
      lookOrExpect<Decision & Pick<DeploymentResult, 'rolledOut'>>(
        target,
        { outcome: 'created', reason: 'its organization is not enrolled yet', rolledOut: false },
        async () => {
          const { chaincode, name, network, organization, settings } = target;
          const { packageId } = await packageOf(dependencies, chaincode, organization, signal);
          const environment = { ...environmentOf(packageId, chaincode.tls), ...settings.environment };
          const { certificate, clientRoot } = chaincode.tls ? await readTls(dependencies, target, signal) : NO_TLS;
          const secretVariables = await readSecretVariables(dependencies, settings.environmentFrom, {
            namespace: organization.namespace,
            dryRun: target.dryRun,
            signal,
          });
          const decision = await applyManifest(
            dependencies,
            'chaincode.yaml',
            {
              NETWORK: network.name,
              NAMESPACE: organization.namespace,
              ORGANIZATION: organization.name,
              SERVER: name,
              IMAGE: settings.image,
              RESOURCES: settings.resources,
              ROLLOUT_TIMEOUT_SECONDS: network.kubernetes.rolloutTimeoutSeconds,
              ...containerVariables(network.kubernetes, {
                environment,
                secretVariables,
                read: [certificate, clientRoot],
              }),
              CERTIFICATES_HASH: hashOf(certificate),
            },
            { ...target, signal },
          );
          const { namespace } = organization;
          return { ...decision, rolledOut: await wasRolledOut(dependencies, decision, namespace, name, signal) };
        },
      ),
    ),
  };
}

/** What a server reads for TLS besides its key, PEM. */
interface ServerTls {
  readonly certificate: string;
  /** What it trusts of peers: the TLS CA of its own organization, whose peers alone it serves. */
  readonly clientRoot: string;
}

const NO_TLS: ServerTls = { certificate: '', clientRoot: '' };

/** @throws ApplicationFailure `MaterialMissing`; not in a dry run, before whose end nobody is enrolled */
async function readTls(
  dependencies: Dependencies,
  { organization, name, dryRun }: ChaincodeServerInput,
  signal: AbortSignal,
): Promise<ServerTls> {
  const secret = identitySecrets(name).tls;
  const stored = await readText(dependencies, 'Secret', organization.namespace, secret, signal);
  const { 'cert.pem': certificate, 'ca.pem': clientRoot } = stored ?? {};
  if (certificate !== undefined && clientRoot !== undefined) return { certificate, clientRoot };
  if (dryRun) return NO_TLS;
  throw failure(
    'MaterialMissing',
    `Secret ${secret} in namespace ${organization.namespace} does not hold the TLS pair of ${name}. It is made by the step enrollIdentity.`,
    { remedy: { kind: 'runAgain' } },
  );
}

/** Where the Secret with the server's pair is mounted; kube/chaincode.yaml says the same. */
const MOUNT = '/var/hyperledger/chaincode/tls';
const TLS = { key: `${MOUNT}/key.pem`, certificate: `${MOUNT}/cert.pem`, clientRoot: `${MOUNT}/ca.pem` };

/**
 * The names that Fabric's samples read; the shim of each language knows the second form of the package ID. For TLS the first four are those of the
 * samples in Go, the others are read by `fabric-chaincode-node server` (libraries/fabric-shim/cli.js).
 */
function environmentOf(packageId: string, tls: boolean): Record<string, string> {
  return {
    CHAINCODE_SERVER_ADDRESS: `0.0.0.0:${PORTS.chaincode}`,
    CHAINCODE_ID: packageId,
    CORE_CHAINCODE_ID_NAME: packageId,
    CHAINCODE_TLS_DISABLED: String(!tls),
    ...(tls && {
      CHAINCODE_TLS_KEY: TLS.key,
      CHAINCODE_TLS_CERT: TLS.certificate,
      CHAINCODE_CLIENT_CA_CERT: TLS.clientRoot,
      CORE_CHAINCODE_TLS_KEY_FILE: TLS.key,
      CORE_CHAINCODE_TLS_CERT_FILE: TLS.certificate,
      CORE_CHAINCODE_TLS_CLIENT_CACERT_FILE: TLS.clientRoot,
    }),
  };
}
