import { fillTemplateText } from '../../templates/index.ts';
import { readBaseFile } from '../config/base-files.ts';

/** Names under which fabric-ca-server looks for its two files in FABRIC_CA_SERVER_HOME. */
export const CA_CONFIG_FILE = 'fabric-ca-server-config.yaml';
export const TLS_CA_CONFIG_FILE = 'fabric-ca-server-tlsca.yaml';

export interface CertificateAuthoritySettings {
  /** Its CAs are named after it: `org1-ca` and `org1-tlsca`. `domain` becomes the O of their certificates. */
  readonly organization: { readonly name: string; readonly domain: string };
  /** The identity that may register all others, at both CAs. */
  readonly registrar: { readonly name: string; readonly password: string };
  /** Go durations, e.g. `8760h`. No certificate outlives its CA's. */
  readonly lifetimes: { readonly ca: string; readonly identity: string; readonly tls: string };
  /** Where the server finds the certificate and key of its own endpoint, PEM. */
  readonly tls: { readonly certificateFile: string; readonly keyFile: string };
}

/**
 * The configuration of an organization's fabric-ca-server, which holds the enrollment CA and the TLS CA. Both texts hold
 * the registrar's password: they belong into a Secret.
 *
 * @returns `ca` for {@link CA_CONFIG_FILE} and `tlsca` for {@link TLS_CA_CONFIG_FILE}, YAML
 */
export function certificateAuthorityConfig(settings: CertificateAuthoritySettings): {
  readonly ca: string;
  readonly tlsca: string;
} {
  const { organization, registrar, lifetimes, tls } = settings;
  const common = {
    DOMAIN: organization.domain,
    REGISTRAR_NAME: registrar.name,
    REGISTRAR_PASSWORD: registrar.password,
    CA_EXPIRY: lifetimes.ca,
    IDENTITY_EXPIRY: lifetimes.identity,
    TLS_EXPIRY: lifetimes.tls,
  };
  return {
    ca: fill('fabric-ca-server.yaml', {
      ...common,
      CA_NAME: enrollmentCaName(organization.name),
      TLS_CERTIFICATE_FILE: tls.certificateFile,
      TLS_KEY_FILE: tls.keyFile,
      TLS_CA_CONFIG_FILE,
    }),
    tlsca: fill('fabric-ca-server-tlsca.yaml', { ...common, CA_NAME: tlsCaName(organization.name) }),
  };
}

/** Name of the CA that issues an organization's identities, e.g. `org1-ca`. */
export function enrollmentCaName(organization: string): string {
  return `${organization}-ca`;
}

/** Name of the CA that issues an organization's TLS certificates, e.g. `org1-tlsca`. */
export function tlsCaName(organization: string): string {
  return `${organization}-tlsca`;
}

function fill(file: string, values: Readonly<Record<string, string>>): string {
  return fillTemplateText(readBaseFile(file), values, `kube/config/${file}`);
}
