/** How many levels of arrays and objects a body may have, and how many values. See body.ts. */
export const DEEPEST = 500;
export const MOST_VALUES = 500_000;

/**
 * Room for every review of objects that can be stored.
 *
 * etcd takes 1.5 MiB in a request (`--max-request-bytes`), and the API server stores a Deployment or its Scale
 * as protobuf. In a review it is JSON, and Go's encoder writes each `<`, `>` and `&` as six bytes (`\u003c`), as
 * it does with control characters. Nothing takes more: a variable with a name of one letter grows fivefold.
 * So `object` and `oldObject` have 9 MiB each at most, and 1 MiB is left for the envelope.
 *
 * Above etcd's limit the call itself fails, whether lockstep has checked it or not. So the API server's own
 * limit on a request, 3 MiB (MaxRequestBodyBytes), does not count.
 */
export const BODY_LIMIT = 19 * 1024 * 1024;

/**
 * Every answer of the webhook's port other than 200: its status, and a message that says
 * what is wrong and what to do. `docs/errors.md` lists them; a test compares the two lists.
 */
export const REFUSALS = {
  HTTP_MALFORMED: [
    400,
    'the request is not well-formed HTTP/1.1: check the proxies between client and lockstep',
  ],
  BODY_NOT_JSON: [400, 'the body is not JSON in UTF-8: send an AdmissionReview as JSON'],
  BODY_TOO_DEEP: [400, `the body nests deeper than ${DEEPEST} levels: no workload needs that many`],
  BODY_TOO_MANY_VALUES: [400, `the body holds more than ${MOST_VALUES} values: no workload needs that many`],
  QUERY_INVALID: [400, 'the query cannot be used: give timeout once, in Go’s notation (5s), or not at all'],
  REVIEW_UNSUPPORTED: [
    400,
    'the body is not an AdmissionReview of admission.k8s.io/v1: set admissionReviewVersions to ["v1"]',
  ],
  UID_MISSING: [400, 'the review has no uid: /request/uid must be a string that is not empty'],
  REVIEW_INVALID: [400, 'the review does not fit this path: compare the webhook’s rules with the chart’s'],
  REQUEST_PIPELINED: [
    400,
    'the request before this one has no answer yet: send one request at a time over a connection',
  ],
  CLIENT_UNTRUSTED: [
    403,
    'only the API server may call: let it present a client certificate that --client-ca-file ' +
      'and --client-names allow (docs/operations.md, “Who may call the webhook”)',
  ],
  PROXY_UNTRUSTED: [
    403,
    'only the API server may call this port, as the front proxy of aggregated APIs: ask through the API server ' +
      '(docs/operations.md, “Let people ask about workloads”)',
  ],
  PATH_UNKNOWN: [404, 'there is no such path: compare the webhook’s clientConfig with the chart’s'],
  METHOD_NOT_ALLOWED: [405, 'reviews are sent with POST'],
  REQUEST_TIMEOUT: [408, 'the request did not arrive in time: check the network'],
  BODY_TOO_LARGE: [413, `the body is over ${BODY_LIMIT} bytes: no review of one workload is that large`],
  CONTENT_TYPE_UNSUPPORTED: [415, 'the content-type must be application/json'],
  HEADERS_TOO_LARGE: [
    431,
    'the request’s headers are too large: check the proxies between client and lockstep',
  ],
  INTERNAL: [500, 'an error inside lockstep: see its log, and please report it'],
  BUSY: [503, 'lockstep is busy with other large reviews: try again'],
} as const satisfies Readonly<Record<string, readonly [status: number, message: string]>>;

export type RefusalCode = keyof typeof REFUSALS;

/**
 * A request that gets a status and a code instead of a review. The message never
 * holds values of the body, only names of fields, because values may be secrets.
 */
export class Refusal extends Error {
  readonly code: RefusalCode;
  readonly status: number;

  /** @param detail says where the request is wrong; it precedes the code's own message */
  constructor(code: RefusalCode, detail?: string) {
    const [status, message] = REFUSALS[code];
    super(detail === undefined ? message : `${detail}: ${message}`);
    this.name = 'Refusal';
    this.code = code;
    this.status = status;
  }
}

/** The body of the answer. */
export function bodyOf({ code, message }: Refusal): { code: RefusalCode; message: string } {
  return { code, message };
}
