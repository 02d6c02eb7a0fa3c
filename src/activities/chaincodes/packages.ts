import { ccaasPackage, type ChaincodePackage } from '../../fabric/index.ts';
import { chaincodeServerSuffix, packageLabel, PORTS } from '../../spec/index.ts';
import type { Dependencies } from '../cluster/manifests.ts';
import { readRoots } from '../identities/roots.ts';
import type { OrganizationReference, PackagedChaincode } from '../inputs.ts';

/** How long a peer tries to connect to a chaincode server; the same as in Fabric's samples. */
const DIAL_TIMEOUT = '10s';

/**
 * The package that an organization's peers install. It says where the chaincode answers and nothing more, so the same
 * description always gives the same package ID.
 *
 * @throws ApplicationFailure `MaterialMissing`
 */
export async function packageOf(
  dependencies: Dependencies,
  chaincode: PackagedChaincode,
  organization: OrganizationReference,
  signal: AbortSignal,
): Promise<ChaincodePackage> {
  const tls = chaincode.tls ? await readRoots(dependencies, organization, signal) : undefined;
  return ccaasPackage({
    label: packageLabel(chaincode),
    connection: {
      address: serverAddress(chaincode),
      dialTimeout: DIAL_TIMEOUT,
      tlsRequired: chaincode.tls,
      ...(tls === undefined ? {} : { rootCertificate: tls.tlsca }),
    },
  });
}

/** Every peer fills in what is its own (CHAINCODE_AS_A_SERVICE_BUILDER_CONFIG), so that all organizations share one package. */
function serverAddress(chaincode: PackagedChaincode): string {
  if ('address' in chaincode) return chaincode.address;
  const owner = chaincode.per === 'organization' ? 'organization' : 'node';
  return `{{.${owner}}}-${chaincodeServerSuffix(chaincode)}:${PORTS.chaincode}`;
}
