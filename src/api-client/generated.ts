/* Types of the HTTP API, made from what it says of itself: `npm run generate` makes them anew. */

export interface paths {
  '/livez': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Whether the process lives */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description Default Response */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': {
              /** @enum {string} */
              status: 'ok';
            };
          };
        };
        /** @description Why it could not be done */
        default: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/readyz': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Whether the database and Temporal answer */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description Default Response */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': {
              /** @enum {string} */
              status: 'ok';
            };
          };
        };
        /** @description Why it could not be done */
        default: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/sign-in': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** How one can sign in */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description Default Response */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': {
              /**
               * @description With a token: POST /v1/session.
               * @enum {boolean}
               */
              token: true;
              /** @description Where a browser is sent to sign in at the issuer; absent without one. */
              oidc?: string;
            };
          };
        };
        /** @description Why it could not be done */
        default: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/session': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Who one is, and what one may do
     * @description Needs no role.
     */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description Default Response */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': {
              /** @description Under what name runs and the audit have what is done. */
              name: string;
              /** @description What one may do; the highest role on a network counts. */
              readonly roles: {
                /** @enum {string} */
                role: 'viewer' | 'operator' | 'admin';
                /** @description The only network that the role is for; absent means all. */
                network?: {
                  cluster: string;
                  name: string;
                };
              }[];
              /** @description When the session of a browser ends; absent for other ways to sign in. */
              expiresAt?: string;
              /** @description What a browser that is signed in by its cookie sends as X-CSRF-Token with all but GET and HEAD. */
              csrfToken?: string;
            };
          };
        };
        /** @description Why it could not be done */
        default: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
      };
    };
    put?: never;
    /**
     * Sign a browser in with a token or a link
     * @description The answer sets the cookie of the session.
     */
    post: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      /** @description Either of the two. */
      requestBody: {
        content: {
          'application/json':
            | {
                /** @description A token of `weft token add`. */
                token: string;
              }
            | {
                /** @description What stands in a link of `weft api` after #link=; it is good once. */
                link: string;
              };
        };
      };
      responses: {
        /** @description Default Response */
        201: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': {
              /** @description Under what name runs and the audit have what is done. */
              name: string;
              /** @description What one may do; the highest role on a network counts. */
              readonly roles: {
                /** @enum {string} */
                role: 'viewer' | 'operator' | 'admin';
                /** @description The only network that the role is for; absent means all. */
                network?: {
                  cluster: string;
                  name: string;
                };
              }[];
              /** @description When the session of a browser ends; absent for other ways to sign in. */
              expiresAt?: string;
              /** @description What a browser that is signed in by its cookie sends as X-CSRF-Token with all but GET and HEAD. */
              csrfToken?: string;
            };
          };
        };
        /** @description Why it could not be done */
        default: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
      };
    };
    /**
     * Sign out
     * @description Ends the session of the browser; whoever is signed in otherwise has none to end. Needs no role.
     */
    delete: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description Default Response */
        204: {
          headers: {
            [name: string]: unknown;
          };
          content?: never;
        };
        /** @description Why it could not be done */
        default: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
      };
    };
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/sign-in-links': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Make a link that signs one browser in as whoever asks for it
     * @description Needs no role.
     */
    post: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description Default Response */
        201: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': {
              /** @description What stands after /sign-in#link= in the address; it is good once. */
              link: string;
              /** @description Until when. */
              expiresAt: string;
            };
          };
        };
        /** @description Why it could not be done */
        default: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/schema': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * The JSON Schema of a network description
     * @description Needs the role viewer.
     */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description Default Response */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': {
              [key: string]: unknown;
            };
          };
        };
        /** @description Why it could not be done */
        default: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/clusters': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * The clusters on which networks are, and whether a worker does their steps
     * @description Needs the role viewer.
     */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description Default Response */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': {
              clusters: {
                name: string;
                /** @description How many networks have organizations there. */
                networks: number;
                /**
                 * @description Whether a worker does the steps of networks there; Unknown where nobody has looked.
                 * @enum {string}
                 */
                worker: 'True' | 'False' | 'Unknown';
                /** @description When a worker gave the last sign of life. */
                workerSeenAt?: string;
                /** @description Absent while there is a worker. */
                withoutWorkerSince?: string;
                /** @description When somebody looked last; absent where nobody has. */
                lookedAt?: string;
              }[];
            };
          };
        };
        /** @description Why it could not be done */
        default: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/networks': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * The networks of the cluster, by name
     * @description Needs the role viewer.
     */
    get: {
      parameters: {
        query?: {
          /** @description How many at most; 0 means 50, and more than 1000 are cut to that. */
          pageSize?: number;
          /** @description The nextPageToken of the page before. */
          pageToken?: string;
        };
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description Default Response */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': {
              networks: {
                metadata: {
                  name: string;
                  cluster: string;
                  /** @description Goes up with whatever is asked of the network. */
                  generation: number;
                  /** @description Send it as If-Match with a change. */
                  etag: string;
                  /** @description The revision of the description that was asked for last. */
                  revision?: number;
                  createdAt: string;
                  createdBy: string;
                  /** @description What has happened to the network after this place follows: /events?after=. */
                  lastEvent: number;
                };
                status: {
                  /**
                   * @description Whether all conditions were true; Unknown where nobody has looked.
                   * @enum {string}
                   */
                  ready: 'True' | 'False' | 'Unknown';
                  /** @description The revision that the conditions are about. */
                  observedRevision?: number;
                  readonly conditions: {
                    type: string;
                    /**
                     * @description Unknown where it could not be found out; only True is good.
                     * @enum {string}
                     */
                    status: 'True' | 'False' | 'Unknown';
                    since?: string;
                    reason: string;
                    message: string;
                    /** @description Reasons of the objects that keep it from being true, e.g. ImagePullBackOff; absent where none is known. */
                    readonly causes?: string[];
                    /** @description What helps; absent where nothing is known to. */
                    readonly remedies?: string[];
                  }[];
                  /** @description When the conditions were seen; absent where nobody has looked. */
                  seenAt?: string;
                  /** @description Clusters of the network without a worker: it stands there as it is, and its runs wait. */
                  readonly withoutWorker: {
                    cluster: string;
                    since: string;
                  }[];
                };
              }[];
              /** @description Where the list goes on; empty at its end. */
              nextPageToken: string;
            };
          };
        };
        /** @description Why it could not be done */
        default: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/networks/{name}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * A network with its description
     * @description Needs the role viewer.
     */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          /** @description Name of the network. */
          name: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description Default Response */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': {
              metadata: {
                name: string;
                cluster: string;
                /** @description Goes up with whatever is asked of the network. */
                generation: number;
                /** @description Send it as If-Match with a change. */
                etag: string;
                /** @description The revision of the description that was asked for last. */
                revision?: number;
                createdAt: string;
                createdBy: string;
                /** @description What has happened to the network after this place follows: /events?after=. */
                lastEvent: number;
              };
              status: {
                /**
                 * @description Whether all conditions were true; Unknown where nobody has looked.
                 * @enum {string}
                 */
                ready: 'True' | 'False' | 'Unknown';
                /** @description The revision that the conditions are about. */
                observedRevision?: number;
                readonly conditions: {
                  type: string;
                  /**
                   * @description Unknown where it could not be found out; only True is good.
                   * @enum {string}
                   */
                  status: 'True' | 'False' | 'Unknown';
                  since?: string;
                  reason: string;
                  message: string;
                  /** @description Reasons of the objects that keep it from being true, e.g. ImagePullBackOff; absent where none is known. */
                  readonly causes?: string[];
                  /** @description What helps; absent where nothing is known to. */
                  readonly remedies?: string[];
                }[];
                /** @description When the conditions were seen; absent where nobody has looked. */
                seenAt?: string;
                /** @description Clusters of the network without a worker: it stands there as it is, and its runs wait. */
                readonly withoutWorker: {
                  cluster: string;
                  since: string;
                }[];
              };
              /** @description The completed description (/v1/schema); absent where nobody has described it here. */
              spec?: unknown;
            };
          };
        };
        /** @description Why it could not be done */
        default: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
      };
    };
    /**
     * Bring a network up as its description says
     * @description Keeps the description as a revision and starts the run that brings the network to it, or joins the run that does so already. A network that is there needs If-Match. Needs the role operator.
     */
    put: {
      parameters: {
        query?: {
          /** @description Id of a plan: just what it says is done, and approved with it. Neither body, If-Match nor other switches are needed. */
          plan?: string;
          /** @description Answer with the plan, and change nothing. */
          dryRun?: 'true' | 'false';
          /** @description Remove what the description no longer names. */
          approveRemoval?: 'true' | 'false';
          /** @description Remove the ledger volumes of removed nodes, too. */
          pruneData?: 'true' | 'false';
          /** @description Remove channels that it no longer names; their names stay taken. */
          removeChannels?: 'true' | 'false';
        };
        header?: {
          /** @description A new one for each request, e.g. a UUID: repeated with the same, the request is carried out once (24 h). */
          'idempotency-key'?: string;
          /** @description The etag of the state that the change is made to. */
          'if-match'?: string;
          /** @description "*": the network must not be there yet. */
          'if-none-match'?: string;
        };
        path: {
          /** @description Name of the network. */
          name: string;
        };
        cookie?: never;
      };
      requestBody: {
        content: {
          'application/json': components['schemas']['NetworkDescription'];
          'application/yaml': string;
        };
      };
      responses: {
        /** @description Default Response */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': {
              network: string;
              /** @description What it would be to the network as a whole; unchanged means nothing. */
              outcome: string;
              counts: {
                unchanged: number;
                created: number;
                updated: number;
                removed: number;
              };
              /** @description What would be changed; what would stay as it is is left out. */
              readonly steps: {
                step: string;
                target: string;
                /** @enum {string} */
                outcome: 'running' | 'unchanged' | 'created' | 'updated' | 'removed' | 'failed' | 'cancelled';
                reason: string;
              }[];
              /** @description The signatures that changes of channels need, by MSP IDs. */
              readonly signatures?: {
                channel: string;
                readonly signers: string[];
                readonly missing: string[];
                readonly unmet: string[];
              }[];
              readonly notices?: string[];
              /** @description Put the network with ?plan=<id> to have just this done. */
              id: string;
              createdAt: string;
              createdBy: string;
              /** @description Until when it can be carried out. */
              expiresAt: string;
            };
          };
        };
        /** @description Default Response */
        202: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': {
              id: string;
              network: string;
              cluster: string;
              /** @enum {string} */
              kind: 'up' | 'down' | 'renew' | 'plan';
              /**
               * @description "not ready": every step was done, and the network was not ready then.
               * @enum {string}
               */
              state: 'running' | 'done' | 'not ready' | 'failed' | 'cancelled' | 'terminated' | 'timed out';
              /** @description The run has ended, in whatever way. */
              done: boolean;
              /** @description The revision of the description that it carries out. */
              revision?: number;
              startedAt: string;
              finishedAt?: string;
              requestedBy: string;
              requestId?: string;
              /**
               * Pause
               * @description As it was seen last; absent while the run is not paused.
               */
              paused?: {
                by: string;
                reason: string;
                since: string;
              };
              /** @description What has happened after this place follows: /events?after=. */
              lastEvent: number;
              /** @description What Temporal knows it by. */
              workflow: {
                workflowId: string;
                runId: string;
              };
              /** @description Why it did not end well. */
              error?: {
                type: string;
                message: string;
                readonly remedies: string[];
              };
              /** @description Its steps as they were seen last. */
              readonly steps: {
                /** @description What is done, e.g. enrollIdentity. */
                step: string;
                /** @description What it is done to, e.g. org1/peer1. */
                target: string;
                /** @enum {string} */
                outcome: 'running' | 'unchanged' | 'created' | 'updated' | 'removed' | 'failed' | 'cancelled';
                attempts: number;
                seconds: number;
                /** @description Why it had something to do, what it waits for, or why it failed. */
                reason: string;
                /** @description What helps a step that waits; absent where nothing is known to. */
                remedy?: string;
              }[];
              /** @description How many steps had each outcome. */
              counts: {
                unchanged: number;
                created: number;
                updated: number;
                removed: number;
              };
              /** @description The network as it was at its end. */
              readonly conditions?: {
                type: string;
                /**
                 * @description Unknown where it could not be found out; only True is good.
                 * @enum {string}
                 */
                status: 'True' | 'False' | 'Unknown';
                since?: string;
                reason: string;
                message: string;
                /** @description Reasons of the objects that keep it from being true, e.g. ImagePullBackOff; absent where none is known. */
                readonly causes?: string[];
                /** @description What helps; absent where nothing is known to. */
                readonly remedies?: string[];
              }[];
              readonly notices?: string[];
              /** @description Clusters of its network without a worker, whose steps wait for one; empty of a run that has ended. */
              readonly withoutWorker: {
                cluster: string;
                since: string;
              }[];
            };
          };
        };
        /** @description Why it could not be done */
        default: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
      };
    };
    post?: never;
    /**
     * Remove a network with everything that Weft made for it
     * @description There is no undo. Its runs and revisions are kept. Needs the role admin.
     */
    delete: {
      parameters: {
        query: {
          /** @description The name of the network, once more. */
          confirm: string;
          /** @description Keep the volumes of peers, orderers and CAs. */
          keepData?: 'true' | 'false';
        };
        header?: {
          /** @description The etag of the state that the change is made to. */
          'if-match'?: string;
          /** @description "*": the network must not be there yet. */
          'if-none-match'?: string;
        };
        path: {
          /** @description Name of the network. */
          name: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description Default Response */
        202: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': {
              id: string;
              network: string;
              cluster: string;
              /** @enum {string} */
              kind: 'up' | 'down' | 'renew' | 'plan';
              /**
               * @description "not ready": every step was done, and the network was not ready then.
               * @enum {string}
               */
              state: 'running' | 'done' | 'not ready' | 'failed' | 'cancelled' | 'terminated' | 'timed out';
              /** @description The run has ended, in whatever way. */
              done: boolean;
              /** @description The revision of the description that it carries out. */
              revision?: number;
              startedAt: string;
              finishedAt?: string;
              requestedBy: string;
              requestId?: string;
              /**
               * Pause
               * @description As it was seen last; absent while the run is not paused.
               */
              paused?: {
                by: string;
                reason: string;
                since: string;
              };
              /** @description What has happened after this place follows: /events?after=. */
              lastEvent: number;
              /** @description What Temporal knows it by. */
              workflow: {
                workflowId: string;
                runId: string;
              };
              /** @description Why it did not end well. */
              error?: {
                type: string;
                message: string;
                readonly remedies: string[];
              };
              /** @description Its steps as they were seen last. */
              readonly steps: {
                /** @description What is done, e.g. enrollIdentity. */
                step: string;
                /** @description What it is done to, e.g. org1/peer1. */
                target: string;
                /** @enum {string} */
                outcome: 'running' | 'unchanged' | 'created' | 'updated' | 'removed' | 'failed' | 'cancelled';
                attempts: number;
                seconds: number;
                /** @description Why it had something to do, what it waits for, or why it failed. */
                reason: string;
                /** @description What helps a step that waits; absent where nothing is known to. */
                remedy?: string;
              }[];
              /** @description How many steps had each outcome. */
              counts: {
                unchanged: number;
                created: number;
                updated: number;
                removed: number;
              };
              /** @description The network as it was at its end. */
              readonly conditions?: {
                type: string;
                /**
                 * @description Unknown where it could not be found out; only True is good.
                 * @enum {string}
                 */
                status: 'True' | 'False' | 'Unknown';
                since?: string;
                reason: string;
                message: string;
                /** @description Reasons of the objects that keep it from being true, e.g. ImagePullBackOff; absent where none is known. */
                readonly causes?: string[];
                /** @description What helps; absent where nothing is known to. */
                readonly remedies?: string[];
              }[];
              readonly notices?: string[];
              /** @description Clusters of its network without a worker, whose steps wait for one; empty of a run that has ended. */
              readonly withoutWorker: {
                cluster: string;
                since: string;
              }[];
            };
          };
        };
        /** @description Why it could not be done */
        default: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
      };
    };
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/networks/{name}/runs': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * The runs of a network, newest first
     * @description Needs the role viewer.
     */
    get: {
      parameters: {
        query?: {
          /** @description How many at most; 0 means 50, and more than 1000 are cut to that. */
          pageSize?: number;
          /** @description The nextPageToken of the page before. */
          pageToken?: string;
        };
        header?: never;
        path: {
          /** @description Name of the network. */
          name: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description Default Response */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': {
              runs: {
                id: string;
                network: string;
                cluster: string;
                /** @enum {string} */
                kind: 'up' | 'down' | 'renew' | 'plan';
                /**
                 * @description "not ready": every step was done, and the network was not ready then.
                 * @enum {string}
                 */
                state: 'running' | 'done' | 'not ready' | 'failed' | 'cancelled' | 'terminated' | 'timed out';
                /** @description The run has ended, in whatever way. */
                done: boolean;
                /** @description The revision of the description that it carries out. */
                revision?: number;
                startedAt: string;
                finishedAt?: string;
                requestedBy: string;
                requestId?: string;
                /**
                 * Pause
                 * @description As it was seen last; absent while the run is not paused.
                 */
                paused?: {
                  by: string;
                  reason: string;
                  since: string;
                };
                /** @description What has happened after this place follows: /events?after=. */
                lastEvent: number;
                /** @description What Temporal knows it by. */
                workflow: {
                  workflowId: string;
                  runId: string;
                };
                /** @description Why it did not end well. */
                error?: {
                  type: string;
                  message: string;
                  readonly remedies: string[];
                };
              }[];
              /** @description Where the list goes on; empty at its end. */
              nextPageToken: string;
            };
          };
        };
        /** @description Why it could not be done */
        default: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/networks/{name}:validate': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Check a description
     * @description Tells every issue with its place. Nothing but the description is looked at. Needs the role viewer.
     */
    post: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          /** @description Name of the network. */
          name: string;
        };
        cookie?: never;
      };
      requestBody: {
        content: {
          'application/json': components['schemas']['NetworkDescription'];
          'application/yaml': string;
        };
      };
      responses: {
        /** @description Default Response */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': {
              valid: boolean;
              errors: {
                /** @description What is wrong, and what would be right. */
                detail: string;
                /** @description Stable name of what is wrong, e.g. INVALID_TYPE; absent where it has none. */
                reason?: string;
                /** @description Where in the body, as a JSON Pointer (RFC 6901). */
                pointer?: string;
                /** @description The parameter of the path, the query or the header. */
                parameter?: string;
                /** @description Line of the body as it was sent, from 1. */
                line?: number;
                /** @description Column of the line, from 1. */
                column?: number;
                /** @description The word that was probably meant. */
                suggestion?: string;
              }[];
              warnings: {
                /** @description What is wrong, and what would be right. */
                detail: string;
                /** @description Stable name of what is wrong, e.g. INVALID_TYPE; absent where it has none. */
                reason?: string;
                /** @description Where in the body, as a JSON Pointer (RFC 6901). */
                pointer?: string;
                /** @description The parameter of the path, the query or the header. */
                parameter?: string;
                /** @description Line of the body as it was sent, from 1. */
                line?: number;
                /** @description Column of the line, from 1. */
                column?: number;
                /** @description The word that was probably meant. */
                suggestion?: string;
              }[];
              /** @description The completed description; absent where it is not valid. */
              description?: unknown;
            };
          };
        };
        /** @description Why it could not be done */
        default: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/networks/{name}:plan': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * What a description would change
     * @description A dry run of the same steps: it refuses what they would refuse, and touches nothing. Needs the role operator.
     */
    post: {
      parameters: {
        query?: {
          pruneData?: 'true' | 'false';
        };
        header?: {
          /** @description A new one for each request, e.g. a UUID: repeated with the same, the request is carried out once (24 h). */
          'idempotency-key'?: string;
        };
        path: {
          /** @description Name of the network. */
          name: string;
        };
        cookie?: never;
      };
      requestBody: {
        content: {
          'application/json': components['schemas']['NetworkDescription'];
          'application/yaml': string;
        };
      };
      responses: {
        /** @description Default Response */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': {
              network: string;
              /** @description What it would be to the network as a whole; unchanged means nothing. */
              outcome: string;
              counts: {
                unchanged: number;
                created: number;
                updated: number;
                removed: number;
              };
              /** @description What would be changed; what would stay as it is is left out. */
              readonly steps: {
                step: string;
                target: string;
                /** @enum {string} */
                outcome: 'running' | 'unchanged' | 'created' | 'updated' | 'removed' | 'failed' | 'cancelled';
                reason: string;
              }[];
              /** @description The signatures that changes of channels need, by MSP IDs. */
              readonly signatures?: {
                channel: string;
                readonly signers: string[];
                readonly missing: string[];
                readonly unmet: string[];
              }[];
              readonly notices?: string[];
              /** @description Put the network with ?plan=<id> to have just this done. */
              id: string;
              createdAt: string;
              createdBy: string;
              /** @description Until when it can be carried out. */
              expiresAt: string;
            };
          };
        };
        /** @description Why it could not be done */
        default: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/networks/{name}/plans/{plan}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * A plan that can be carried out
     * @description Needs the role viewer.
     */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          /** @description Name of the network. */
          name: string;
          /** @description Id of the plan. */
          plan: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description Default Response */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': {
              network: string;
              /** @description What it would be to the network as a whole; unchanged means nothing. */
              outcome: string;
              counts: {
                unchanged: number;
                created: number;
                updated: number;
                removed: number;
              };
              /** @description What would be changed; what would stay as it is is left out. */
              readonly steps: {
                step: string;
                target: string;
                /** @enum {string} */
                outcome: 'running' | 'unchanged' | 'created' | 'updated' | 'removed' | 'failed' | 'cancelled';
                reason: string;
              }[];
              /** @description The signatures that changes of channels need, by MSP IDs. */
              readonly signatures?: {
                channel: string;
                readonly signers: string[];
                readonly missing: string[];
                readonly unmet: string[];
              }[];
              readonly notices?: string[];
              /** @description Put the network with ?plan=<id> to have just this done. */
              id: string;
              createdAt: string;
              createdBy: string;
              /** @description Until when it can be carried out. */
              expiresAt: string;
            };
          };
        };
        /** @description Why it could not be done */
        default: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/networks/{name}:renew': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Renew certificates now, one node at a time
     * @description All of them, with the keys that they have, unless the body says which. Needs the role operator.
     */
    post: {
      parameters: {
        query?: never;
        header?: {
          /** @description A new one for each request, e.g. a UUID: repeated with the same, the request is carried out once (24 h). */
          'idempotency-key'?: string;
        };
        path: {
          /** @description Name of the network. */
          name: string;
        };
        cookie?: never;
      };
      requestBody: {
        content: {
          'application/json': {
            /** @description Only of these: an organization (org1), or what is its own (org1/peer1, org1/admin, org1/ca). */
            targets?: string[];
            /**
             * @description Only those that are due; goes with no targets.
             * @default false
             */
            dueOnly?: boolean;
            /**
             * @description Replace the keys, too; channels learn the new key of an orderer before it starts with that. Goes with targets.
             * @default false
             */
            newKeys?: boolean;
          } | null;
        };
      };
      responses: {
        /** @description Default Response */
        202: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': {
              id: string;
              network: string;
              cluster: string;
              /** @enum {string} */
              kind: 'up' | 'down' | 'renew' | 'plan';
              /**
               * @description "not ready": every step was done, and the network was not ready then.
               * @enum {string}
               */
              state: 'running' | 'done' | 'not ready' | 'failed' | 'cancelled' | 'terminated' | 'timed out';
              /** @description The run has ended, in whatever way. */
              done: boolean;
              /** @description The revision of the description that it carries out. */
              revision?: number;
              startedAt: string;
              finishedAt?: string;
              requestedBy: string;
              requestId?: string;
              /**
               * Pause
               * @description As it was seen last; absent while the run is not paused.
               */
              paused?: {
                by: string;
                reason: string;
                since: string;
              };
              /** @description What has happened after this place follows: /events?after=. */
              lastEvent: number;
              /** @description What Temporal knows it by. */
              workflow: {
                workflowId: string;
                runId: string;
              };
              /** @description Why it did not end well. */
              error?: {
                type: string;
                message: string;
                readonly remedies: string[];
              };
              /** @description Its steps as they were seen last. */
              readonly steps: {
                /** @description What is done, e.g. enrollIdentity. */
                step: string;
                /** @description What it is done to, e.g. org1/peer1. */
                target: string;
                /** @enum {string} */
                outcome: 'running' | 'unchanged' | 'created' | 'updated' | 'removed' | 'failed' | 'cancelled';
                attempts: number;
                seconds: number;
                /** @description Why it had something to do, what it waits for, or why it failed. */
                reason: string;
                /** @description What helps a step that waits; absent where nothing is known to. */
                remedy?: string;
              }[];
              /** @description How many steps had each outcome. */
              counts: {
                unchanged: number;
                created: number;
                updated: number;
                removed: number;
              };
              /** @description The network as it was at its end. */
              readonly conditions?: {
                type: string;
                /**
                 * @description Unknown where it could not be found out; only True is good.
                 * @enum {string}
                 */
                status: 'True' | 'False' | 'Unknown';
                since?: string;
                reason: string;
                message: string;
                /** @description Reasons of the objects that keep it from being true, e.g. ImagePullBackOff; absent where none is known. */
                readonly causes?: string[];
                /** @description What helps; absent where nothing is known to. */
                readonly remedies?: string[];
              }[];
              readonly notices?: string[];
              /** @description Clusters of its network without a worker, whose steps wait for one; empty of a run that has ended. */
              readonly withoutWorker: {
                cluster: string;
                since: string;
              }[];
            };
          };
        };
        /** @description Why it could not be done */
        default: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/networks/{name}:planRenewal': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * What a renewal would renew
     * @description A dry run of the same steps, which changes nothing. Body as of :renew. Needs the role operator.
     */
    post: {
      parameters: {
        query?: never;
        header?: {
          /** @description A new one for each request, e.g. a UUID: repeated with the same, the request is carried out once (24 h). */
          'idempotency-key'?: string;
        };
        path: {
          /** @description Name of the network. */
          name: string;
        };
        cookie?: never;
      };
      requestBody: {
        content: {
          'application/json': {
            /** @description Only of these: an organization (org1), or what is its own (org1/peer1, org1/admin, org1/ca). */
            targets?: string[];
            /**
             * @description Only those that are due; goes with no targets.
             * @default false
             */
            dueOnly?: boolean;
            /**
             * @description Replace the keys, too; channels learn the new key of an orderer before it starts with that. Goes with targets.
             * @default false
             */
            newKeys?: boolean;
          } | null;
        };
      };
      responses: {
        /** @description Default Response */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': {
              network: string;
              /** @description What it would be to the network as a whole; unchanged means nothing. */
              outcome: string;
              counts: {
                unchanged: number;
                created: number;
                updated: number;
                removed: number;
              };
              /** @description What would be changed; what would stay as it is is left out. */
              readonly steps: {
                step: string;
                target: string;
                /** @enum {string} */
                outcome: 'running' | 'unchanged' | 'created' | 'updated' | 'removed' | 'failed' | 'cancelled';
                reason: string;
              }[];
              /** @description The signatures that changes of channels need, by MSP IDs. */
              readonly signatures?: {
                channel: string;
                readonly signers: string[];
                readonly missing: string[];
                readonly unmet: string[];
              }[];
              readonly notices?: string[];
            };
          };
        };
        /** @description Why it could not be done */
        default: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/networks/{name}/schedule': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * By which schedule a network is kept, and what the last look at it did
     * @description Needs the role viewer.
     */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          /** @description Name of the network. */
          name: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description Default Response */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': {
              network: string;
              everySeconds: number;
              /** @description What differs from what was brought up last is mended, and not only reported. */
              heal: boolean;
              paused: boolean;
              /** @description Who paused it or let it go on; empty if nobody has. */
              note: string;
              /** @description When the network is looked at next; absent while it is paused. */
              next?: string;
              /** @description The last look; absent if there was none, or Temporal no longer keeps it. */
              last?: {
                /** @description Id of its workflow in Temporal. */
                workflow: string;
                startedAt: string;
                /** @enum {string} */
                outcome: 'running' | 'completed' | 'failed' | 'cancelled' | 'terminated' | 'timed out';
                /** @description What it did and found. */
                report?: {
                  renewed: {
                    step: string;
                    target: string;
                    /** @enum {string} */
                    outcome: 'running' | 'unchanged' | 'created' | 'updated' | 'removed' | 'failed' | 'cancelled';
                    reason: string;
                  }[];
                  /** @description What differs from what was brought up last, and stays so. */
                  drift: {
                    step: string;
                    target: string;
                    /** @enum {string} */
                    outcome: 'running' | 'unchanged' | 'created' | 'updated' | 'removed' | 'failed' | 'cancelled';
                    reason: string;
                  }[];
                  healed: {
                    step: string;
                    target: string;
                    /** @enum {string} */
                    outcome: 'running' | 'unchanged' | 'created' | 'updated' | 'removed' | 'failed' | 'cancelled';
                    reason: string;
                  }[];
                  endingWithCa: {
                    owner: string;
                    notAfter: string;
                  }[];
                  /** @description Why something that is due was left for the next time. */
                  postponed?: string;
                };
                /** @description Why it failed. */
                error?: {
                  type: string;
                  message: string;
                };
              };
            };
          };
        };
        /** @description Why it could not be done */
        default: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
      };
    };
    /**
     * Have a network looked at again and again: what is due is renewed
     * @description A schedule that is there is changed; without `everySeconds` it is only paused or resumed. Needs the role operator.
     */
    put: {
      parameters: {
        query?: never;
        header?: {
          /** @description A new one for each request, e.g. a UUID: repeated with the same, the request is carried out once (24 h). */
          'idempotency-key'?: string;
        };
        path: {
          /** @description Name of the network. */
          name: string;
        };
        cookie?: never;
      };
      requestBody: {
        content: {
          'application/json': {
            everySeconds?: number;
            /** @description Mend what differs, instead of reporting it; goes with everySeconds. */
            heal?: boolean;
            paused?: boolean;
          };
        };
      };
      responses: {
        /** @description Default Response */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': {
              network: string;
              everySeconds: number;
              /** @description What differs from what was brought up last is mended, and not only reported. */
              heal: boolean;
              paused: boolean;
              /** @description Who paused it or let it go on; empty if nobody has. */
              note: string;
              /** @description When the network is looked at next; absent while it is paused. */
              next?: string;
              /** @description The last look; absent if there was none, or Temporal no longer keeps it. */
              last?: {
                /** @description Id of its workflow in Temporal. */
                workflow: string;
                startedAt: string;
                /** @enum {string} */
                outcome: 'running' | 'completed' | 'failed' | 'cancelled' | 'terminated' | 'timed out';
                /** @description What it did and found. */
                report?: {
                  renewed: {
                    step: string;
                    target: string;
                    /** @enum {string} */
                    outcome: 'running' | 'unchanged' | 'created' | 'updated' | 'removed' | 'failed' | 'cancelled';
                    reason: string;
                  }[];
                  /** @description What differs from what was brought up last, and stays so. */
                  drift: {
                    step: string;
                    target: string;
                    /** @enum {string} */
                    outcome: 'running' | 'unchanged' | 'created' | 'updated' | 'removed' | 'failed' | 'cancelled';
                    reason: string;
                  }[];
                  healed: {
                    step: string;
                    target: string;
                    /** @enum {string} */
                    outcome: 'running' | 'unchanged' | 'created' | 'updated' | 'removed' | 'failed' | 'cancelled';
                    reason: string;
                  }[];
                  endingWithCa: {
                    owner: string;
                    notAfter: string;
                  }[];
                  /** @description Why something that is due was left for the next time. */
                  postponed?: string;
                };
                /** @description Why it failed. */
                error?: {
                  type: string;
                  message: string;
                };
              };
            };
          };
        };
        /** @description Why it could not be done */
        default: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
      };
    };
    post?: never;
    /**
     * Have a network looked at no more
     * @description Needs the role operator.
     */
    delete: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          /** @description Name of the network. */
          name: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description Default Response */
        204: {
          headers: {
            [name: string]: unknown;
          };
          content?: never;
        };
        /** @description Why it could not be done */
        default: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
      };
    };
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/networks/{name}/topology': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * A network with the state of each of its parts
     * @description From the last look at the network, and from the steps of the run that works on it. Needs the role viewer.
     */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          /** @description Name of the network. */
          name: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description Default Response */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': {
              network: string;
              /** @description Changes with organizations, nodes, channels, chaincodes and who belongs to what, and with no state: lay out anew when it does. */
              structure: string;
              /** @description What has happened to the network after this place follows: /events?after=. */
              lastEvent: number;
              /** @description Id of the run that works on the network now. */
              run?: string;
              /** Observation */
              observation: {
                /** @description When it was looked at; absent where nobody has looked yet. */
                observedAt?: string;
                /** @description Why there is no later look; absent where looks succeed. */
                stale?: {
                  /** @description When the first look failed that came after the one that is shown. */
                  since: string;
                  /** @description Name of what is in the way, e.g. NO_WORKER, TEMPORAL_UNAVAILABLE, ClusterUnreachable. */
                  reason: string;
                  message: string;
                };
              };
              readonly organizations: {
                name: string;
                mspId: string;
                domain: string;
                cluster: string;
                namespace: string;
                /** Node */
                certificateAuthority: {
                  /** @enum {string} */
                  state: 'ready' | 'notReady' | 'missing' | 'unknown';
                  /** @description Why it is not ready; empty where it is, or where that is not known. */
                  reason: string;
                  /** @description Since when it has been ready or not. */
                  since?: string;
                  /**
                   * CurrentStep
                   * @description What a run does to it now; absent where none does.
                   */
                  step?: {
                    run: string;
                    step: string;
                    target: string;
                    since?: string;
                    attempt: number;
                    /** @description Name of what is waited for. */
                    type?: string;
                    reason: string;
                    nextAttemptAt?: string;
                  };
                  /** @description As steps name it, e.g. org1/peer1. */
                  id: string;
                  /** @description Within its organization, e.g. peer1. */
                  name: string;
                  /** @description Tag of the image that it runs. */
                  version?: string;
                  /** @description When the first of its certificates ends. */
                  certificateEnds?: string;
                  /** @description Names of the channels that it is in. */
                  readonly channels: string[];
                };
                readonly orderers: {
                  /** @enum {string} */
                  state: 'ready' | 'notReady' | 'missing' | 'unknown';
                  /** @description Why it is not ready; empty where it is, or where that is not known. */
                  reason: string;
                  /** @description Since when it has been ready or not. */
                  since?: string;
                  /**
                   * CurrentStep
                   * @description What a run does to it now; absent where none does.
                   */
                  step?: {
                    run: string;
                    step: string;
                    target: string;
                    since?: string;
                    attempt: number;
                    /** @description Name of what is waited for. */
                    type?: string;
                    reason: string;
                    nextAttemptAt?: string;
                  };
                  /** @description As steps name it, e.g. org1/peer1. */
                  id: string;
                  /** @description Within its organization, e.g. peer1. */
                  name: string;
                  /** @description Tag of the image that it runs. */
                  version?: string;
                  /** @description When the first of its certificates ends. */
                  certificateEnds?: string;
                  /** @description Names of the channels that it is in. */
                  readonly channels: string[];
                }[];
                readonly peers: {
                  /** @enum {string} */
                  state: 'ready' | 'notReady' | 'missing' | 'unknown';
                  /** @description Why it is not ready; empty where it is, or where that is not known. */
                  reason: string;
                  /** @description Since when it has been ready or not. */
                  since?: string;
                  /**
                   * CurrentStep
                   * @description What a run does to it now; absent where none does.
                   */
                  step?: {
                    run: string;
                    step: string;
                    target: string;
                    since?: string;
                    attempt: number;
                    /** @description Name of what is waited for. */
                    type?: string;
                    reason: string;
                    nextAttemptAt?: string;
                  };
                  /** @description As steps name it, e.g. org1/peer1. */
                  id: string;
                  /** @description Within its organization, e.g. peer1. */
                  name: string;
                  /** @description Tag of the image that it runs. */
                  version?: string;
                  /** @description When the first of its certificates ends. */
                  certificateEnds?: string;
                  /** @description Names of the channels that it is in. */
                  readonly channels: string[];
                }[];
              }[];
              readonly channels: {
                /** @enum {string} */
                state: 'ready' | 'notReady' | 'missing' | 'unknown';
                /** @description Why it is not ready; empty where it is, or where that is not known. */
                reason: string;
                /** @description Since when it has been ready or not. */
                since?: string;
                /**
                 * CurrentStep
                 * @description What a run does to it now; absent where none does.
                 */
                step?: {
                  run: string;
                  step: string;
                  target: string;
                  since?: string;
                  attempt: number;
                  /** @description Name of what is waited for. */
                  type?: string;
                  reason: string;
                  nextAttemptAt?: string;
                };
                name: string;
                /** @description Number of blocks; absent where it is not known. */
                height?: number;
                readonly orderers: {
                  organization: string;
                  readonly nodes: string[];
                }[];
                readonly members: {
                  organization: string;
                  readonly nodes: string[];
                }[];
              }[];
              readonly chaincodes: {
                /** @enum {string} */
                state: 'ready' | 'notReady' | 'missing' | 'unknown';
                /** @description Why it is not ready; empty where it is, or where that is not known. */
                reason: string;
                /** @description Since when it has been ready or not. */
                since?: string;
                /**
                 * CurrentStep
                 * @description What a run does to it now; absent where none does.
                 */
                step?: {
                  run: string;
                  step: string;
                  target: string;
                  since?: string;
                  attempt: number;
                  /** @description Name of what is waited for. */
                  type?: string;
                  reason: string;
                  nextAttemptAt?: string;
                };
                /** @description Channel and name, e.g. mychannel/basic. */
                id: string;
                name: string;
                channel: string;
                /** @description As it is described. */
                version: string;
                /** @description Names of the organizations whose peers run it. */
                readonly members: string[];
              }[];
            };
          };
        };
        /** @description Why it could not be done */
        default: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/networks/{name}/certificates': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * The certificates of a network, those that end first before the others
     * @description From the last look at the network, and from the steps of the run that works on it. Needs the role viewer.
     */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          /** @description Name of the network. */
          name: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description Default Response */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': {
              network: string;
              /** Observation */
              observation: {
                /** @description When it was looked at; absent where nobody has looked yet. */
                observedAt?: string;
                /** @description Why there is no later look; absent where looks succeed. */
                stale?: {
                  /** @description When the first look failed that came after the one that is shown. */
                  since: string;
                  /** @description Name of what is in the way, e.g. NO_WORKER, TEMPORAL_UNAVAILABLE, ClusterUnreachable. */
                  reason: string;
                  message: string;
                };
              };
              /** @description Those that end first come first. */
              readonly certificates: {
                /** @description Whose it is, e.g. org1/peer1. */
                owner: string;
                organization: string;
                /**
                 * @description Roots of the two CAs; of the CA that orderers trust at their admin endpoints; of the CA that nodes trust at their operations endpoints; of who collects metrics there; by which the registrar is known to either of the two; of an identity; of an endpoint.
                 * @enum {string}
                 */
                kind: 'ca' | 'tlsca' | 'adminca' | 'operationsca' | 'metricsclient' | 'registrar' | 'identity' | 'tls';
                /** @description Distinguished name, e.g. CN=org1-ca; absent where it is not known. */
                issuer?: string;
                /** @description Hexadecimal. */
                serial: string;
                endsAt: string;
                /** @description Days until it ends, at the time of the answer; negative once it has. */
                daysLeft: number;
                /** @description From when on it is renewed; absent where it is not. */
                renewedFrom?: string;
                /** @description Its CA ends then, so that a new one would end then, too. */
                endsWithCa: boolean;
                /**
                 * @description soon: within 60 days. urgent: within 14 days.
                 * @enum {string}
                 */
                severity: 'ok' | 'soon' | 'urgent' | 'ended';
              }[];
            };
          };
        };
        /** @description Why it could not be done */
        default: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/networks/{name}/channels': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * The channels of a network, with the blocks of their nodes
     * @description From the last look at the network, and from the steps of the run that works on it. Needs the role viewer.
     */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          /** @description Name of the network. */
          name: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description Default Response */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': {
              network: string;
              /** Observation */
              observation: {
                /** @description When it was looked at; absent where nobody has looked yet. */
                observedAt?: string;
                /** @description Why there is no later look; absent where looks succeed. */
                stale?: {
                  /** @description When the first look failed that came after the one that is shown. */
                  since: string;
                  /** @description Name of what is in the way, e.g. NO_WORKER, TEMPORAL_UNAVAILABLE, ClusterUnreachable. */
                  reason: string;
                  message: string;
                };
              };
              readonly channels: {
                name: string;
                /** @enum {string} */
                state: 'ready' | 'notReady' | 'missing' | 'unknown';
                readonly problems: string[];
                /** @description Number of blocks of the orderer that has most. */
                height?: number;
                readonly orderers: {
                  /** @description Kubernetes name, e.g. org0-orderer1. */
                  name: string;
                  status: string;
                  height: number;
                  leader: boolean;
                  reason: string;
                }[];
                /** @description behind: blocks that the orderers have and it has not. */
                readonly peers: {
                  name: string;
                  height: number;
                  behind: number;
                  reason: string;
                }[];
              }[];
            };
          };
        };
        /** @description Why it could not be done */
        default: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/networks/{name}/chaincodes': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * The chaincodes of a network
     * @description From the last look at the network, and from the steps of the run that works on it. Needs the role viewer.
     */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          /** @description Name of the network. */
          name: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description Default Response */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': {
              network: string;
              /** Observation */
              observation: {
                /** @description When it was looked at; absent where nobody has looked yet. */
                observedAt?: string;
                /** @description Why there is no later look; absent where looks succeed. */
                stale?: {
                  /** @description When the first look failed that came after the one that is shown. */
                  since: string;
                  /** @description Name of what is in the way, e.g. NO_WORKER, TEMPORAL_UNAVAILABLE, ClusterUnreachable. */
                  reason: string;
                  message: string;
                };
              };
              readonly chaincodes: {
                name: string;
                channel: string;
                /** @enum {string} */
                state: 'ready' | 'notReady' | 'missing' | 'unknown';
                reason: string;
                /** @description Absent where it is not described any more. */
                describedVersion?: string;
                /** @description As its channel has it; absent where it is not committed or not known. */
                version?: string;
                sequence?: number;
                packageId?: string;
                readonly withoutEndorsers: string[];
              }[];
            };
          };
        };
        /** @description Why it could not be done */
        default: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/networks/{name}/identities': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Who is who in a network, by public certificates
     * @description From the last look at the network, and from the steps of the run that works on it. Needs the role viewer.
     */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          /** @description Name of the network. */
          name: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description Who is who, by public certificates: no keys. */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': {
              network: string;
              /** Observation */
              observation: {
                /** @description When it was looked at; absent where nobody has looked yet. */
                observedAt?: string;
                /** @description Why there is no later look; absent where looks succeed. */
                stale?: {
                  /** @description When the first look failed that came after the one that is shown. */
                  since: string;
                  /** @description Name of what is in the way, e.g. NO_WORKER, TEMPORAL_UNAVAILABLE, ClusterUnreachable. */
                  reason: string;
                  message: string;
                };
              };
              readonly identities: {
                /** @description E.g. org1/peer1. */
                owner: string;
                organization: string;
                mspId: string;
                /** @enum {string} */
                role: 'ca' | 'registrar' | 'admin' | 'orderer' | 'peer' | 'client';
                readonly certificates: {
                  /** @description Whose it is, e.g. org1/peer1. */
                  owner: string;
                  organization: string;
                  /**
                   * @description Roots of the two CAs; of the CA that orderers trust at their admin endpoints; of the CA that nodes trust at their operations endpoints; of who collects metrics there; by which the registrar is known to either of the two; of an identity; of an endpoint.
                   * @enum {string}
                   */
                  kind:
                    'ca' | 'tlsca' | 'adminca' | 'operationsca' | 'metricsclient' | 'registrar' | 'identity' | 'tls';
                  /** @description Distinguished name, e.g. CN=org1-ca; absent where it is not known. */
                  issuer?: string;
                  /** @description Hexadecimal. */
                  serial: string;
                  endsAt: string;
                  /** @description Days until it ends, at the time of the answer; negative once it has. */
                  daysLeft: number;
                  /** @description From when on it is renewed; absent where it is not. */
                  renewedFrom?: string;
                  /** @description Its CA ends then, so that a new one would end then, too. */
                  endsWithCa: boolean;
                  /**
                   * @description soon: within 60 days. urgent: within 14 days.
                   * @enum {string}
                   */
                  severity: 'ok' | 'soon' | 'urgent' | 'ended';
                }[];
              }[];
            };
          };
        };
        /** @description Why it could not be done */
        default: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/networks/{name}/revisions': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * The revisions of a description, newest first
     * @description Needs the role viewer.
     */
    get: {
      parameters: {
        query?: {
          /** @description How many at most; 0 means 50, and more than 1000 are cut to that. */
          pageSize?: number;
          /** @description The nextPageToken of the page before. */
          pageToken?: string;
        };
        header?: never;
        path: {
          /** @description Name of the network. */
          name: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description Default Response */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': {
              revisions: {
                /** @description From 1, without gaps. */
                number: number;
                createdAt: string;
                createdBy: string;
              }[];
              /** @description Where the list goes on; empty at its end. */
              nextPageToken: string;
            };
          };
        };
        /** @description Why it could not be done */
        default: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/networks/{name}/revisions/{number}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * A revision of a description
     * @description Needs the role viewer.
     */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          /** @description Name of the network. */
          name: string;
          number: number;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description Default Response */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': {
              /** @description From 1, without gaps. */
              number: number;
              createdAt: string;
              createdBy: string;
              /** @description The completed description (/v1/schema). */
              description: unknown;
              /** @description The text as it was written, with its comments. */
              source: string;
            };
          };
        };
        /** @description Why it could not be done */
        default: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/networks/{name}/revisions:diff': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * What differs between two revisions
     * @description Needs the role viewer.
     */
    get: {
      parameters: {
        query: {
          from: number;
          to: number;
        };
        header?: never;
        path: {
          /** @description Name of the network. */
          name: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description Default Response */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': {
              from: number;
              to: number;
              /** @description What differs between the completed descriptions; two texts that mean the same have none. */
              readonly changes: {
                /** @description In the description’s own words, list items by their names: organizations[org1].peers[peer2].storage. */
                field: string;
                /** @enum {string} */
                change: 'added' | 'removed' | 'changed';
                /** @description Absent where it was added. */
                before?: unknown;
                /** @description Absent where it was removed. */
                after?: unknown;
              }[];
              /** @description The texts as they were written, as a unified diff; empty where they are the same. */
              text: string;
            };
          };
        };
        /** @description Why it could not be done */
        default: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/runs/{id}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * A run with its steps
     * @description Needs the role viewer.
     */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          /** @description Id of the run, e.g. up-5f0c2d1e9a7b. */
          id: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description Default Response */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': {
              id: string;
              network: string;
              cluster: string;
              /** @enum {string} */
              kind: 'up' | 'down' | 'renew' | 'plan';
              /**
               * @description "not ready": every step was done, and the network was not ready then.
               * @enum {string}
               */
              state: 'running' | 'done' | 'not ready' | 'failed' | 'cancelled' | 'terminated' | 'timed out';
              /** @description The run has ended, in whatever way. */
              done: boolean;
              /** @description The revision of the description that it carries out. */
              revision?: number;
              startedAt: string;
              finishedAt?: string;
              requestedBy: string;
              requestId?: string;
              /**
               * Pause
               * @description As it was seen last; absent while the run is not paused.
               */
              paused?: {
                by: string;
                reason: string;
                since: string;
              };
              /** @description What has happened after this place follows: /events?after=. */
              lastEvent: number;
              /** @description What Temporal knows it by. */
              workflow: {
                workflowId: string;
                runId: string;
              };
              /** @description Why it did not end well. */
              error?: {
                type: string;
                message: string;
                readonly remedies: string[];
              };
              /** @description Its steps as they were seen last. */
              readonly steps: {
                /** @description What is done, e.g. enrollIdentity. */
                step: string;
                /** @description What it is done to, e.g. org1/peer1. */
                target: string;
                /** @enum {string} */
                outcome: 'running' | 'unchanged' | 'created' | 'updated' | 'removed' | 'failed' | 'cancelled';
                attempts: number;
                seconds: number;
                /** @description Why it had something to do, what it waits for, or why it failed. */
                reason: string;
                /** @description What helps a step that waits; absent where nothing is known to. */
                remedy?: string;
              }[];
              /** @description How many steps had each outcome. */
              counts: {
                unchanged: number;
                created: number;
                updated: number;
                removed: number;
              };
              /** @description The network as it was at its end. */
              readonly conditions?: {
                type: string;
                /**
                 * @description Unknown where it could not be found out; only True is good.
                 * @enum {string}
                 */
                status: 'True' | 'False' | 'Unknown';
                since?: string;
                reason: string;
                message: string;
                /** @description Reasons of the objects that keep it from being true, e.g. ImagePullBackOff; absent where none is known. */
                readonly causes?: string[];
                /** @description What helps; absent where nothing is known to. */
                readonly remedies?: string[];
              }[];
              readonly notices?: string[];
              /** @description Clusters of its network without a worker, whose steps wait for one; empty of a run that has ended. */
              readonly withoutWorker: {
                cluster: string;
                since: string;
              }[];
            };
          };
        };
        /** @description Why it could not be done */
        default: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/runs/{id}:cancel': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Stop a run
     * @description What its steps have done stays. The answer does not wait until it has stopped. Needs the role operator.
     */
    post: {
      parameters: {
        query?: never;
        header?: {
          /** @description A new one for each request, e.g. a UUID: repeated with the same, the request is carried out once (24 h). */
          'idempotency-key'?: string;
        };
        path: {
          /** @description Id of the run, e.g. up-5f0c2d1e9a7b. */
          id: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description Default Response */
        202: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': {
              id: string;
              network: string;
              cluster: string;
              /** @enum {string} */
              kind: 'up' | 'down' | 'renew' | 'plan';
              /**
               * @description "not ready": every step was done, and the network was not ready then.
               * @enum {string}
               */
              state: 'running' | 'done' | 'not ready' | 'failed' | 'cancelled' | 'terminated' | 'timed out';
              /** @description The run has ended, in whatever way. */
              done: boolean;
              /** @description The revision of the description that it carries out. */
              revision?: number;
              startedAt: string;
              finishedAt?: string;
              requestedBy: string;
              requestId?: string;
              /**
               * Pause
               * @description As it was seen last; absent while the run is not paused.
               */
              paused?: {
                by: string;
                reason: string;
                since: string;
              };
              /** @description What has happened after this place follows: /events?after=. */
              lastEvent: number;
              /** @description What Temporal knows it by. */
              workflow: {
                workflowId: string;
                runId: string;
              };
              /** @description Why it did not end well. */
              error?: {
                type: string;
                message: string;
                readonly remedies: string[];
              };
              /** @description Its steps as they were seen last. */
              readonly steps: {
                /** @description What is done, e.g. enrollIdentity. */
                step: string;
                /** @description What it is done to, e.g. org1/peer1. */
                target: string;
                /** @enum {string} */
                outcome: 'running' | 'unchanged' | 'created' | 'updated' | 'removed' | 'failed' | 'cancelled';
                attempts: number;
                seconds: number;
                /** @description Why it had something to do, what it waits for, or why it failed. */
                reason: string;
                /** @description What helps a step that waits; absent where nothing is known to. */
                remedy?: string;
              }[];
              /** @description How many steps had each outcome. */
              counts: {
                unchanged: number;
                created: number;
                updated: number;
                removed: number;
              };
              /** @description The network as it was at its end. */
              readonly conditions?: {
                type: string;
                /**
                 * @description Unknown where it could not be found out; only True is good.
                 * @enum {string}
                 */
                status: 'True' | 'False' | 'Unknown';
                since?: string;
                reason: string;
                message: string;
                /** @description Reasons of the objects that keep it from being true, e.g. ImagePullBackOff; absent where none is known. */
                readonly causes?: string[];
                /** @description What helps; absent where nothing is known to. */
                readonly remedies?: string[];
              }[];
              readonly notices?: string[];
              /** @description Clusters of its network without a worker, whose steps wait for one; empty of a run that has ended. */
              readonly withoutWorker: {
                cluster: string;
                since: string;
              }[];
            };
          };
        };
        /** @description Why it could not be done */
        default: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/runs/{id}/steps': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * The steps of a run, by path and target
     * @description Needs the role viewer.
     */
    get: {
      parameters: {
        query?: {
          /** @description How many at most; 0 means 50, and more than 1000 are cut to that. */
          pageSize?: number;
          /** @description The nextPageToken of the page before. */
          pageToken?: string;
          /** @description Name of the step, e.g. enrollIdentity. */
          step?: string;
          /** @description What it is done to, e.g. org1/peer1. */
          target?: string;
          /** @description Which child workflow it is of, e.g. org1/identities. */
          path?: string;
          outcome?: 'running' | 'unchanged' | 'created' | 'updated' | 'removed' | 'failed' | 'cancelled';
        };
        header?: never;
        path: {
          /** @description Id of the run, e.g. up-5f0c2d1e9a7b. */
          id: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description Default Response */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': {
              steps: {
                /** @description What is done, e.g. enrollIdentity. */
                step: string;
                /** @description What it is done to, e.g. org1/peer1. */
                target: string;
                /** @description Which child workflow it is of, e.g. org1/identities; empty for the run itself. */
                path: string;
                /**
                 * @description `running` also between two attempts.
                 * @enum {string}
                 */
                outcome: 'running' | 'unchanged' | 'created' | 'updated' | 'removed' | 'failed' | 'cancelled';
                /** @description How often it was tried; the attempt that runs is not counted. */
                attempts: number;
                /** @description Name of the failure, or of what is waited for, e.g. ImagePullFailed. */
                type?: string;
                /** @description Why there was something to do, what is waited for, or why it failed. */
                reason: string;
                /** @description What helps a step that waits; absent where nothing is known to. */
                remedy?: string;
                /** @description From its start to its end, between attempts included. */
                seconds: number;
                /** @description Absent where nobody saw its start. */
                startedAt?: string;
                /** @description Absent while it runs. */
                finishedAt?: string;
                /** @description When it is tried again; absent while it is not waited for that. */
                nextAttemptAt?: string;
                /** @description Where the step is found with its attempts. */
                link: string;
              }[];
              /** @description Where the list goes on; empty at its end. */
              nextPageToken: string;
            };
          };
        };
        /** @description Why it could not be done */
        default: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/runs/{id}/steps/{step}/{target}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * A step with its attempts
     * @description Needs the role viewer.
     */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          /** @description Id of the run, e.g. up-5f0c2d1e9a7b. */
          id: string;
          /** @description Name of the step, e.g. enrollIdentity. */
          step: string;
          /** @description What it is done to, percent-encoded: org1%2Fpeer1. */
          target: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description Default Response */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': {
              /** @description What is done, e.g. enrollIdentity. */
              step: string;
              /** @description What it is done to, e.g. org1/peer1. */
              target: string;
              /** @description Which child workflow it is of, e.g. org1/identities; empty for the run itself. */
              path: string;
              /**
               * @description `running` also between two attempts.
               * @enum {string}
               */
              outcome: 'running' | 'unchanged' | 'created' | 'updated' | 'removed' | 'failed' | 'cancelled';
              /** @description How often it was tried; the attempt that runs is not counted. */
              attempts: number;
              /** @description Name of the failure, or of what is waited for, e.g. ImagePullFailed. */
              type?: string;
              /** @description Why there was something to do, what is waited for, or why it failed. */
              reason: string;
              /** @description What helps a step that waits; absent where nothing is known to. */
              remedy?: string;
              /** @description From its start to its end, between attempts included. */
              seconds: number;
              /** @description Absent where nobody saw its start. */
              startedAt?: string;
              /** @description Absent while it runs. */
              finishedAt?: string;
              /** @description When it is tried again; absent while it is not waited for that. */
              nextAttemptAt?: string;
              /** @description Where the step is found with its attempts. */
              link: string;
              /** @description Its attempts, the first one first. Of attempts that came and went within a second some may be missing. */
              readonly history: {
                /** @description From 1; 0 where the step was found to have nothing to do, without being run. */
                attempt: number;
                /**
                 * @description Of the attempt: one that failed may be followed by another.
                 * @enum {string}
                 */
                outcome: 'running' | 'unchanged' | 'created' | 'updated' | 'removed' | 'failed' | 'cancelled';
                /** @description Name of the failure, or of what is waited for, e.g. ImagePullFailed. */
                type?: string;
                /** @description Why there was something to do, what is waited for, or why it failed. */
                reason: string;
                seconds: number;
                /** @description Absent where nobody saw its start. */
                startedAt?: string;
                /** @description Absent while it runs. */
                finishedAt?: string;
                /** @description When the next attempt was to begin. */
                nextAttemptAt?: string;
              }[];
            };
          };
        };
        /** @description Why it could not be done */
        default: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/runs/{id}/events': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * What happens in a run
     * @description A stream of server-sent events: `id` is the place, `event` the type, `data` the event as JSON. `event: reset` says that the place was too old, and where to see how things are. Each stream ends after ten minutes, and goes on by Last-Event-ID. After the last event of a run that has ended the stream ends, and who comes back gets 204. Needs the role viewer.
     */
    get: {
      parameters: {
        query?: {
          /** @description Events after this place. Absent means, of a run, all; of a network, those that come from now on, or the last ones as JSON. */
          after?: number;
          /** @description "false": answer with JSON what there is, for who cannot read a stream. */
          watch?: 'true' | 'false';
          /** @description How many at most; 0 means 50, and more than 1000 are cut to that. */
          pageSize?: number;
        };
        header?: {
          /** @description The last event that came, as browsers send it by themselves; it wins over `after`. */
          'last-event-id'?: string;
        };
        path: {
          /** @description Id of the run, e.g. up-5f0c2d1e9a7b. */
          id: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description As a stream; as a list where ?watch=false asks for one */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': {
              readonly events: {
                /** @description Id of the run; absent where it is about the network alone. */
                run?: string;
                /** @description Of run.finished: how the run ended, as `state` of a run has it. */
                state?: string;
                /** @description Name of the step, e.g. enrollIdentity. */
                step?: string;
                /** @description What the step is done to, e.g. org1/peer1. */
                target?: string;
                /** @description Which child workflow the step is of, e.g. org1/identities; empty for the run itself. */
                path?: string;
                /** @description Of a step: the attempt that runs, comes next or was the last, from 1. */
                attempt?: number;
                /** @description Of step.succeeded and step.failed: what the step did to its target. */
                outcome?: string;
                /** @description One CamelCase word, e.g. ImagePullFailed; absent where there is none. */
                reason?: string;
                /** @description For people: why it is so. */
                message?: string;
                /** @description Of step.retrying: when the next attempt begins. */
                nextRetryAt?: string;
                /**
                 * Condition
                 * @description Of condition.changed: the condition as it is now.
                 */
                condition?: {
                  type: string;
                  /**
                   * @description Unknown where it could not be found out; only True is good.
                   * @enum {string}
                   */
                  status: 'True' | 'False' | 'Unknown';
                  since?: string;
                  reason: string;
                  message: string;
                  /** @description Reasons of the objects that keep it from being true, e.g. ImagePullBackOff; absent where none is known. */
                  readonly causes?: string[];
                  /** @description What helps; absent where nothing is known to. */
                  readonly remedies?: string[];
                };
                /** @description Place in the list that was asked for: that of the run, or that of the network. */
                seq: number;
                time: string;
                /** @enum {string} */
                type:
                  | 'run.started'
                  | 'run.paused'
                  | 'run.resumed'
                  | 'run.finished'
                  | 'step.started'
                  | 'step.progress'
                  | 'step.waiting'
                  | 'step.retrying'
                  | 'step.succeeded'
                  | 'step.failed'
                  | 'condition.changed';
                network: string;
              }[];
              /** @description Place of the last event of the answer, or `after` where there is none: where to go on. */
              last: number;
              /** @description There are more events already. */
              more: boolean;
              /** @description The run has ended, and these are its last events; never of a network. */
              done: boolean;
            };
            'text/event-stream': string;
          };
        };
        /** @description The run has ended, and nothing follows. */
        204: {
          headers: {
            [name: string]: unknown;
          };
          content?: never;
        };
        /** @description Why it could not be done */
        default: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/networks/{name}/events': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * What happens to a network and in its runs
     * @description A stream of server-sent events: `id` is the place, `event` the type, `data` the event as JSON. `event: reset` says that the place was too old, and where to see how things are. Each stream ends after ten minutes, and goes on by Last-Event-ID. Needs the role viewer.
     */
    get: {
      parameters: {
        query?: {
          /** @description Events after this place. Absent means, of a run, all; of a network, those that come from now on, or the last ones as JSON. */
          after?: number;
          /** @description "false": answer with JSON what there is, for who cannot read a stream. */
          watch?: 'true' | 'false';
          /** @description How many at most; 0 means 50, and more than 1000 are cut to that. */
          pageSize?: number;
        };
        header?: {
          /** @description The last event that came, as browsers send it by themselves; it wins over `after`. */
          'last-event-id'?: string;
        };
        path: {
          /** @description Name of the network. */
          name: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description As a stream; as a list where ?watch=false asks for one */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': {
              readonly events: {
                /** @description Id of the run; absent where it is about the network alone. */
                run?: string;
                /** @description Of run.finished: how the run ended, as `state` of a run has it. */
                state?: string;
                /** @description Name of the step, e.g. enrollIdentity. */
                step?: string;
                /** @description What the step is done to, e.g. org1/peer1. */
                target?: string;
                /** @description Which child workflow the step is of, e.g. org1/identities; empty for the run itself. */
                path?: string;
                /** @description Of a step: the attempt that runs, comes next or was the last, from 1. */
                attempt?: number;
                /** @description Of step.succeeded and step.failed: what the step did to its target. */
                outcome?: string;
                /** @description One CamelCase word, e.g. ImagePullFailed; absent where there is none. */
                reason?: string;
                /** @description For people: why it is so. */
                message?: string;
                /** @description Of step.retrying: when the next attempt begins. */
                nextRetryAt?: string;
                /**
                 * Condition
                 * @description Of condition.changed: the condition as it is now.
                 */
                condition?: {
                  type: string;
                  /**
                   * @description Unknown where it could not be found out; only True is good.
                   * @enum {string}
                   */
                  status: 'True' | 'False' | 'Unknown';
                  since?: string;
                  reason: string;
                  message: string;
                  /** @description Reasons of the objects that keep it from being true, e.g. ImagePullBackOff; absent where none is known. */
                  readonly causes?: string[];
                  /** @description What helps; absent where nothing is known to. */
                  readonly remedies?: string[];
                };
                /** @description Place in the list that was asked for: that of the run, or that of the network. */
                seq: number;
                time: string;
                /** @enum {string} */
                type:
                  | 'run.started'
                  | 'run.paused'
                  | 'run.resumed'
                  | 'run.finished'
                  | 'step.started'
                  | 'step.progress'
                  | 'step.waiting'
                  | 'step.retrying'
                  | 'step.succeeded'
                  | 'step.failed'
                  | 'condition.changed';
                network: string;
              }[];
              /** @description Place of the last event of the answer, or `after` where there is none: where to go on. */
              last: number;
              /** @description There are more events already. */
              more: boolean;
              /** @description The run has ended, and these are its last events; never of a network. */
              done: boolean;
            };
            'text/event-stream': string;
          };
        };
        /** @description Why it could not be done */
        default: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/tokens': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * All tokens, those that were revoked too, the newest first
     * @description Needs the role admin of all networks.
     */
    get: {
      parameters: {
        query?: {
          /** @description How many at most; 0 means 50, and more than 1000 are cut to that. */
          pageSize?: number;
          /** @description The nextPageToken of the page before. */
          pageToken?: string;
        };
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description Default Response */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': {
              tokens: {
                id: string;
                name: string;
                /** @enum {string} */
                role: 'viewer' | 'operator' | 'admin';
                /** @description The only network that it is good for; absent means all. */
                network?: {
                  cluster: string;
                  name: string;
                };
                createdAt: string;
                createdBy: string;
                /** @description To the minute; absent before the first use. */
                lastUsedAt?: string;
                /** @description Absent while it is valid. */
                revokedAt?: string;
              }[];
              /** @description Where the list goes on; empty at its end. */
              nextPageToken: string;
            };
          };
        };
        /** @description Why it could not be done */
        default: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
      };
    };
    put?: never;
    /**
     * Make a token
     * @description Needs the role admin of all networks.
     */
    post: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody: {
        content: {
          'application/json': {
            /** @description Whose or what for it is; no other token that is valid may have it. */
            name: string;
            /** @enum {string} */
            role: 'viewer' | 'operator' | 'admin';
            /** @description The only network that it is good for. */
            network?: string;
          };
        };
      };
      responses: {
        /** @description Default Response */
        201: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': {
              id: string;
              name: string;
              /** @enum {string} */
              role: 'viewer' | 'operator' | 'admin';
              /** @description The only network that it is good for; absent means all. */
              network?: {
                cluster: string;
                name: string;
              };
              createdAt: string;
              createdBy: string;
              /** @description To the minute; absent before the first use. */
              lastUsedAt?: string;
              /** @description Absent while it is valid. */
              revokedAt?: string;
              /** @description What proves it. It is shown this once. */
              secret: string;
            };
          };
        };
        /** @description Why it could not be done */
        default: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/tokens/{token}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    post?: never;
    /**
     * Revoke a token
     * @description It is worthless at once, and so are the sessions that were begun with it. Needs the role admin of all networks.
     */
    delete: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          /** @description Name of the token. */
          token: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description Default Response */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': {
              id: string;
              name: string;
              /** @enum {string} */
              role: 'viewer' | 'operator' | 'admin';
              /** @description The only network that it is good for; absent means all. */
              network?: {
                cluster: string;
                name: string;
              };
              createdAt: string;
              createdBy: string;
              /** @description To the minute; absent before the first use. */
              lastUsedAt?: string;
              /** @description Absent while it is valid. */
              revokedAt?: string;
            };
          };
        };
        /** @description Why it could not be done */
        default: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
      };
    };
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/audit': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * The calls that changed something, or would have, newest first
     * @description Needs the role admin of all networks.
     */
    get: {
      parameters: {
        query?: {
          /** @description How many at most; 0 means 50, and more than 1000 are cut to that. */
          pageSize?: number;
          /** @description The nextPageToken of the page before. */
          pageToken?: string;
          /** @description Only calls of this name. */
          who?: string;
          /** @description Only calls of this path, e.g. /v1/networks/test-network. */
          resource?: string;
          /** @description Only calls since then (RFC 3339). */
          from?: string;
          /** @description Only calls before then (RFC 3339). */
          to?: string;
        };
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description Default Response */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': {
              entries: {
                id: string;
                at: string;
                /** @description Whose call it was; "not signed in" where that is not known. */
                who: string;
                method: string;
                /** @description The path that was called. */
                resource: string;
                /**
                 * @description refused: nothing was changed, and its sender was told why. failed: the server could not do it.
                 * @enum {string}
                 */
                outcome: 'done' | 'refused' | 'failed';
                /** @description The reason of the problem; empty where it was done. */
                reason: string;
                /** @description Finds the request in the log of the server. */
                requestId: string;
              }[];
              /** @description Where the list goes on; empty at its end. */
              nextPageToken: string;
            };
          };
        };
        /** @description Why it could not be done */
        default: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/runs/{id}:pause': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Pause a run
     * @description It begins no new step until it is resumed; steps that are under way end. Needs the role operator.
     */
    post: {
      parameters: {
        query?: never;
        header?: {
          /** @description A new one for each request, e.g. a UUID: repeated with the same, the request is carried out once (24 h). */
          'idempotency-key'?: string;
        };
        path: {
          /** @description Id of the run, e.g. up-5f0c2d1e9a7b. */
          id: string;
        };
        cookie?: never;
      };
      requestBody: {
        content: {
          'application/json': {
            /** @description Why, for whoever looks at the run. */
            reason: string;
          };
        };
      };
      responses: {
        /** @description Default Response */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': {
              /** @description False if it was so already. */
              changed: boolean;
              /**
               * Pause
               * @description The pause that has begun, or that has ended.
               */
              pause?: {
                by: string;
                reason: string;
                since: string;
              };
            };
          };
        };
        /** @description Why it could not be done */
        default: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/runs/{id}:resume': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Have a paused run go on
     * @description Needs the role operator.
     */
    post: {
      parameters: {
        query?: never;
        header?: {
          /** @description A new one for each request, e.g. a UUID: repeated with the same, the request is carried out once (24 h). */
          'idempotency-key'?: string;
        };
        path: {
          /** @description Id of the run, e.g. up-5f0c2d1e9a7b. */
          id: string;
        };
        cookie?: never;
      };
      requestBody: {
        content: {
          'application/json': {
            /**
             * @description Why, for whoever looks at the run.
             * @default
             */
            reason?: string;
          } | null;
        };
      };
      responses: {
        /** @description Default Response */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': {
              /** @description False if it was so already. */
              changed: boolean;
              /**
               * Pause
               * @description The pause that has begun, or that has ended.
               */
              pause?: {
                by: string;
                reason: string;
                since: string;
              };
            };
          };
        };
        /** @description Why it could not be done */
        default: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/runs/{id}:retry': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Try at once what waits for its next attempt
     * @description Needs the role operator.
     */
    post: {
      parameters: {
        query?: never;
        header?: {
          /** @description A new one for each request, e.g. a UUID: repeated with the same, the request is carried out once (24 h). */
          'idempotency-key'?: string;
        };
        path: {
          /** @description Id of the run, e.g. up-5f0c2d1e9a7b. */
          id: string;
        };
        cookie?: never;
      };
      requestBody: {
        content: {
          'application/json': {
            /** @description Only the steps on this, e.g. org1/peer1. */
            target?: string;
          } | null;
        };
      };
      responses: {
        /** @description Default Response */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': {
              /** @description What is tried now, each with its attempt and why the one before failed. */
              readonly steps: {
                step: string;
                target: string;
                attempt: number;
                reason: string;
              }[];
            };
          };
        };
        /** @description Why it could not be done */
        default: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/networks/{name}/signatures': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * The changes of its channels that wait for signatures
     * @description Needs the role viewer.
     */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          /** @description Name of the network. */
          name: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description Default Response */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': {
              readonly signatures: {
                channel: string;
                /** @description What the update changes. */
                changes: string;
                /** @description MSP IDs of the organizations whose signatures are awaited. */
                readonly awaited: string[];
                /** @description MSP IDs of those that have signed. */
                readonly signedBy: string[];
                /** @description Policies that want more. */
                readonly unmet: string[];
                /**
                 * Format: byte
                 * @description The update with its signatures, as peer channel signconfigtx takes it: a common.Envelope, base64.
                 */
                envelope: string;
              }[];
            };
          };
        };
        /** @description Why it could not be done */
        default: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/runs/{id}/signatures': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * The changes of channels for whose signatures it waits
     * @description Needs the role viewer.
     */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          /** @description Id of the run, e.g. up-5f0c2d1e9a7b. */
          id: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description Default Response */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': {
              readonly signatures: {
                channel: string;
                /** @description What the update changes. */
                changes: string;
                /** @description MSP IDs of the organizations whose signatures are awaited. */
                readonly awaited: string[];
                /** @description MSP IDs of those that have signed. */
                readonly signedBy: string[];
                /** @description Policies that want more. */
                readonly unmet: string[];
                /**
                 * Format: byte
                 * @description The update with its signatures, as peer channel signconfigtx takes it: a common.Envelope, base64.
                 */
                envelope: string;
              }[];
            };
          };
        };
        /** @description Why it could not be done */
        default: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
      };
    };
    put?: never;
    /**
     * Hand in signatures for which it waits
     * @description Each is checked against the channel as it stands. With the last one the run goes on. Needs the role operator.
     */
    post: {
      parameters: {
        query?: never;
        header?: {
          /** @description A new one for each request, e.g. a UUID: repeated with the same, the request is carried out once (24 h). */
          'idempotency-key'?: string;
        };
        path: {
          /** @description Id of the run, e.g. up-5f0c2d1e9a7b. */
          id: string;
        };
        cookie?: never;
      };
      requestBody: {
        content: {
          'application/json': {
            /**
             * Format: byte
             * @description The update with the signatures: a common.Envelope, base64.
             */
            envelope: string;
          };
        };
      };
      responses: {
        /** @description Default Response */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': {
              channel: string;
              /** @description MSP IDs of those whose signatures were taken. */
              readonly added: string[];
              /** @description MSP IDs of those that are still awaited. */
              readonly awaited: string[];
            };
          };
        };
        /** @description Why it could not be done */
        default: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/problem+json': components['schemas']['Problem'];
          };
        };
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
}
export type webhooks = Record<string, never>;
export interface components {
  schemas: {
    /**
     * Problem
     * @description Why a request could not be carried out (RFC 9457).
     */
    Problem: {
      /** @description Names the kind of problem; the same for every problem of one reason. */
      type: string;
      title: string;
      status: number;
      detail: string;
      /** @description Stable name of the problem, e.g. RUN_IN_PROGRESS. */
      reason: string;
      /** @description Finds the request in the log of the server and in the audit. */
      requestId: string;
      readonly errors?: {
        /** @description What is wrong, and what would be right. */
        detail: string;
        /** @description Stable name of what is wrong, e.g. INVALID_TYPE; absent where it has none. */
        reason?: string;
        /** @description Where in the body, as a JSON Pointer (RFC 6901). */
        pointer?: string;
        /** @description The parameter of the path, the query or the header. */
        parameter?: string;
        /** @description Line of the body as it was sent, from 1. */
        line?: number;
        /** @description Column of the line, from 1. */
        column?: number;
        /** @description The word that was probably meant. */
        suggestion?: string;
      }[];
      /** @description What helps, a sentence each. */
      readonly remedies?: string[];
      /** @description Facts for programs, by the reason. */
      metadata?: {
        [key: string]: unknown;
      };
      links?: {
        [key: string]: string;
      };
    };
    /**
     * Weft network description
     * @description A Hyperledger Fabric network, as Weft brings it up on Kubernetes.
     */
    NetworkDescription: {
      /**
       * @description Version of this form of description. Default: weft.dev/v1alpha1.
       * @constant
       */
      apiVersion?: 'weft.dev/v1alpha1';
      /** @description Name of the network. */
      name: string;
      /** @description Which Fabric runs, and where its images come from. */
      fabric?: {
        /** @description Tag of the peer and orderer images. Default: 2.5.9. */
        version?: string;
        /** @description Tag of the CA image. Default: 1.5.21. */
        caVersion?: string;
        /** @description Registry and path of the images. Default: ghcr.io/hyperledger. */
        registry?: string;
      };
      /** @description Where on the cluster the network runs. */
      kubernetes?: {
        /** @description Namespace of every organization without its own. Default: the network's name. */
        namespace?: string;
        /** @description StorageClass of every volume. Default: the cluster's default class. */
        storageClass?: string;
        /** @description How long one node may take to become ready, in seconds. Default: 600. */
        rolloutTimeoutSeconds?: number;
        /** @description DNS domain of the cluster's Services. Default: cluster.local. */
        clusterDomain?: string;
        /** @description Names of Secrets with which images are pulled (kubernetes.io/dockerconfigjson), in each namespace of the network. Default: none. */
        imagePullSecrets?: string[];
        /** @description User and group as which pods run: a number, or assigned where the platform gives each namespace its own, as OpenShift does. Default: 7051. */
        podUser?: number | 'assigned';
        /** @description NetworkPolicies for the pods of the network; false leaves them out, and removes them. Default: true. */
        networkPolicies?:
          | boolean
          | {
              /** @description Pods of workers, which may reach CAs and the orderers' admin and operations endpoints. Default: those with the label app.kubernetes.io/name: weft-worker. */
              workers?: {
                /** @description Their namespace. Default: any. */
                namespace?: string;
                /** @description Labels that they have. Default: any. */
                labels?: {
                  [key: string]: string;
                };
              }[];
              /** @description Pods that may reach operations endpoints, where metrics are. Default: those with the label app.kubernetes.io/name: prometheus. */
              metrics?: {
                /** @description Their namespace. Default: any. */
                namespace?: string;
                /** @description Labels that they have. Default: any. */
                labels?: {
                  [key: string]: string;
                };
              }[];
              /** @description TCP ports at which orderers and peers may call any address, besides those that an address names. Default: 443, 6050, 7050, 7051, 8443. */
              externalPorts?: number[];
            };
      };
      /** @description Lifetimes of certificates, and when they are renewed. */
      certificates?: {
        /** @description Lifetime of the CAs' root certificates. Default: 131400h. */
        ca?: string;
        /** @description Lifetime of enrollment certificates. Default: 8760h. */
        identity?: string;
        /** @description Lifetime of TLS certificates. Default: 8760h. */
        tls?: string;
        /** @description How long before its end a certificate is renewed. Default: a third of its lifetime. */
        renewBefore?: string;
      };
      /** @description When `weft schedule` may restart nodes. Default: at any time. */
      maintenanceWindow?: {
        /** @description Weekdays on which it opens, such as saturday. Default: every day. */
        days?: ('sunday' | 'monday' | 'tuesday' | 'wednesday' | 'thursday' | 'friday' | 'saturday')[];
        /** @description When it opens, UTC, such as 22:00. */
        from: string;
        /** @description When it closes, UTC; before `from` it is the next day. */
        to: string;
      };
      /** @description The organizations, each with a CA of its own. */
      organizations: {
        /** @description Prefix of everything that belongs to the organization, e.g. org1. */
        name: string;
        /** @description MSP ID. Default: the name capitalised and MSP, e.g. Org1MSP. */
        mspId?: string;
        /** @description DNS domain in certificates. Default: <name>.example.com. */
        domain?: string;
        /** @description Name of the cluster whose workers do its steps. Default: the cluster of the run. */
        cluster?: string;
        /** @description Namespace of its own. Default: kubernetes.namespace. */
        namespace?: string;
        /** @description Settings of the organization's CA. */
        certificateAuthority?: {
          /** @description Size of the volume as a Kubernetes quantity. Default: 1Gi. */
          storage?: string;
          /** @description StorageClass of the volume. Default: kubernetes.storageClass, else the cluster's default class. */
          storageClass?: string;
          /** @description Replaces the image that the Fabric release gives. */
          image?: string;
          /** @description Kubernetes resource requests and limits. Replaces the default requests as a whole. */
          resources?: {
            /** @description What the scheduler reserves, e.g. cpu: 50m, memory: 128Mi. */
            requests?: {
              [key: string]: string;
            };
            /** @description What the pod may use at most. */
            limits?: {
              [key: string]: string;
            };
          };
          /** @description Environment variables on top of Weft's own. Not for secrets: they stand in a ConfigMap and in the run's history. */
          environment?: {
            [key: string]: string;
          };
          /** @description Environment variables whose values stand in Secrets of the namespace, each as { secret: NAME, key: KEY }. Default: none. */
          environmentFrom?: {
            [key: string]: {
              /** @description Name of a Secret in the namespace of the organization. */
              secret: string;
              /** @description Key in it whose value the variable gets. */
              key: string;
            };
          };
        };
        /** @description Orderers: how many, or a list of them. Default: none. */
        orderers?:
          | number
          | {
              /** @description Name within the organization; the Kubernetes name is <organization>-<name>. */
              name: string;
              /** @description Of orderers and peers: host and port by which other nodes reach it. Default: its Service. */
              address?: string;
              /** @description Size of the volume as a Kubernetes quantity. Default: 1Gi. */
              storage?: string;
              /** @description StorageClass of the volume. Default: kubernetes.storageClass, else the cluster's default class. */
              storageClass?: string;
              /** @description Replaces the image that the Fabric release gives. */
              image?: string;
              /** @description Kubernetes resource requests and limits. Replaces the default requests as a whole. */
              resources?: {
                /** @description What the scheduler reserves, e.g. cpu: 50m, memory: 128Mi. */
                requests?: {
                  [key: string]: string;
                };
                /** @description What the pod may use at most. */
                limits?: {
                  [key: string]: string;
                };
              };
              /** @description Environment variables on top of Weft's own. Not for secrets: they stand in a ConfigMap and in the run's history. */
              environment?: {
                [key: string]: string;
              };
              /** @description Environment variables whose values stand in Secrets of the namespace, each as { secret: NAME, key: KEY }. Default: none. */
              environmentFrom?: {
                [key: string]: {
                  /** @description Name of a Secret in the namespace of the organization. */
                  secret: string;
                  /** @description Key in it whose value the variable gets. */
                  key: string;
                };
              };
            }[];
        /** @description Peers: how many, or a list of them. Default: none. */
        peers?:
          | number
          | {
              /** @description Name within the organization; the Kubernetes name is <organization>-<name>. */
              name: string;
              /** @description Of orderers and peers: host and port by which other nodes reach it. Default: its Service. */
              address?: string;
              /** @description Size of the volume as a Kubernetes quantity. Default: 1Gi. */
              storage?: string;
              /** @description StorageClass of the volume. Default: kubernetes.storageClass, else the cluster's default class. */
              storageClass?: string;
              /** @description Replaces the image that the Fabric release gives. */
              image?: string;
              /** @description Kubernetes resource requests and limits. Replaces the default requests as a whole. */
              resources?: {
                /** @description What the scheduler reserves, e.g. cpu: 50m, memory: 128Mi. */
                requests?: {
                  [key: string]: string;
                };
                /** @description What the pod may use at most. */
                limits?: {
                  [key: string]: string;
                };
              };
              /** @description Environment variables on top of Weft's own. Not for secrets: they stand in a ConfigMap and in the run's history. */
              environment?: {
                [key: string]: string;
              };
              /** @description Environment variables whose values stand in Secrets of the namespace, each as { secret: NAME, key: KEY }. Default: none. */
              environmentFrom?: {
                [key: string]: {
                  /** @description Name of a Secret in the namespace of the organization. */
                  secret: string;
                  /** @description Key in it whose value the variable gets. */
                  key: string;
                };
              };
            }[];
      }[];
      /** @description The channels. Default: none. */
      channels?: {
        /** @description Name of the channel. */
        name: string;
        /** @description Organizations that order: names, or mappings. Default: the only one that has orderers. */
        orderers?: (
          | string
          | {
              /** @description Name of the organization. */
              organization: string;
              /** @description Names of those of its orderers that are the channel's consenters. Default: all. */
              orderers?: string[];
            }
        )[];
        /** @description Organizations that are members: names, or mappings. Default: all that have peers. */
        peers?: (
          | string
          | {
              /** @description Name of the organization. */
              organization: string;
              /** @description Names of those of its peers that join. Default: all. */
              peers?: string[];
              /** @description Names of those that the peers of other organizations are told of. Default: the first that joins. */
              anchorPeers?: string[];
            }
        )[];
        /** @description How orderers agree: raft, bft (four or more orderers of Fabric 3), or one of them with options. Default: raft. */
        consensus?:
          | ('raft' | 'bft')
          | (
              | {
                  /**
                   * @description raft or bft.
                   * @constant
                   */
                  type: 'raft';
                  /** @description Raft: length of a tick. Default: 500ms. */
                  tickInterval?: string;
                  /** @description Raft: ticks without a leader until an election. Default: 10. */
                  electionTick?: number;
                  /** @description Raft: ticks between heartbeats of the leader. Default: 1. */
                  heartbeatTick?: number;
                  /** @description Raft: blocks on their way to a follower. Default: 5. */
                  maxInflightBlocks?: number;
                  /** @description Raft: how much is written between snapshots. Default: 16 MB. */
                  snapshotIntervalSize?: string;
                }
              | {
                  /**
                   * @description raft or bft.
                   * @constant
                   */
                  type: 'bft';
                  /** @description BFT: requests in a batch. Orderers put batch.maxMessageCount here. Default: the same. */
                  requestBatchMaxCount?: number;
                  /** @description BFT: how long a batch waits for more. Default: 200ms. */
                  requestBatchMaxInterval?: string;
                  /** @description BFT: until a request is forwarded to the leader. Default: 5s. */
                  requestForwardTimeout?: string;
                  /** @description BFT: until a request that the leader ignores is complained of. Default: 20s. */
                  requestComplainTimeout?: string;
                  /** @description BFT: until a request is given up. Default: 3m0s. */
                  requestAutoRemoveTimeout?: string;
                  /** @description BFT: until a call for a new leader is repeated. Default: 5s. */
                  viewChangeResendInterval?: string;
                  /** @description BFT: until the next leader is called for. Default: 20s. */
                  viewChangeTimeout?: string;
                  /** @description BFT: without a heartbeat until the leader is taken for lost. Default: 1m0s. */
                  leaderHeartbeatTimeout?: string;
                  /** @description BFT: how long state is collected from others. Default: 1s. */
                  collectTimeout?: string;
                  /** @description BFT: bytes in a batch. Orderers put batch.absoluteMaxBytes here. Default: the same. */
                  requestBatchMaxBytes?: number;
                  /** @description BFT: messages that wait to be read. Default: 200. */
                  incomingMessageBufferSize?: number;
                  /** @description BFT: requests that wait to be ordered. Default: 100000. */
                  requestPoolSize?: number;
                  /** @description BFT: heartbeats within the timeout above. Default: 10. */
                  leaderHeartbeatCount?: number;
                }
            );
        /** @description When a block is cut. */
        batch?: {
          /** @description How long a block waits for more transactions. Default: 2s. */
          timeout?: string;
          /** @description Transactions in a block at most. Default: 500. */
          maxMessageCount?: number;
          /** @description Larger transactions are refused. Default: 10 MB. */
          absoluteMaxBytes?: string;
          /** @description A block that would grow over it is cut before. Default: 2 MB. */
          preferredMaxBytes?: string;
        };
        /** @description Who may do what: an implicit policy such as MAJORITY Admins, or a signature policy. Default: Fabric's own. */
        policies?: {
          /** @description Policies of the members. */
          application?: {
            /** @description Who may read blocks and events. Default: ANY Readers. */
            readers?: string;
            /** @description Who may submit transactions. Default: ANY Writers. */
            writers?: string;
            /** @description Who may change the members and what they agreed on. Default: MAJORITY Admins. */
            admins?: string;
            /** @description Who must approve a chaincode. Default: MAJORITY Endorsement. */
            lifecycleEndorsement?: string;
            /** @description Who must endorse, where a chaincode says nothing else. Default: MAJORITY Endorsement. */
            endorsement?: string;
          };
          /** @description Policies of the ordering organizations. */
          orderer?: {
            /** @description Who may read blocks. Default: ANY Readers. */
            readers?: string;
            /** @description Who may write blocks. Default: ANY Writers. */
            writers?: string;
            /** @description Who may change the orderers and how they order. Default: MAJORITY Admins. */
            admins?: string;
            /** @description Who must have signed a block; with bft Fabric makes it from the consenters. Default: ANY Writers. */
            blockValidation?: string;
          };
        };
        /** @description Capability levels, which all nodes of the channel must know. */
        capabilities?: {
          /**
           * @description Of all nodes. Default: V3_0 with Fabric 3 or bft, else V2_0.
           * @enum {string}
           */
          channel?: 'V2_0' | 'V3_0';
          /**
           * @description Of orderers. Default: V2_0.
           * @enum {string}
           */
          orderer?: 'V2_0';
          /**
           * @description Of peers. Default: V2_5 with Fabric 2.5 and later, else V2_0.
           * @enum {string}
           */
          application?: 'V2_0' | 'V2_5';
        };
      }[];
      /** @description The chaincodes, each run as a service. Default: none. */
      chaincodes?: {
        /** @description Name of the chaincode. */
        name: string;
        /** @description Name of its channel. Default: the only one. */
        channel?: string;
        /** @description Version, a text: quote what looks like a number. */
        version: string;
        /** @description Image of its server, which Weft runs beside the peers. Either this or address. */
        image?: string;
        /** @description Host and port, as peers reach it, of a server that somebody else runs. Either this or image. */
        address?: string;
        /**
         * @description With image: whether the peers of an organization share a server, or each has one. Default: organization.
         * @enum {string}
         */
        per?: 'organization' | 'peer';
        /** @description Kubernetes resource requests and limits. Replaces the default requests as a whole. */
        resources?: {
          /** @description What the scheduler reserves, e.g. cpu: 50m, memory: 128Mi. */
          requests?: {
            [key: string]: string;
          };
          /** @description What the pod may use at most. */
          limits?: {
            [key: string]: string;
          };
        };
        /** @description With image: environment variables of the server. Not for secrets, as for nodes. */
        environment?: {
          [key: string]: string;
        };
        /** @description With image: environment variables whose values stand in Secrets, as for nodes. Default: none. */
        environmentFrom?: {
          [key: string]: {
            /** @description Name of a Secret in the namespace of the organization. */
            secret: string;
            /** @description Key in it whose value the variable gets. */
            key: string;
          };
        };
        /** @description Who must endorse: a signature policy, or the path of a policy of the channel. Default: /Channel/Application/Endorsement. */
        endorsementPolicy?: string;
        /** @description The first transaction must be its initialization. Default: false. */
        initRequired?: boolean;
        /** @description TLS between peers and chaincode: with image both show certificates, with address the server alone. Default: true with image, false with address. */
        tls?: boolean;
        /** @description Private data collections: a list, or the path of Fabric's collections_config.json. Default: none. */
        collections?:
          | {
              /** @description Name of the collection. */
              name: string;
              /** @description Who holds the data: roles joined by OR, e.g. OR('Org1MSP.member'). */
              policy: string;
              /** @description Other peers that must have the data at endorsement. Default: 0. */
              requiredPeerCount?: number;
              /** @description Other peers that are given the data at endorsement. Default: 1. */
              maxPeerCount?: number;
              /** @description Blocks after which the data is purged; 0 means never. Default: 0. */
              blockToLive?: number;
              /** @description Only clients of members may read. Default: true. */
              memberOnlyRead?: boolean;
              /** @description Only clients of members may write. Default: true. */
              memberOnlyWrite?: boolean;
              /** @description Who must endorse a write to the collection. Default: the chaincode's policy. */
              endorsementPolicy?: {
                /** @description A signature policy. */
                signaturePolicy?: string;
                /** @description Or the path of a policy of the channel. */
                channelConfigPolicy?: string;
              };
            }[]
          | string;
      }[];
    } & {
      [key: string]: unknown;
    };
  };
  responses: never;
  parameters: never;
  requestBodies: never;
  headers: never;
  pathItems: never;
}
export type $defs = Record<string, never>;
export type operations = Record<string, never>;
