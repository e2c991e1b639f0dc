/** How long a client may take for each step, in milliseconds, and how many connections may be open. */
export interface Limits {
  readonly handshakeMs: number;
  readonly idleMs: number;
  readonly bodyMs: number;
  readonly requestMs: number;
  readonly checkMs: number;
  readonly connections: number;
}

export const LIMITS: Limits = {
  /**
   * For the TLS handshake. The API server's own dial gives up
   * after 30 s, and with any timeoutSeconds long before that.
   */
  handshakeMs: 10_000,
  /**
   * Without a request, or between two requests. The API server keeps idle connections for
   * 90 s, also those that it dialled and then did not need. If we closed one earlier, a
   * call could meet a closed connection, and Go does not repeat it because it is a POST.
   *
   * Node cannot tell a silent connection from one that sends its headers
   * slowly. So both have the same time; the slow one costs no more.
   */
  idleMs: 95_000,
  /**
   * From a request's headers to the end of its body, or to its next MiB. The API server has the whole body
   * before it dials, and sends it at once: a MiB takes 0.9 s at 10 Mbit/s. A packet that
   * is lost four times in a row adds 3 s (TCP waits 0.2 s, and twice as long each time).
   */
  bodyMs: 5_000,
  /**
   * From a request's headers to the end of its body, however fast it arrives. The longest timeoutSeconds of a webhook
   * is 30. After that, the review's own deadline counts.
   */
  requestMs: 30_000,
  /** How often Node looks for connections whose time is over. */
  checkMs: 5_000,
  /** About 60 KiB each. That is 60 MiB beside the program's 110 or so, within the chart's limit of 512. */
  connections: 1_000,
};

/** The same for the port of health and metrics, which the kubelet and Prometheus call. */
export const ADMIN_LIMITS = {
  /** From the connection to the end of a request, and between two requests. */
  idleMs: 5_000,
  /** From a request's headers to its answer. */
  requestMs: 10_000,
  checkMs: 1_000,
  /** The kubelet has two at most, Prometheus one for each of its replicas. */
  connections: 100,
};

/** The same for the port of assessments, which API servers call for people. */
export const ASSESS_LIMITS = {
  ...LIMITS,
  /** Each API server keeps a few, and opens one for each call that is under way. */
  connections: 200,
  /** Node's limit is 16 KiB. A user may be in hundreds of groups, each in a header of its own. */
  headerBytes: 128 * 1024,
};
