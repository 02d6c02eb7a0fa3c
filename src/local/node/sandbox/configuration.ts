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

/** How to see that a part does its work. */
export type Probe = z.infer<typeof probeSchema>;

const sandboxPartSchema = z.object({
  name: z.string(),
  command: z.tuple([z.string()], z.string()),
  /** Parts that must be ready before this one starts. */
  after: z.array(z.string()),
  /** A part without one is ready when it runs. */
  probe: probeSchema.optional(),
});

export type SandboxPart = z.infer<typeof sandboxPartSchema>;

/** All that the sandbox needs to know: it starts and supervises these parts, whatever they are. */
export const sandboxConfigurationSchema = z.object({
  /** The instance's folder, which stays visible whatever else is hidden. */
  directory: z.string(),
  /** The parts start when this address has been given to the sandbox. */
  nodeAddress: z.string(),
  /** Commands that run to their end, one after the other, before the first part starts. */
  preparations: z.array(z.tuple([z.string()], z.string())),
  /** Folder of the parts' logs. */
  logs: z.string(),
  /** File that always says how the parts are. */
  report: z.string(),
  parts: z.array(sandboxPartSchema),
  /** Digest of the parts' own configuration files: another one is another sandbox. */
  filesDigest: z.string(),
});

export type SandboxConfiguration = z.infer<typeof sandboxConfigurationSchema>;

const partReportSchema = z.object({
  name: z.string(),
  /** `waiting` for others, `starting`, `ready`, or `failing`: it ended and will be started again. */
  state: z.enum(['waiting', 'starting', 'ready', 'failing']),
  /** How often it ended unasked. */
  restarts: z.number(),
  /** How it ended last. */
  lastEnd: z.string().optional(),
  /** When the state was reached. */
  since: z.iso.datetime(),
});

export type PartReport = z.infer<typeof partReportSchema>;

export const sandboxReportSchema = z.object({ parts: z.array(partReportSchema) });

export type SandboxReport = z.infer<typeof sandboxReportSchema>;
