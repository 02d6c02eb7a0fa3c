import { z } from 'zod';

export const revisionSummarySchema = z
  .object({
    number: z.int().describe('From 1, without gaps.'),
    createdAt: z.string(),
    createdBy: z.string(),
  })
  .meta({ title: 'RevisionSummary' });

export const revisionSchema = revisionSummarySchema
  .extend({
    description: z.unknown().describe('The completed description (/v1/schema).'),
    source: z.string().describe('The text as it was written, with its comments.'),
  })
  .meta({ title: 'Revision' });

const fieldChangeSchema = z.object({
  field: z
    .string()
    .describe('In the description’s own words, list items by their names: organizations[org1].peers[peer2].storage.'),
  change: z.enum(['added', 'removed', 'changed']),
  before: z.unknown().optional().describe('Absent where it was added.'),
  after: z.unknown().optional().describe('Absent where it was removed.'),
});

export const revisionDiffSchema = z
  .object({
    from: z.int(),
    to: z.int(),
    changes: z
      .array(fieldChangeSchema)
      .readonly()
      .describe('What differs between the completed descriptions; two texts that mean the same have none.'),
    text: z.string().describe('The texts as they were written, as a unified diff; empty where they are the same.'),
  })
  .meta({ title: 'RevisionDiff' });

export type RevisionChange = z.infer<typeof fieldChangeSchema>;
export type RevisionDiff = z.infer<typeof revisionDiffSchema>;
