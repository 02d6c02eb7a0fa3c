/** Why a Deployment is not ready, in words for people. */
export interface Trouble {
  /** One CamelCase word, Kubernetes' own where it has one, e.g. `ImagePullBackOff`. */
  readonly reason: string;
  /** A sentence that names the Deployment and the fact. */
  readonly message: string;
  /** Whether it can pass without a change to the Deployment: by itself, or by a hand from outside. */
  readonly healable: boolean;
  /** A container that ended and whose log may say why. */
  readonly crash?: Crash;
}

export interface Crash {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  /** Whether the log is that of the container before the present one. */
  readonly previous: boolean;
}
