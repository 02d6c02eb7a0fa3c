/** Where the peers reach the server of a chaincode, with the fields of a package's connection.json. */
export interface ChaincodeConnection {
  /** Host and port. May hold `{{.peername}}` and its like, which each peer fills in for itself. */
  readonly address: string;
  /** Go duration, e.g. `10s`. */
  readonly dialTimeout: string;
  readonly tlsRequired: boolean;
  /** The server asks the peer for a certificate. */
  readonly clientAuthRequired?: boolean;
  /** What the peer trusts of the server, PEM. May be a placeholder as in `address`. */
  readonly rootCertificate?: string;
  /** The peer's own certificate, PEM, and its key; placeholders, since a package is no secret. */
  readonly clientCertificate?: string;
  readonly clientKey?: string;
}

export interface ChaincodePackage {
  readonly bytes: Uint8Array;
  /** `<label>:<SHA-256 of the bytes>`, as Fabric computes it. */
  readonly packageId: string;
}

/**
 * Makes the package of a chaincode that runs as a service. The same connection and label always give the same bytes.
 *
 * @param content.label e.g. `basic_1.0`
 * @throws TypeError if Fabric does not take the label
 */
export function ccaasPackage(content: {
  readonly label: string;
  readonly connection: ChaincodeConnection;
}): Promise<ChaincodePackage> {
  return Promise.reject(new Error(`not there yet: ${content.label}`));
}
