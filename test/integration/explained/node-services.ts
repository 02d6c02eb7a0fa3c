import { createHash } from 'node:crypto';
import { createServer, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';

/*
 * A program for the tests' node: a registry whose images cannot be used, each for a reason of its own, and an admission webhook that denies
 * everything. It runs in a pod on the network of the node, since containerd and the API server there reach nothing else by `localhost`.
 */

const { REGISTRY_PORT, WEBHOOK_PORT, WEBHOOK_KEY, WEBHOOK_CERTIFICATE } = process.env;

const JSON_TYPE = 'application/json';
const INDEX = 'application/vnd.oci.image.index.v1+json';
const MANIFEST = 'application/vnd.oci.image.manifest.v1+json';

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

const EMPTY = { mediaType: 'application/vnd.oci.empty.v1+json', digest: digestOf('{}'), size: 2 };

/** By the name of the image. */
const MANIFESTS: ReadonlyMap<string, Answer> = new Map([
  [
    'foreign',
    manifest(INDEX, {
      manifests: [{ ...EMPTY, mediaType: MANIFEST, platform: { architecture: 's390x', os: 'linux' } }],
    }),
  ],
  [
    'chart',
    manifest(MANIFEST, {
      config: { ...EMPTY, mediaType: 'application/vnd.cncf.helm.config.v1+json' },
      layers: [{ ...EMPTY, mediaType: 'application/vnd.cncf.helm.chart.content.v1.tar+gzip' }],
    }),
  ],
]);

createServer((request, response) => {
  send(response, registryAnswer(request.url ?? ''));
}).listen(Number(REGISTRY_PORT));

createTlsServer({ key: WEBHOOK_KEY, cert: WEBHOOK_CERTIFICATE }, (request, response) => {
  void request
    .setEncoding('utf8')
    .toArray()
    .then((chunks: string[]) => {
      const { request: asked } = JSON.parse(chunks.join('')) as { readonly request: { readonly uid: string } };
      const denial = { uid: asked.uid, allowed: false, status: { message: 'images are taken from our registry only' } };
      const review = { apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', response: denial };
      send(response, { status: 200, type: JSON_TYPE, body: JSON.stringify(review) });
    });
}).listen(Number(WEBHOOK_PORT));

function registryAnswer(path: string): Answer {
  const [, name = '', kind = '', reference = ''] = /^\/v2\/weft\/(\w+)\/(\w+)\/(.+)$/.exec(path) ?? [];
  if (name === 'locked') return { status: 401, type: JSON_TYPE, body: errorOf('UNAUTHORIZED') };
  if (path === '/v2/') return { status: 200, type: JSON_TYPE, body: '{}' };
  if (kind === 'blobs' && reference === EMPTY.digest) return { status: 200, type: EMPTY.mediaType, body: '{}' };
  const found = kind === 'manifests' ? MANIFESTS.get(name) : undefined;
  return found ?? { status: 404, type: JSON_TYPE, body: errorOf('MANIFEST_UNKNOWN') };
}

function manifest(type: string, content: object): Answer {
  return { status: 200, type, body: JSON.stringify({ schemaVersion: 2, mediaType: type, ...content }) };
}

function errorOf(code: string): string {
  return JSON.stringify({ errors: [{ code, message: 'the registry of the test' }] });
}

function send(response: ServerResponse, { status, type, body }: Answer): void {
  response.writeHead(status, {
    ...{ 'content-type': type, 'content-length': Buffer.byteLength(body), 'docker-content-digest': digestOf(body) },
    ...(status === 401 ? { 'www-authenticate': 'Basic realm="test"' } : {}),
  });
  response.end(body);
}

function digestOf(body: string): string {
  return `sha256:${createHash('sha256').update(body).digest('hex')}`;
}
