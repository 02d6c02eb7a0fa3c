import { z } from 'zod';

/*
 * What the cluster, its orderers and its peers say of a network. All of it comes from the last look at them, which is kept in the database: each answer says when
 * that was, and why there has been no later one.
 */

/** When something was looked at. */
export const observationSchema = z
  .object({
    observedAt: z.string().optional().describe('When it was looked at; absent where nobody has looked yet.'),
    stale: z
      .object({
        since: z.string().describe('When the first look failed that came after the one that is shown.'),
        reason: z
          .string()
          .describe('Name of what is in the way, e.g. NO_WORKER, TEMPORAL_UNAVAILABLE, ClusterUnreachable.'),
        message: z.string(),
      })
      .optional()
      .describe('Why there is no later look; absent where looks succeed.'),
  })
  .meta({ title: 'Observation' });

/** `unknown`: nobody has looked, or it could not be found out. `missing`: it is described and not there. */
export const stateSchema = z.enum(['ready', 'notReady', 'missing', 'unknown']);

const currentStepSchema = z
  .object({
    run: z.string(),
    step: z.string(),
    target: z.string(),
    since: z.string().optional(),
    attempt: z.int(),
    type: z.string().optional().describe('Name of what is waited for.'),
    reason: z.string(),
    nextAttemptAt: z.string().optional(),
  })
  .meta({ title: 'CurrentStep', description: 'What a run does to it now.' });

/** What every part of a network has in the topology. */
const partSchema = z.object({
  state: stateSchema,
  reason: z.string().describe('Why it is not ready; empty where it is, or where that is not known.'),
  since: z.string().optional().describe('Since when it has been ready or not.'),
  step: currentStepSchema.optional().describe('What a run does to it now; absent where none does.'),
});

const nodeSchema = partSchema
  .extend({
    id: z.string().describe('As steps name it, e.g. org1/peer1.'),
    name: z.string().describe('Within its organization, e.g. peer1.'),
    version: z.string().optional().describe('Tag of the image that it runs.'),
    certificateEnds: z.string().optional().describe('When the first of its certificates ends.'),
    channels: z.array(z.string()).readonly().describe('Names of the channels that it is in.'),
  })
  .meta({ title: 'Node' });

export const topologySchema = z
  .object({
    network: z.string(),
    structure: z
      .string()
      .describe(
        'Changes with organizations, nodes, channels, chaincodes and who belongs to what, and with no state: lay out anew when it does.',
      ),
    lastEvent: z.int().describe('What has happened to the network after this place follows: /events?after=.'),
    run: z.string().optional().describe('Id of the run that works on the network now.'),
    observation: observationSchema,
    organizations: z
      .array(
        z.object({
          name: z.string(),
          mspId: z.string(),
          domain: z.string(),
          cluster: z.string(),
          namespace: z.string(),
          certificateAuthority: nodeSchema,
          orderers: z.array(nodeSchema).readonly(),
          peers: z.array(nodeSchema).readonly(),
        }),
      )
      .readonly(),
    channels: z
      .array(
        partSchema.extend({
          name: z.string(),
          height: z.int().optional().describe('Number of blocks; absent where it is not known.'),
          orderers: z.array(z.object({ organization: z.string(), nodes: z.array(z.string()).readonly() })).readonly(),
          members: z.array(z.object({ organization: z.string(), nodes: z.array(z.string()).readonly() })).readonly(),
        }),
      )
      .readonly(),
    chaincodes: z
      .array(
        partSchema.extend({
          id: z.string().describe('Channel and name, e.g. mychannel/basic.'),
          name: z.string(),
          channel: z.string(),
          version: z.string().describe('As it is described.'),
          members: z.array(z.string()).readonly().describe('Names of the organizations whose peers run it.'),
        }),
      )
      .readonly(),
  })
  .meta({ title: 'Topology' });

export const certificateSchema = z
  .object({
    owner: z.string().describe('Whose it is, e.g. org1/peer1.'),
    organization: z.string(),
    kind: z
      .enum(['ca', 'tlsca', 'adminca', 'operationsca', 'metricsclient', 'registrar', 'identity', 'tls'])
      .describe(
        'Roots of the two CAs; of the CA that orderers trust at their admin endpoints; of the CA that nodes trust at their operations endpoints; of who collects metrics there; by which the registrar is known to either of the two; of an identity; of an endpoint.',
      ),
    issuer: z.string().optional().describe('Distinguished name, e.g. CN=org1-ca; absent where it is not known.'),
    serial: z.string().describe('Hexadecimal.'),
    endsAt: z.string(),
    daysLeft: z.number().describe('Days until it ends, at the time of the answer; negative once it has.'),
    renewedFrom: z.string().optional().describe('From when on it is renewed; absent where it is not.'),
    endsWithCa: z.boolean().describe('Its CA ends then, so that a new one would end then, too.'),
    severity: z.enum(['ok', 'soon', 'urgent', 'ended']).describe('soon: within 60 days. urgent: within 14 days.'),
  })
  .meta({ title: 'Certificate' });

export const certificatesSchema = z
  .object({
    network: z.string(),
    observation: observationSchema,
    certificates: z.array(certificateSchema).readonly().describe('Those that end first come first.'),
  })
  .meta({ title: 'Certificates' });

export const channelsSchema = z
  .object({
    network: z.string(),
    observation: observationSchema,
    channels: z
      .array(
        z.object({
          name: z.string(),
          state: stateSchema,
          problems: z.array(z.string()).readonly(),
          height: z.int().optional().describe('Number of blocks of the orderer that has most.'),
          orderers: z
            .array(
              z.object({
                name: z.string().describe('Kubernetes name, e.g. org0-orderer1.'),
                status: z.string(),
                height: z.int(),
                leader: z.boolean(),
                reason: z.string(),
              }),
            )
            .readonly(),
          peers: z
            .array(z.object({ name: z.string(), height: z.int(), behind: z.int(), reason: z.string() }))
            .readonly()
            .describe('behind: blocks that the orderers have and it has not.'),
        }),
      )
      .readonly(),
  })
  .meta({ title: 'Channels' });

export const chaincodesSchema = z
  .object({
    network: z.string(),
    observation: observationSchema,
    chaincodes: z
      .array(
        z.object({
          name: z.string(),
          channel: z.string(),
          state: stateSchema,
          reason: z.string(),
          describedVersion: z.string().optional().describe('Absent where it is not described any more.'),
          version: z
            .string()
            .optional()
            .describe('As its channel has it; absent where it is not committed or not known.'),
          sequence: z.int().optional(),
          packageId: z.string().optional(),
          withoutEndorsers: z.array(z.string()).readonly(),
        }),
      )
      .readonly(),
  })
  .meta({ title: 'Chaincodes' });

export const identitiesSchema = z
  .object({
    network: z.string(),
    observation: observationSchema,
    identities: z
      .array(
        z.object({
          owner: z.string().describe('E.g. org1/peer1.'),
          organization: z.string(),
          mspId: z.string(),
          role: z.enum(['ca', 'registrar', 'admin', 'orderer', 'peer', 'client']),
          certificates: z.array(certificateSchema).readonly(),
        }),
      )
      .readonly(),
  })
  .meta({ title: 'Identities', description: 'Who is who, by public certificates: no keys.' });

export type StateObservation = z.infer<typeof observationSchema>;
export type PartReadiness = z.infer<typeof stateSchema>;
export type Topology = z.infer<typeof topologySchema>;
export type TopologyNode = z.infer<typeof nodeSchema>;
export type CurrentStep = z.infer<typeof currentStepSchema>;
export type Certificate = z.infer<typeof certificateSchema>;
export type Certificates = z.infer<typeof certificatesSchema>;
export type ChannelStates = z.infer<typeof channelsSchema>;
export type Chaincodes = z.infer<typeof chaincodesSchema>;
export type Identities = z.infer<typeof identitiesSchema>;
