import type { Cluster } from '../../../src/kubernetes/index.ts';
import { applyForeign } from '../faults/apply.ts';

const GROUP = 'admissionregistration.k8s.io/v1';
const HOOKS = `/apis/${GROUP}/validatingwebhookconfigurations`;
const POLICIES = `/apis/${GROUP}/validatingadmissionpolicies`;
const BINDINGS = `/apis/${GROUP}/validatingadmissionpolicybindings`;

/** Something that refuses pods in one namespace. */
export interface Refusal {
  readonly remove: () => Promise<void>;
}

/**
 * A webhook without which no pod may be made in a namespace.
 *
 * @param port on the node
 * @param certificate of whoever answers there, PEM
 */
export async function webhook(
  cluster: Cluster,
  namespace: string,
  { port, certificate }: { readonly port: number; readonly certificate: string },
): Promise<Refusal> {
  await applyForeign(cluster, HOOKS, {
    apiVersion: GROUP,
    kind: 'ValidatingWebhookConfiguration',
    metadata: { name: namespace },
    webhooks: [
      {
        name: 'images.example.com',
        clientConfig: {
          url: `https://127.0.0.1:${String(port)}/`,
          caBundle: Buffer.from(certificate).toString('base64'),
        },
        rules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods'] }],
        namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } },
        failurePolicy: 'Fail',
        sideEffects: 'None',
        admissionReviewVersions: ['v1'],
        timeoutSeconds: 5,
      },
    ],
  });
  return { remove: () => removeForeign(cluster, `${HOOKS}/${namespace}`) };
}

/** A policy that allows no pod of a namespace to run as a user below 10000. */
export async function userPolicy(cluster: Cluster, namespace: string): Promise<Refusal> {
  await applyForeign(cluster, POLICIES, {
    apiVersion: GROUP,
    kind: 'ValidatingAdmissionPolicy',
    metadata: { name: namespace },
    spec: {
      failurePolicy: 'Fail',
      matchConstraints: {
        resourceRules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods'] }],
        namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } },
      },
      validations: [
        {
          expression: 'object.spec.?securityContext.?runAsUser.orValue(0) >= 10000',
          message: 'pods run as users from 10000 on',
        },
      ],
    },
  });
  await applyForeign(cluster, BINDINGS, {
    apiVersion: GROUP,
    kind: 'ValidatingAdmissionPolicyBinding',
    metadata: { name: namespace },
    spec: { policyName: namespace, validationActions: ['Deny'] },
  });
  return {
    remove: async () => {
      await removeForeign(cluster, `${BINDINGS}/${namespace}`);
      await removeForeign(cluster, `${POLICIES}/${namespace}`);
    },
  };
}

async function removeForeign(cluster: Cluster, path: string): Promise<void> {
  await cluster.request({ method: 'DELETE', path, purpose: 'remove what the test made' });
}
