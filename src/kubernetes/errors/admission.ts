/** How an admission controller refuses an object as it is. */
export type AdmissionRefusal =
  /** A ResourceQuota on something that the object does not say. */
  | 'LimitsRequired'
  /** A LimitRange, of what containers and pods ask for. */
  | 'LimitRangeViolation'
  /** A LimitRange, of the size of a volume claim. */
  | 'ClaimOutOfRange'
  | 'PodSecurityViolation'
  /** A policy or a webhook. */
  | 'AdmissionDenied';

/** The API has no reason of its own for it: some controllers say `Forbidden`, as for a right that is missing, others what they like. */
const SIGNS: readonly { readonly sign: RegExp; readonly refusal: AdmissionRefusal }[] = [
  { sign: /failed quota: .*must specify/, refusal: 'LimitsRequired' },
  { sign: /(minimum|maximum) \S+ usage per PersistentVolumeClaim/, refusal: 'ClaimOutOfRange' },
  { sign: /(minimum|maximum) \S+ usage per |limit to request ratio per /, refusal: 'LimitRangeViolation' },
  { sign: /violates PodSecurity/, refusal: 'PodSecurityViolation' },
  {
    sign: /admission webhook ".*?" denied the request|ValidatingAdmissionPolicy '.*?' .*denied request/,
    refusal: 'AdmissionDenied',
  },
];

/**
 * Which refusal of an admission controller a message tells.
 *
 * @param message of the API server, or of a controller to which it has answered so
 * @returns undefined if it is something else
 */
export function admissionRefusal(message: string): AdmissionRefusal | undefined {
  return SIGNS.find(({ sign }) => sign.test(message))?.refusal;
}
