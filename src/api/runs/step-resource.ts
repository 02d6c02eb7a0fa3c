import { z } from 'zod';

export const stepOutcomeSchema = z.enum([
  'running',
  'unchanged',
  'created',
  'updated',
  'removed',
  'failed',
  'cancelled',
]);

/** One attempt of a step. */
export const attemptSchema = z
  .object({
    attempt: z.int().describe('From 1; 0 where the step was found to have nothing to do, without being run.'),
    outcome: stepOutcomeSchema.describe('Of the attempt: one that failed may be followed by another.'),
    type: z.string().optional().describe('Name of the failure, or of what is waited for, e.g. ImagePullFailed.'),
    reason: z.string().describe('Why there was something to do, what is waited for, or why it failed.'),
    seconds: z.number(),
    startedAt: z.string().optional().describe('Absent where nobody saw its start.'),
    finishedAt: z.string().optional().describe('Absent while it runs.'),
    nextAttemptAt: z.string().optional().describe('When the next attempt was to begin.'),
  })
  .meta({ title: 'Attempt' });

/** A step as it was seen last. */
export const stepSummarySchema = z
  .object({
    step: z.string().describe('What is done, e.g. enrollIdentity.'),
    target: z.string().describe('What it is done to, e.g. org1/peer1.'),
    path: z.string().describe('Which child workflow it is of, e.g. org1/identities; empty for the run itself.'),
    outcome: stepOutcomeSchema.describe('`running` also between two attempts.'),
    attempts: z.int().describe('How often it was tried; the attempt that runs is not counted.'),
    type: attemptSchema.shape.type,
    reason: attemptSchema.shape.reason,
    remedy: z.string().optional().describe('What helps a step that waits; absent where nothing is known to.'),
    seconds: z.number().describe('From its start to its end, between attempts included.'),
    startedAt: attemptSchema.shape.startedAt,
    finishedAt: attemptSchema.shape.finishedAt,
    nextAttemptAt: z.string().optional().describe('When it is tried again; absent while it is not waited for that.'),
    link: z.string().describe('Where the step is found with its attempts.'),
  })
  .meta({ title: 'StepSummary' });

/** A step with its attempts. */
export const stepDetailSchema = stepSummarySchema
  .extend({
    history: z
      .array(attemptSchema)
      .readonly()
      .describe(
        'Its attempts, the first one first. Of attempts that came and went within a second some may be missing.',
      ),
  })
  .meta({ title: 'Step' });

/** What a step did, or would do, where its attempts are of no matter. */
export const stepOutlineSchema = z.object({
  step: z.string(),
  target: z.string(),
  outcome: stepOutcomeSchema,
  reason: z.string(),
});

export function stepOutline({ step, target, outcome, reason }: StepOutline): StepOutline {
  return { step, target, outcome, reason };
}

export type StepOutline = z.infer<typeof stepOutlineSchema>;
export type StepSummary = z.infer<typeof stepSummarySchema>;
export type StepDetail = z.infer<typeof stepDetailSchema>;
