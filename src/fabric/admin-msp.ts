/** An organization's Admin, with what makes an MSP folder of it. All texts are PEM. */
export interface AdminIdentity {
  readonly mspId: string;
  /** Name of the organization, e.g. `org1`. */
  readonly organization: string;
  readonly certificate: string;
  readonly key: string;
  /** Certificates of the CA that issues the organization's identities. */
  readonly caChain: string;
  /** Certificates of the CA that issues the organization's TLS certificates. */
  readonly tlsCaChain: string;
}
