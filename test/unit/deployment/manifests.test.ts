import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { describe, expect, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { z } from 'zod';

const WEFT = fileURLToPath(new URL('../../../kube/weft/', import.meta.url));
const BASE = join(WEFT, 'base');

const probe = z.object({ httpGet: z.object({ path: z.string(), port: z.string() }) });

const podSchema = z.object({
  serviceAccountName: z.string(),
  automountServiceAccountToken: z.boolean().optional(),
  enableServiceLinks: z.boolean(),
  securityContext: z.object({ runAsNonRoot: z.boolean() }),
  volumes: z
    .array(
      z.object({
        name: z.string(),
        secret: z.object({ secretName: z.string(), optional: z.boolean().optional() }).optional(),
      }),
    )
    .default([]),
  containers: z.array(
    z.object({
      volumeMounts: z.array(z.object({ name: z.string(), mountPath: z.string() })).default([]),
      image: z.string(),
      args: z.array(z.string()),
      ports: z.array(z.object({ name: z.string(), containerPort: z.number() })).default([]),
      readinessProbe: probe.optional(),
      livenessProbe: probe.optional(),
      securityContext: z.object({
        allowPrivilegeEscalation: z.boolean(),
        readOnlyRootFilesystem: z.boolean(),
        capabilities: z.object({ drop: z.array(z.string()) }),
      }),
    }),
  ),
});

const workloadSchema = z.object({
  kind: z.string(),
  metadata: z.object({ name: z.string() }),
  spec: z.object({ template: z.object({ spec: podSchema }) }),
});

function objectsOf(file: string): unknown[] {
  return parseAllDocuments(readFileSync(join(BASE, file), 'utf8')).map((document) => document.toJS() as unknown);
}

const files = readdirSync(BASE).filter((file) => file !== 'kustomization.yaml');
const workloads = files.flatMap(objectsOf).flatMap((object) => {
  const { success, data } = workloadSchema.safeParse(object);
  return success ? [data] : [];
});

describe('the manifests that deploy Weft', () => {
  it('are all part of the base', () => {
    const { resources } = z
      .object({ resources: z.array(z.string()) })
      .parse(parse(readFileSync(join(BASE, 'kustomization.yaml'), 'utf8')));
    expect(resources).toEqual(files.sort());
  });

  it('run a worker, the API and a migration', () => {
    expect(workloads.map(({ kind, metadata: { name } }) => `${kind} ${name}`).sort()).toEqual([
      'Deployment weft-api',
      'Deployment weft-worker',
      'Job weft-migrate',
    ]);
  });

  describe.each(workloads)('$kind $metadata.name', ({ metadata: { name }, spec }) => {
    const pod = spec.template.spec;

    it('runs without rights, on a root that is only read', () => {
      expect(pod.securityContext.runAsNonRoot).toBe(true);
      for (const { securityContext } of pod.containers) {
        expect(securityContext).toEqual({
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ['ALL'] },
        });
      }
    });

    it("takes no Service's address for a setting", () => {
      expect(pod.enableServiceLinks).toBe(false);
    });

    it('has credentials for Kubernetes only if it is the worker', () => {
      expect(pod.automountServiceAccountToken ?? true).toBe(name === 'weft-worker');
    });

    it('is asked at the ports where it answers', () => {
      for (const { args, ports, readinessProbe, livenessProbe } of pod.containers) {
        const asked = [readinessProbe, livenessProbe].flatMap((one) => (one === undefined ? [] : [one.httpGet]));
        expect(asked.map(({ path }) => path)).toEqual(name === 'weft-migrate' ? [] : ['/readyz', '/livez']);
        for (const { port } of asked) expect(ports.map((one) => one.name)).toContain(port);
        for (const { containerPort } of ports) expect(args.join(' ')).toContain(`0.0.0.0:${containerPort}`);
      }
    });

    it('has the image that an overlay names', () => {
      expect(pod.containers.map(({ image }) => image)).toEqual(['weft']);
    });
  });

  it('run without keys of payloads, and find them where the example overlay says', () => {
    const overlay = readFileSync(join(WEFT, 'overlays/example/kustomization.yaml'), 'utf8');
    const [, folder, file] = /WEFT_PAYLOAD_KEY_FILE=(\S+)\/(\S+)/.exec(overlay) ?? [];
    expect(file).toBe('keys');
    const encrypting = workloads.filter(({ kind }) => kind === 'Deployment');
    for (const { spec } of encrypting) {
      const { volumes, containers } = spec.template.spec;
      const volume = volumes.find(({ secret }) => secret?.secretName === 'weft-payload-keys');
      expect(volume?.secret?.optional).toBe(true);
      const mounts = containers.flatMap(({ volumeMounts }) => volumeMounts);
      expect(mounts).toContainEqual(expect.objectContaining({ name: volume?.name, mountPath: folder }));
    }
  });
});
