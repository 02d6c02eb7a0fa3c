/** Weft's exit codes: published, so none ever changes its meaning. */
export const EXIT = {
  done: 0,
  failed: 1,
  /** Wrong usage or an invalid description; nothing was started. */
  usage: 2,
  /** Not signed in, or not allowed. */
  forbidden: 3,
  /** Temporal, a worker or the cluster cannot be reached. */
  unreachable: 4,
  /** `plan --exit-code`: there is something to do. */
  differences: 5,
  /** `status --exit-code`, and `up` when its last look finds it so: the network is not ready. */
  notReady: 6,
  /** Another run holds the network. */
  busy: 7,
  /** Declined at the prompt, or the run was cancelled. */
  declined: 8,
  /** `--timeout` passed; the run goes on. */
  timeout: 9,
  interrupted: 130,
  terminated: 143,
  /** A defect in Weft itself. */
  defect: 255,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** The codes in the words of `weft --help`. */
export const EXIT_CODES_HELP = `Exit codes:
  0 done   1 failed   2 wrong usage or description, nothing started   3 not allowed
  4 Temporal, worker or cluster not reachable   5 differences (plan --exit-code)
  6 not ready (up, status --exit-code)   7 another run holds the network   8 declined or cancelled
  9 waited too long, the run goes on   130, 143 interrupted   255 a defect in Weft`;
