import { z } from 'zod';

const probeSchema = z.discriminatedUnion('type', [
  /** Ready when the socket accepts a connection. */
  z.object({ type: z.literal('socket'), path: z.string() }),
  /** Ready when the URL answers 200. */
  z.object({ type: z.literal('http'), url: z.string() }),
  /** Ready when the URL answers 200 to a client with this certificate. */
  z.object({
    type: z.literal('https'),
    url: z.string(),
    authority: z.string(),
    certificate: z.string(),
    key: z.string(),
  }),
]);

/** How to see that a component does its work. */
export type Probe = z.infer<typeof probeSchema>;

const sandboxComponentSchema = z.object({
  name: z.string(),
  command: z.tuple([z.string()], z.string()),
  /** Artifacts that must be ready before this one starts. */
  after: z.array(z.string()),
  /** A component without one is ready when it runs. */
  probe: probeSchema.optional(),
});

export type SandboxComponent = z.infer<typeof sandboxComponentSchema>;

/** All that the sandbox needs to know: it starts and supervises these components, whatever they are. */
export const sandboxConfigurationSchema = z.object({
  /** The instance's folder, which stays visible whatever else is hidden. */
  directory: z.string(),
  /** The components start when this address has been given to the sandbox. */
  nodeAddress: z.string(),
  /** Commands that run to their end, one after the other, before the first component starts. */
  preparations: z.array(z.tuple([z.string()], z.string())),
  /** Folder of the components' logs. */
  logs: z.string(),
  /** File that always says how the components are. */
  report: z.string(),
  components: z.array(sandboxComponentSchema),
  /** Digest of the components' own configuration files: another one is another sandbox. */
  filesDigest: z.string(),
});

export type SandboxConfiguration = z.infer<typeof sandboxConfigurationSchema>;

const componentReportSchema = z.object({
  name: z.string(),
  /** `waiting` for others, `starting`, `ready`, or `failing`: it ended and will be started again. */
  state: z.enum(['waiting', 'starting', 'ready', 'failing']),
  /** How often it ended unasked. */
  restarts: z.number(),
  /** How it ended last. */
  lastEnd: z.string().optional(),
  /** When that was. */
  lastEndAt: z.iso.datetime().optional(),
  /** When the state was reached. */
  since: z.iso.datetime(),
});

export type ComponentReport = z.infer<typeof componentReportSchema>;

export const sandboxReportSchema = z.object({ components: z.array(componentReportSchema) });

export type SandboxReport = z.infer<typeof sandboxReportSchema>;
