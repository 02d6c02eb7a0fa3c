import { identitySecrets, PORTS, type ChaincodeImage } from '../../spec/index.ts';
import { packageOf } from './packages.ts';
import { applyManifest, hashOf, readText, type Dependencies } from '../cluster/manifests.ts';
import { lookOrExpect } from '../peers/readiness.ts';
import { containerVariables } from '../nodes/manifest-variables.ts';
import { readSecretVariables } from '../nodes/secret-variables.ts';
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
          const endpoint = chaincode.tls
            ? await readText(dependencies, 'Secret', organization.namespace, identitySecrets(name).tls, signal)
            : undefined;
          const certificate = endpoint?.['cert.pem'] ?? '';
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
              ...containerVariables(network.kubernetes, { environment, secretVariables, read: [certificate] }),
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

/** Where the Secret with the server's pair is mounted; kube/chaincode.yaml says the same. */
const TLS = '/var/hyperledger/chaincode/tls';

/** The names that Fabric's samples read; the shim of each language knows the second form of the package ID. */
function environmentOf(packageId: string, tls: boolean): Record<string, string> {
  return {
    CHAINCODE_SERVER_ADDRESS: `0.0.0.0:${PORTS.chaincode}`,
    CHAINCODE_ID: packageId,
    CORE_CHAINCODE_ID_NAME: packageId,
    CHAINCODE_TLS_DISABLED: String(!tls),
    ...(tls ? { CHAINCODE_TLS_KEY: `${TLS}/key.pem`, CHAINCODE_TLS_CERT: `${TLS}/cert.pem` } : {}),
  };
}
