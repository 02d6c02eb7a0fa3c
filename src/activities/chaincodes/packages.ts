import { ccaasPackage, type ChaincodePackage, type ChaincodeTls } from '../../fabric/index.ts';
import { chaincodeServerSuffix, packageLabel, PORTS } from '../../spec/index.ts';
import type { Dependencies } from '../cluster/manifests.ts';
import { readRoots } from '../identities/roots.ts';
import type { OrganizationReference, PackagedChaincode } from '../inputs.ts';
import { placeholder } from '../nodes/builder-configuration.ts';

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
  const tls = chaincode.tls ? await tlsOf(dependencies, chaincode, organization, signal) : undefined;
  return ccaasPackage({
    label: packageLabel(chaincode),
    connection: { address: serverAddress(chaincode), dialTimeout: DIAL_TIMEOUT, ...(tls && { tls }) },
  });
}

/** Every peer fills in what is its own (CHAINCODE_AS_A_SERVICE_BUILDER_CONFIG), so that all organizations share one package. */
function serverAddress(chaincode: PackagedChaincode): string {
  if ('address' in chaincode) return chaincode.address;
  const owner = chaincode.per === 'organization' ? placeholder('organization') : placeholder('node');
  return `${owner}-${chaincodeServerSuffix(chaincode)}:${PORTS.chaincode}`;
}

/** A server of Weft's and its peers show certificates to each other. Whom a server of somebody else lets in is not for Weft to say. */
async function tlsOf(
  dependencies: Dependencies,
  chaincode: PackagedChaincode,
  organization: OrganizationReference,
  signal: AbortSignal,
): Promise<ChaincodeTls> {
  if ('address' in chaincode) {
    const { tlsca } = await readRoots(dependencies, organization, signal);
    return { rootCertificate: tlsca };
  }
  return {
    rootCertificate: placeholder('root_cert'),
    client: { certificate: placeholder('client_cert'), key: placeholder('client_key') },
  };
}
