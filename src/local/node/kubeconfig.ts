import { stringify } from 'yaml';

/** Who connects where. */
export interface KubeconfigEntries {
  /** Names the context, the cluster and the user. */
  readonly context: string;
  /** `https://host:port` */
  readonly server: string;
  /** PEM texts. */
  readonly authority: string;
  readonly certificate: string;
  readonly key: string;
}

/** @returns a kubeconfig with one context, which is the current one, and everything embedded in it */
export function renderKubeconfig({ context, server, authority, certificate, key }: KubeconfigEntries): string {
  return stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: context, cluster: { server, 'certificate-authority-data': base64(authority) } }],
    users: [
      { name: context, user: { 'client-certificate-data': base64(certificate), 'client-key-data': base64(key) } },
    ],
    contexts: [{ name: context, context: { cluster: context, user: context } }],
    'current-context': context,
  });
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}
