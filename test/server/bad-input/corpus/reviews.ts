import { alteredReview, MARK, reviewOf, SCALE, UPDATE, WORKLOAD } from '../../../kit/review-requests.ts';
import { answered, type Entry, json, MIB, refused } from './entry.ts';

export const REVIEWS: readonly Entry[] = [
  refused('null', 'REVIEW_UNSUPPORTED', 'null'),
  refused('a number', 'REVIEW_UNSUPPORTED', '1e999'),
  refused('a string', 'REVIEW_UNSUPPORTED', json(MARK)),
  refused('an array', 'REVIEW_UNSUPPORTED', json([UPDATE])),
  refused('an empty object', 'REVIEW_UNSUPPORTED', '{}'),
  refused(
    'v1beta1',
    'REVIEW_UNSUPPORTED',
    alteredReview(UPDATE, 'admission.k8s.io/v1', 'admission.k8s.io/v1beta1'),
  ),
  refused('another kind', 'REVIEW_UNSUPPORTED', alteredReview(UPDATE, 'AdmissionReview', MARK)),
  refused('a bare Deployment', 'REVIEW_UNSUPPORTED', json(WORKLOAD)),
  refused('no request', 'REVIEW_UNSUPPORTED', json({ ...UPDATE, request: undefined })),
  refused('no uid', 'UID_MISSING', json(reviewOf({ uid: undefined, operation: 'CREATE', object: WORKLOAD }))),
  refused('an empty uid', 'UID_MISSING', alteredReview(UPDATE, '"u1"', '""')),
  refused('a uid that is a number', 'UID_MISSING', alteredReview(UPDATE, '"u1"', '1')),
  // It fits the schema of a kind without replicas. So the answer is the one to a call that cannot be checked.
  answered('a string for a number', alteredReview(UPDATE, '"replicas":2', `"replicas":"${MARK}"`)),
  refused('a number for a string', 'REVIEW_INVALID', alteredReview(UPDATE, json(MARK), '5')),
  refused(
    'an operation that is not reviewed',
    'REVIEW_INVALID',
    alteredReview(UPDATE, '"UPDATE"', '"DELETE"'),
  ),
  refused(
    'a Deployment for a Scale',
    'REVIEW_INVALID',
    alteredReview(SCALE, '"replicas":3', '"replicas":[]'),
    {
      target: '/admission/scale',
    },
  ),
  answered('a Pod for a Deployment', alteredReview(UPDATE, '"template"', '"containers"')),
  refused(
    'a field name of 1 MiB',
    'REVIEW_INVALID',
    alteredReview(UPDATE, '"note":', `"${'n'.repeat(MIB)}":1,"note":`),
  ),
  answered('an old object of null', alteredReview(UPDATE, '"oldObject"', '"oldObject":null,"ignored"')),
  answered(
    'a Deployment without fields',
    json(reviewOf({ operation: 'CREATE', object: { metadata: {}, spec: { template: {} } } })),
  ),
];
