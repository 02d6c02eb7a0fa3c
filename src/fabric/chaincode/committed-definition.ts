import { z } from 'zod';

import { PrintedPolicy, readApplicationPolicy, type ApplicationPolicy } from './endorsement-policy.ts';

/** The definition of a chaincode that a channel has, as `peer lifecycle chaincode querycommitted` tells it. */
export interface CommittedDefinition {
  readonly name: string;
  readonly version: string;
  readonly sequence: number;
  readonly endorsementPlugin: string;
  readonly validationPlugin: string;
  readonly endorsementPolicy: ApplicationPolicy;
  readonly initRequired: boolean;
  readonly collections: readonly CommittedCollection[];
}

export interface CommittedCollection {
  readonly name: string;
  /** Who the members are. */
  readonly policy: ApplicationPolicy;
  readonly requiredPeerCount: number;
  readonly maxPeerCount: number;
  /** In blocks; 0 means for ever. */
  readonly blockToLive: number;
  readonly memberOnlyRead: boolean;
  readonly memberOnlyWrite: boolean;
  /** Undefined means the chaincode's own. */
  readonly endorsementPolicy: ApplicationPolicy | undefined;
}

/*
 * Messages of peer/lifecycle/lifecycle.proto and peer/collection.proto as the peer program prints them; see
 * application-policy.ts about this JSON. What is left out is zero, false or empty.
 */
const PrintedCollection = z
  .object({
    Payload: z.object({
      StaticCollectionConfig: z.object({
        name: z.string(),
        member_orgs_policy: z.object({ Payload: PrintedPolicy }),
        required_peer_count: z.number().default(0),
        maximum_peer_count: z.number().default(0),
        block_to_live: z.number().default(0),
        member_only_read: z.boolean().default(false),
        member_only_write: z.boolean().default(false),
        endorsement_policy: z.object({ Type: PrintedPolicy }).optional(),
      }),
    }),
  })
  .transform(({ Payload: { StaticCollectionConfig: collection } }): CommittedCollection => {
    return {
      name: collection.name,
      policy: collection.member_orgs_policy.Payload,
      requiredPeerCount: collection.required_peer_count,
      maxPeerCount: collection.maximum_peer_count,
      blockToLive: collection.block_to_live,
      memberOnlyRead: collection.member_only_read,
      memberOnlyWrite: collection.member_only_write,
      endorsementPolicy: collection.endorsement_policy?.Type,
    };
  });

const printedDefinition = z.object({
  sequence: z.number(),
  version: z.string(),
  endorsement_plugin: z.string().default(''),
  validation_plugin: z.string().default(''),
  validation_parameter: z.string().default(''),
  collections: z.object({ config: z.array(PrintedCollection).default([]) }).default({ config: [] }),
  init_required: z.boolean().default(false),
});

function committed(name: string, printed: z.output<typeof printedDefinition>): CommittedDefinition {
  return {
    name,
    version: printed.version,
    sequence: printed.sequence,
    endorsementPlugin: printed.endorsement_plugin,
    validationPlugin: printed.validation_plugin,
    endorsementPolicy: readApplicationPolicy(Buffer.from(printed.validation_parameter, 'base64')),
    initRequired: printed.init_required,
    collections: printed.collections.config,
  };
}

/** Answer of `querycommitted` to the question for all definitions (QueryChaincodeDefinitionsResult). */
export const PrintedDefinitions = z
  .object({ chaincode_definitions: z.array(printedDefinition.extend({ name: z.string() })).default([]) })
  .transform(({ chaincode_definitions: all }) => all.map((one) => committed(one.name, one)));

/** Whether an organization has approved, by MSP ID. */
export type Approvals = Readonly<Record<string, boolean>>;

export const PrintedApprovals = z.record(z.string(), z.boolean());

/** Answer of `querycommitted` to the question for one definition (QueryChaincodeDefinitionResult), which leaves its name out. */
export function printedDefinitionOf(name: string): z.ZodType<CommittedDefinition & { readonly approvals: Approvals }> {
  return printedDefinition
    .extend({ approvals: PrintedApprovals.default({}) })
    .transform((printed) => ({ ...committed(name, printed), approvals: printed.approvals }));
}
